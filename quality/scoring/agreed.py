"""What a score is reckoned by: the table of the contract; without one, the plan as its contract year found it.

Nothing newer within the year. `printed` makes the table that tenders announce and contracts keep.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core import plan
from core.clock import local_day
from core.config import fund
from core.errors import NotFound
from core.money import split
from core.plan import PlanVersion
from core.words import _l
from procurement.models.contract import Contract
from procurement.scored import ScoredIndicator, ScoreTerms, year_began
from quality.definitions import Gate, Indicator, QualityPlan, Sector
from quality.names import PART
from quality.periods import Period
from quality.samples.plan import recovery_on
from quality.scoring import queries
from quality.scoring.arithmetic import weights
from quality.scoring.settlement import Terms

ALL = 10_000
"""A printed weight has two decimals of 100."""


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator as agreed, floor and target included; `weight` is any number, 0: a promise pays for it."""

    definition: Indicator
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Agreed:
    """Of a provider's contracts in a period. `since`: when the contract year of the oldest one began, `rules` its plan;
    `contracts`: whose tables these are; none: the plan itself. `gates`: indicator → the floor that is one."""

    rules: QualityPlan
    since: dt.date
    version: PlanVersion
    contracts: tuple[str, ...]
    lines: tuple[Line, ...]
    gates: dict[str, Decimal]

    def as_json(self) -> dict[str, Any]:
        approved_at = self.version.approved_at
        found: dict[str, Any] = {
            "version": self.version.version, "sha256": self.version.sha256, "since": self.since.isoformat(),
            "published_on": local_day(approved_at, fund().zone).isoformat() if approved_at else None,
        }  # fmt: skip
        return found | ({"contracts": list(self.contracts)} if self.contracts else {})


class Agreements:
    """The approved versions of the plan, read once."""

    def __init__(self) -> None:
        self._in_force = plan.versions_in_force(PART)
        if not self._in_force:
            raise NotFound(_l("No quality plan is approved yet."))
        self._known = {row.version: row for row in plan.versions(PART) if row.approved_by}

    def version_on(self, day: dt.date) -> PlanVersion:
        """In force on a day; before the first one there was, that one."""
        return next((one for one in reversed(self._in_force) if one.valid_from <= day), self._in_force[0])

    def rules(self, version: int) -> QualityPlan:
        found: QualityPlan = plan.parsed(self._known[version])
        return found

    def rules_on(self, day: dt.date) -> QualityPlan:
        return self.rules(self.version_on(day).version)

    def of(self, contracts: Sequence[Contract], period: Period, paid: Collection[str]) -> Agreed:
        """Of one provider, its oldest contract first; `paid`: indicators that a promise of any of them pays for."""
        years = [(one, year_began(one.valid_from, period.first)) for one in contracts]
        since, own = years[0][1], tuple(one.number for one in contracts if one.agreed_scores)
        if own:
            tables = [one.score_on(year) or self._printed(one, year, paid) for one, year in years]
            return self.by_tables(tables, since, own, paid)
        version = self.version_on(since)
        rules = self.rules(version.version)
        lines = _lines_of_plan(rules, since, {one.service_line for one in contracts}, paid)
        gates = {one.id: one.floor for one in _in_force(rules, since) if one.gate is Gate.FLOOR}
        return Agreed(rules, since, version, (), lines, gates)

    def by_tables(
        self, tables: Sequence[ScoreTerms], since: dt.date, contracts: tuple[str, ...], paid: Collection[str]
    ) -> Agreed:
        """Weights are the mean of the tables; an indicator of several is taken from the first."""
        version = self._known[tables[0].plan_version]
        rows: dict[str, tuple[ScoreTerms, ScoredIndicator]] = {}
        weight: dict[str, Fraction] = {}
        for terms in tables:
            for row in terms.indicators:
                rows.setdefault(row.id, (terms, row))
                weight[row.id] = weight.get(row.id, Fraction(0)) + Fraction(row.weight) / len(tables)
        lines = tuple(
            Line(self._definition(terms, row), Fraction(0) if key in paid else weight[key])
            for key, (terms, row) in rows.items()
            if not row.is_gate or weight[key]
        )
        gates = {key: row.floor for key, (_terms, row) in rows.items() if row.is_gate}
        return Agreed(self.rules(version.version), since, version, contracts, lines, gates)

    def definitions(self, contracts: Iterable[Contract], period: Period) -> Iterable[Indicator]:
        """Whatever a contract that runs in the period counts by."""
        for one in contracts:
            yield from (line.definition for line in self.of([one], period, ()).lines)

    def _printed(self, contract: Contract, year: dt.date, paid: Collection[str]) -> ScoreTerms:
        return printed(self.version_on(year), contract.service_line, year, paid)

    def _definition(self, terms: ScoreTerms, row: ScoredIndicator) -> Indicator:
        found = next(
            one for one in self.rules(terms.plan_version).indicators if (one.id, one.version) == (row.id, row.version)
        )
        return replace(found, floor=row.floor, target=row.target)


def agreed_definitions(known: Iterable[Indicator], period: Period) -> list[Indicator]:
    """Versions that running contracts count by and that are not `known`, each once."""
    codes = {one.code for one in known}
    found = Agreements().definitions(queries.contracts_in(period), period)
    return list({one.code: one for one in found if one.code not in codes}.values())


def printed(version: PlanVersion, service_line: str, on: dt.date, paid: Collection[str]) -> ScoreTerms:
    """The table of a plan version for one line: weights of 100, and 0 with what a promise pays for."""
    rules: QualityPlan = plan.parsed(version)
    lines = _lines_of_plan(rules, on, {service_line}, paid)
    shares = split(ALL, [line.weight for line in lines]) if any(line.weight for line in lines) else [0] * len(lines)
    rows = [_row(line.definition, Decimal(share) / 100) for line, share in zip(lines, shares, strict=True)]
    known = {row.id for row in rows}
    gates = [one for one in _in_force(rules, on) if one.gate is Gate.FLOOR and one.id not in known]
    pays = rules.settlement
    return ScoreTerms(
        plan_version=version.version, sha256=version.sha256,
        approved_on=local_day(version.approved_at, fund().zone) if version.approved_at else version.valid_from,
        run_out_days=rules.run_out_days, appeal_days=rules.appeal_days, review_days=rules.review_days,
        withheld=pays.withheld, bonus=pays.bonus, nothing_at=pays.nothing_at, all_at=pays.all_at,
        bonus_full_at=pays.bonus_full_at,
        indicators=(*rows, *(_row(one, Decimal(0)) for one in gates)),
    )  # fmt: skip


def announced(service_line: str, on: dt.date, paid: Collection[str]) -> ScoreTerms | None:
    """What procurement prints (`kpi.hooks.score_terms`): by the plan of a day; None: it scores no such care."""
    rows = [row for row in plan.versions_in_force(PART) if row.valid_from <= on]
    terms = printed(rows[-1], service_line, on, paid) if rows else None
    if terms is None or all(row.is_gate for row in terms.indicators):
        return None
    return replace(terms, recovery=recovery_on(on))


def pays(terms: ScoreTerms) -> Terms:
    """What a table pays, for the arithmetic."""
    return Terms(terms.withheld, terms.bonus, terms.nothing_at, terms.all_at, terms.bonus_full_at)


def contract_pays(contract: Contract, period: Period, rules: QualityPlan) -> Terms:
    """By its own table; without one, as the plan it is scored by says."""
    table = contract.score_on(year_began(contract.valid_from, period.first))
    return pays(table) if table else rules.settlement


def _lines_of_plan(
    rules: QualityPlan, since: dt.date, sectors: Collection[str], paid: Collection[str]
) -> tuple[Line, ...]:
    wanted = [
        one
        for one in _in_force(rules, since)
        if one.weight > 0 and (one.sector is Sector.ALL or one.sector.value in sectors)
    ]
    rows = [(one.id, one.group.value, Decimal(0) if one.id in paid else one.weight) for one in wanted]
    weighed = weights(rows, rules.score.groups)
    return tuple(Line(one, weighed[one.id]) for one in wanted)


def _in_force(rules: QualityPlan, since: dt.date) -> tuple[Indicator, ...]:
    """A text that was written later than a contract counts by what it first said."""
    return rules.on(max(since, min(one.valid_from for one in rules.indicators)))


def _row(one: Indicator, weight: Decimal) -> ScoredIndicator:
    return ScoredIndicator(
        one.id, one.name, one.version, one.unit, one.floor, one.target, one.minimum, one.size_unit, weight,
        one.adjustment, one.gate is Gate.FLOOR,
    )  # fmt: skip
