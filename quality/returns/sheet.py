"""What one return adds up to, as its page shows it: rows, totals, and what the fund's own records say beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from providers.facts import catalogue_on
from providers.queries import facts_on
from quality.returns import queries
from quality.returns.asked import Ask, ReturnsPlan, Table
from quality.returns.models import QualityReturn
from quality.returns.queries import Injury
from quality.returns.tables import totals


@dataclass(frozen=True, slots=True)
class Sheet:
    """`denominator` None: nobody was counted. `beside`: name and figure on record that the rows can be held against."""

    numerator: Decimal
    denominator: Decimal | None
    injuries: Sequence[Injury]
    beside: Sequence[tuple[str, Decimal]]

    @property
    def is_silent(self) -> bool:
        """No incident was reported, and claims speak of injuries: somebody asks."""
        return bool(self.injuries) and not self.numerator


def sheet_of(row: QualityReturn, ask: Ask, rules: ReturnsPlan, *, may_read_claims: bool) -> Sheet:
    numerator, denominator = totals(ask, [one.said for one in row.rows], rules)
    if ask.table is Table.INCIDENTS:
        denominator = Decimal(queries.child_days(row.valid_from, row.valid_until).get(row.organisation_id, 0))
    injuries = _injuries(row, ask, rules) if may_read_claims else ()
    return Sheet(numerator, denominator or None, injuries, _beside(row, ask))


def _injuries(row: QualityReturn, ask: Ask, rules: ReturnsPlan) -> Sequence[Injury]:
    if ask.table is not Table.INCIDENTS:
        return ()
    return queries.injuries(row.valid_from, row.valid_until, rules.incident.injury_codes, row.organisation_id)


def _beside(row: QualityReturn, ask: Ask) -> Sequence[tuple[str, Decimal]]:
    if not ask.compared_with:
        return ()
    held = facts_on([row.organisation_id], ask.compared_with, row.valid_until).get(row.organisation_id, {})
    names = catalogue_on(row.valid_until).facts
    return [(names[code].name, Decimal(one.figure)) for code, one in held.items()]
