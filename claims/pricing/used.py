"""What a decided line uses up besides money."""

from __future__ import annotations

from claims.benefit_plan.rows import QuantityLimit, ServiceRow
from claims.case import Line, LineDecision, UseEntry
from claims.limits import absence_days, count_limits, entitled_weeks, entitlement_key
from claims.spread import is_spread, windows
from claims.terms import Place, Terms


def use_quantities(decision: LineDecision, line: Line, terms: Terms) -> None:
    """What the allowed quantity uses up: limits of the row, weeks of an entitlement, counts, the authorisation.

    A reviewer may approve nothing of a line; then nothing is used.
    """
    service = terms.service
    if service is None or not decision.quantity_milli:
        return
    if service.limits or service.counts:
        _of_row(decision, service, line, terms)
    if service.entitlement:
        _of_weeks(decision, service.entitlement, line, terms)
    if line.attendance is not None and line.attendance.absences:
        _of_absences(decision, line, terms)
    grant = line.grant
    if grant is not None and grant.granted_milli is not None and service.needs_grant:
        place = ("grant", grant.grant_id, grant.valid_from)
        used = grant.used_milli + terms.ledger.used.get(place, 0)
        decision.use.append(_entry(place, "grant", decision.quantity_milli, grant.granted_milli, used, "grant"))


def _of_row(decision: LineDecision, service: ServiceRow, line: Line, terms: Terms) -> None:
    used = terms.ledger.used
    for limit in service.limits:
        if is_spread(limit.period, line):
            _of_windows(decision, limit, line, terms)
            continue
        place = terms.quantity_window(limit.key, limit.period)
        before = used.get(place, 0)
        decision.use.append(
            _entry(place, "member", decision.quantity_milli, limit.quantity_milli, before, limit.period)
        )
    for count in count_limits(line, terms):
        place = terms.quantity_window(count.key, count.period)
        if (count.key, place[2], line.claim_id) not in terms.ledger.counted:
            decision.use.append(_entry(place, "member", 1, count.count, used.get(place, 0), count.period, "count"))


def _of_windows(decision: LineDecision, limit: QuantityLimit, line: Line, terms: Terms) -> None:
    """Fill the windows that the line touches; the last one bears what rounding of the records leaves over."""
    quantity, touched, most = decision.quantity_milli, windows(limit, line, terms), limit.quantity_milli
    for window in touched:
        taken = quantity if window is touched[-1] else min(quantity, window.room(most))
        quantity -= taken
        if taken:
            place = (limit.key, line.member_id or 0, window.first)
            decision.use.append(_entry(place, "member", taken, most, window.used, limit.period))


def _of_weeks(decision: LineDecision, entitlement: str, line: Line, terms: Terms) -> None:
    """Fill the weeks of the line one after the other, so that no other line finds them empty."""
    quantity, key = decision.quantity_milli, entitlement_key(entitlement)
    for monday, weekly, used in entitled_weeks(line, terms):
        taken = min(quantity, max(weekly - used, 0))
        quantity -= taken
        if taken:
            decision.use.append(_entry((key, line.member_id or 0, monday), "member", taken, weekly, used, "week"))


def _of_absences(decision: LineDecision, line: Line, terms: Terms) -> None:
    """Whole days of absence that the allowed quantity needs beyond what was attended."""
    fact, found = line.attendance, absence_days(line, terms)
    if fact is None or found is None:
        return
    over = decision.quantity_milli - (fact.attended_milli - sum(hours for _, hours in fact.absences))
    days = 0
    for _, hours in fact.absences[: found.left]:
        if over <= 0:
            break
        over -= hours
        days += 1
    if days:
        decision.use.append(_entry(found.place, "member", days, found.limit, found.used, "year", "count"))


def _entry(
    place: Place, scope: str, amount: int, limit: int, used: int, period: str, unit: str = "quantity"
) -> UseEntry:
    return UseEntry(place[0], scope, place[1], place[2], unit, amount, limit, used, period)
