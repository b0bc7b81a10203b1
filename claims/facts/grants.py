"""What care a person was granted: the authorisation that a line stands under, and its days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from claims.benefit_plan.rows import BenefitPlan, ServiceRow
from claims.case import Grant
from claims.facts.asked import Asked
from claims.facts.timeline import PlanFor
from claims.queries import facts as queries
from claims.sent import LineInput


@dataclass(slots=True)
class Granted:
    """A stored grant, in the order of the columns of `queries.grants`; `quantity`: None = not limited."""

    id: int
    number: str
    service_line: str
    service: str
    care_level: int | None
    quantity: int | None
    entitlement: str
    valid_from: dt.date
    valid_until: dt.date


class Grants:
    """`by_member`: stored grants, the latest first. What a line sees of one is the same for all lines of a plan."""

    def __init__(self, member_ids: Collection[int], plan_for: PlanFor) -> None:
        self._plan_for = plan_for
        self._seen: dict[tuple[int, int], Grant] = {}
        self.by_member: dict[int, list[Granted]] = {}
        self._asked = queries.grants(member_ids)

    def read(self) -> None:
        for row in self._asked:
            self.by_member.setdefault(row[0], []).append(Granted(*row[1:]))

    def of(self, asked: Asked) -> Grant | None:
        """The grant that the line names, else one of that day for its service, else the latest of them."""
        granted, day = self.by_member.get(asked.claim.member_id or 0), asked.day
        if granted is None:
            return None
        latest: Granted | None = None
        for each in granted:
            if _fits(each, asked.line, asked.row):
                if each.valid_from <= day <= each.valid_until:
                    return self._seen_by(each, day)
                latest = latest or each
        return self._seen_by(latest, day) if latest is not None else None

    def spells(self) -> Iterator[tuple[dt.date, dt.date]]:
        """Grants with a quantity are counted over all their days."""
        for granted in self.by_member.values():
            for each in granted:
                if each.quantity is not None:
                    yield each.valid_from, each.valid_until

    def _seen_by(self, granted: Granted, day: dt.date) -> Grant:
        plan = self._plan_for(day)
        key = (granted.id, id(plan))
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = _grant(granted, plan)
        return found


def _fits(grant: Granted, line: LineInput, row: ServiceRow | None) -> bool:
    if line.authorisation_no:
        return grant.number == line.authorisation_no
    if grant.service:
        return grant.service == line.service
    return row is not None and grant.service_line == row.line


def _grant(granted: Granted, benefits: BenefitPlan) -> Grant:
    return Grant(
        grant_id=granted.id,
        number=granted.number,
        valid_from=granted.valid_from,
        valid_until=granted.valid_until,
        granted_milli=None if granted.quantity is None else granted.quantity * 1000,
        entitlement=_entitlement(granted, benefits),
    )


def _entitlement(granted: Granted, benefits: BenefitPlan) -> str:
    """As decided on the grant; else the one whose weekly hours its quantity reaches, without a quantity the largest."""
    if granted.entitlement or benefits.childcare is None or granted.care_level is not None:
        return granted.entitlement
    ranked = sorted(benefits.childcare.weekly_milli.items(), key=lambda pair: -pair[1])
    if granted.quantity is None:
        return ranked[0][0]
    weeks = max((granted.valid_until - granted.valid_from).days + 1, 7) / 7
    weekly = int(granted.quantity * 1000 / weeks)
    return next((name for name, hours in ranked if hours <= weekly), ranked[-1][0])
