"""Which quantity limits a line meets, and how much of them is used."""

from __future__ import annotations

from datetime import date, timedelta

from claims.case import Line
from claims.terms import Terms


def quantity_limits(line: Line, terms: Terms) -> list[tuple[str, str, int, int]]:
    """(key, period, limit, used before) of every quantity limit that this line meets, in thousandths."""
    service, used = terms.service, terms.ledger.used
    if service is None:
        return []
    found = [
        (limit.key, limit.period, limit.quantity_milli, used.get(terms.quantity_window(limit.key, limit.period), 0))
        for limit in service.limits
    ]
    childcare, grant = terms.plan.childcare, line.grant
    if service.entitlement and childcare is not None and grant is not None:
        weekly = childcare.weekly_milli.get(grant.entitlement, 0)
        weeks = weeks_of(line)
        key = entitlement_key(service.entitlement)
        taken = sum(used.get((key, line.member_id or 0, week), 0) for week in weeks)
        found.append((key, "week", weekly * len(weeks), taken))
    return found


def entitlement_key(entitlement: str) -> str:
    return f"entitlement:{entitlement}"


def weeks_of(line: Line) -> list[date]:
    """Mondays of the weeks a line spans; a monthly line brings the entitlement of each of its weeks."""
    begins = line.service_from or line.service_on
    monday = begins - timedelta(days=begins.weekday())
    weeks = (line.service_on - begins).days // 7 + 1
    return [monday + timedelta(weeks=week) for week in range(max(weeks, 1))]
