"""What care a person was granted: the authorisation that a line stands under, and its days."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from claims.benefit_plan.rows import BenefitPlan
from claims.case import Grant
from claims.facts.timeline import PlanFor, RowOf
from claims.intake.values import LineInput
from claims.queries import facts as queries


class Grants:
    """`rows`: member → stored grants, the latest first."""

    def __init__(self, member_ids: Collection[int], plan_for: PlanFor, row_of: RowOf) -> None:
        self._plan_for, self._row_of = plan_for, row_of
        self.rows: dict[int, list[Any]] = defaultdict(list)
        for row in queries.grants(member_ids):
            self.rows[row.member_id].append(row)

    def of(self, member_id: int | None, line: LineInput, day: dt.date) -> Grant | None:
        """The grant that the line names, else one of that day for its service, else the latest of them."""
        rows = self.rows.get(member_id) if member_id is not None else None
        if not rows:
            return None
        fitting = [row for row in rows if self._fits(row, line)]
        valid = [row for row in fitting if row.valid_from <= day <= row.valid_until]
        row = next(iter(valid or fitting), None)
        return _grant(row, self._plan_for(day)) if row is not None else None

    def spells(self) -> Iterable[tuple[dt.date, dt.date]]:
        """Grants with a quantity are counted over all their days."""
        for rows in self.rows.values():
            yield from ((row.valid_from, row.valid_until) for row in rows if row.quantity is not None)

    def _fits(self, grant: Any, line: LineInput) -> bool:
        if line.authorisation_no:
            return bool(grant.number == line.authorisation_no)
        if grant.service:
            return bool(grant.service == line.service)
        row = self._row_of(line)
        return row is not None and bool(grant.service_line == row.line)


def _grant(row: Any, benefits: BenefitPlan) -> Grant:
    return Grant(
        grant_id=row.id,
        number=row.number,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        granted_milli=None if row.quantity is None else row.quantity * 1000,
        entitlement=_entitlement(row, benefits),
    )


def _entitlement(grant: Any, benefits: BenefitPlan) -> str:
    """As decided on the grant; else the one whose weekly hours its quantity reaches, without a quantity the largest."""
    if grant.entitlement or benefits.childcare is None or grant.care_level is not None:
        return str(grant.entitlement)
    ranked = sorted(benefits.childcare.weekly_milli.items(), key=lambda pair: -pair[1])
    if grant.quantity is None:
        return ranked[0][0]
    weeks = max((grant.valid_until - grant.valid_from).days + 1, 7) / 7
    weekly = int(grant.quantity * 1000 / weeks)
    return next((name for name, hours in ranked if hours <= weekly), ranked[-1][0])
