"""Which quantity limits a line meets, and how much of them is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from claims.benefit_plan.rows import CountLimit
from claims.case import Line
from claims.kinds import kind_of
from claims.spread import is_spread
from claims.terms import Place, Terms

_WEEK: Final = timedelta(weeks=1)


def quantity_limits(line: Line, terms: Terms) -> list[tuple[str, str, int, int]]:
    """(key, period, limit, used before) of every quantity limit that this line meets in one window, in
    thousandths."""
    service, used = terms.row, terms.ledger.used
    found = [
        (limit.key, limit.period, limit.quantity_milli, used.get(terms.quantity_window(limit.key, limit.period), 0))
        for limit in service.limits
        if not is_spread(limit.period, line)
    ]
    weeks = entitled_weeks(line, terms)
    if weeks:
        entitled = taken = 0
        for _, weekly, used_before in weeks:
            entitled += weekly
            taken += min(used_before, weekly)
        found.append((entitlement_key(service.entitlement), "week", entitled, taken))
    return found


@dataclass(slots=True)
class AbsenceDays:
    """Days a year on which absences told in time are paid, and how many were used before this line."""

    limit: int
    used: int
    place: Place

    @property
    def left(self) -> int:
        return max(self.limit - self.used, 0)


def absence_days(line: Line, terms: Terms) -> AbsenceDays | None:
    """None: the plan limits none, or the line has none."""
    childcare, fact = terms.plan.childcare, line.attendance
    if childcare is None or childcare.absence_days is None or fact is None or not fact.absences:
        return None
    place = terms.quantity_window("absence:childcare", "year")
    return AbsenceDays(childcare.absence_days, terms.ledger.used.get(place, 0), place)


def count_limits(line: Line, terms: Terms) -> list[CountLimit]:
    """The limits that count this claim: those of the row, unless they name kinds and the claim is of another."""
    service = terms.service
    if service is None or not service.counts:
        return []
    kind = ""
    for limit in service.counts:
        if limit.kinds and not kind:
            kind = _kind_of_claim(line, terms)
    return [limit for limit in service.counts if not limit.kinds or kind in limit.kinds]


def _kind_of_claim(line: Line, terms: Terms) -> str:
    """Of the lines that nothing refuses: `adjudication` decides again when a line turns out to be refused."""
    terms.kinds_asked.add(line.claim_id)
    own = [other for other in terms.lines if other.claim_id == line.claim_id]
    return kind_of([other for other in own if (other.claim_id, other.line_no) not in terms.closed], terms.plan)


def entitled_weeks(line: Line, terms: Terms) -> list[tuple[date, int, int]]:
    """(Monday, entitled, used before) of every week that a line with an entitlement spans, in thousandths."""
    if terms.weeks is None:
        terms.weeks = _weeks(line, terms)
    return terms.weeks


def _weeks(line: Line, terms: Terms) -> list[tuple[date, int, int]]:
    service, childcare, grant = terms.service, terms.plan.childcare, line.grant
    if service is None or not service.entitlement or childcare is None or grant is None:
        return []
    weekly = childcare.weekly_milli.get(grant.entitlement)
    if weekly is None or not grant.holds_on(line.service_on):
        return []  # CAR-04
    key, member = entitlement_key(service.entitlement), line.member_id or 0
    return [(monday, weekly, terms.ledger.used.get((key, member, monday), 0)) for monday in weeks_of(line)]


def entitlement_key(entitlement: str) -> str:
    return f"entitlement:{entitlement}"


def weeks_of(line: Line) -> list[date]:
    """Mondays of the weeks a line spans; a monthly line brings the entitlement of each of its weeks."""
    begins = line.service_from or line.service_on
    mondays = [begins - timedelta(days=begins.weekday())]
    while (following := mondays[-1] + _WEEK) <= line.service_on:
        mondays.append(following)
    return mondays
