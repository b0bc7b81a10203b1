"""BEN: does the plan grant this service, how much of it, how often, and was it authorised?"""
# ruff: noqa: ARG001 (every rule takes the same two arguments)

from __future__ import annotations

from datetime import date, timedelta

from claims.benefit_plan.rows import period_after
from claims.case import Finding, Line, PriorLine
from claims.limits import absence_days, count_limits, quantity_limits
from claims.rule import rule
from claims.spread import asked_of, is_spread, windows
from claims.terms import Terms
from core.words import _l


@rule(
    "BEN-01",
    text=_l("Service {service:code} is not part of the member’s benefit package ({package:text})."),
    basis="Benefit regulation, art. 2(1)",
)
def not_in_package(line: Line, terms: Terms) -> Finding | None:
    """Without a cover no package is known; MEM-02 or MEM-03 says so."""
    if not line.service or not line.is_code_known or terms.cover is None:
        return None
    package = terms.cover.package
    if terms.service is not None and package in terms.service.packages:
        return None
    return Finding(service=line.service, package=terms.plan.packages.get(package, package))


@rule(
    "BEN-02",
    text=_l("Contract {contract:code} covers this service, but has no agreed price for {on:day} yet."),
    basis="Contracting regulation, art. 7(2)",
)
def no_agreed_price(line: Line, terms: Terms) -> Finding | None:
    contract = line.contract
    if contract is not None and contract.unit_price is not None:
        return None
    if contract is None and not line.is_contracted:
        return None  # PRV-02
    return Finding(contract=contract.contract_number if contract else "", on=line.service_on)


@rule(
    "BEN-03",
    text=_l(
        "{used:quantity} of {limit:units} used in this {period:period}; {allowed:quantity} allowed here, "
        "next possible on {next:day}."
    ),
    basis="Benefit regulation, art. 7(1)",
    concerns=lambda row: row.limits or row.entitlement,
)
def above_quantity_limit(line: Line, terms: Terms) -> Finding | None:
    """The tightest limit speaks: rows of the plan, and the childcare hours of the grant."""
    tightest: Finding | None = None
    for key, period, limit, used in quantity_limits(line, terms):
        left = max(limit - used, 0)
        if left < line.quantity_milli and (tightest is None or left < (tightest.allowed_milli or 0)):
            tightest = Finding(
                allowed_milli=left,
                limit=limit,
                period=period,
                used=used,
                allowed=left,
                key=key,
                unit=terms.row.unit,
                next=period_after(period, line.service_on, terms.cover),
            )
    return tightest


@rule(
    "BEN-03",
    part="windows",
    text=_l(
        "At most {limit:units} per {period:period}. This line touches {windows:number} of them; {used:quantity} were "
        "used in them before, {allowed:quantity} allowed here, next possible on {next:day}."
    ),
    basis="Benefit regulation, art. 7(2)",
    concerns=lambda row: row.limits,
)
def above_limit_of_windows(line: Line, terms: Terms) -> Finding | None:
    """A line of many days fills each window by what was recorded in it; without records one after the other."""
    tightest: Finding | None = None
    for limit in terms.row.limits:
        if not is_spread(limit.period, line):
            continue
        touched, most = windows(limit, line, terms), limit.quantity_milli
        allowed = sum([window.room(most) for window in touched])
        if allowed < asked_of(line, touched) and (tightest is None or allowed < (tightest.allowed_milli or 0)):
            tightest = Finding(
                allowed_milli=allowed,
                limit=most,
                period=limit.period,
                windows=len(touched),
                used=sum([min(window.used, most) for window in touched]),
                allowed=allowed,
                key=limit.key,
                unit=terms.row.unit,
                next=period_after(limit.period, line.service_on, terms.cover),
            )
    return tightest


@rule(
    "BEN-04",
    text=_l(
        "Too soon: the same service was given on {previous:day} (claim {claim:code}); next possible on {next:day}."
    ),
    basis="Benefit regulation, art. 7(3)",
    concerns=lambda row: row.frequency_days,
)
def too_soon(line: Line, terms: Terms) -> Finding | None:
    """Bounded on both sides: an older service that comes in late may stand before a newer one."""
    gap, on = terms.row.frequency_days, line.service_on
    given = terms.ledger.given.get((line.member_id, line.service), ())
    blocking = [other for other in given if abs((other.service_on - on).days) < gap]
    if not blocking:
        return None
    last = max(blocking, key=day_of)
    next_on = last.service_on + timedelta(days=gap)
    return Finding(previous=last.service_on, claim=last.claim_number, claim_id=last.claim_id, next=next_on)


def day_of(line: Line | PriorLine) -> date:
    return line.service_on


@rule(
    "BEN-05",
    text=_l(
        "{name:text}: {count:number} of {count_limit:number} in this {period:period} are used up; "
        "next possible on {next:day}."
    ),
    basis="Benefit regulation, art. 8(1)",
    concerns=lambda row: row.counts,
)
def count_used_up(line: Line, terms: Terms) -> Finding | None:
    """Claims are counted, not lines: a second line of a claim counted in this period passes."""
    for limit in count_limits(line, terms):
        place = terms.quantity_window(limit.key, limit.period)
        count = terms.ledger.used.get(place, 0)
        if count >= limit.count and (limit.key, place[2], line.claim_id) not in terms.ledger.counted:
            next_on = period_after(limit.period, line.service_on, terms.cover)
            return Finding(name=limit.name, count=count, count_limit=limit.count, period=limit.period, next=next_on)
    return None


@rule(
    "BEN-07",
    text=_l("Prior authorisation {number:code} is missing or not valid on {on:day}."),
    basis="Benefit regulation, art. 9(1)",
    concerns=lambda row: row.needs_authorisation,
)
def not_authorised(line: Line, terms: Terms) -> Finding | None:
    grant, on = line.grant, line.service_on
    if grant is not None and grant.holds_on(on):
        return None
    return Finding(number=grant.number if grant else line.authorisation_no, on=on)


@rule(
    "BEN-08",
    text=_l(
        "More than was authorised: {used:quantity} of {granted:units} granted by {number:code} were used before, "
        "{allowed:quantity} allowed here."
    ),
    basis="Benefit regulation, art. 9(3)",
    concerns=lambda row: row.needs_grant,
)
def more_than_authorised(line: Line, terms: Terms) -> Finding | None:
    """A grant limits only services that need one; beside another service it stands by chance."""
    grant = line.grant
    if grant is None or grant.granted_milli is None:
        return None
    used = grant.used_milli + terms.ledger.used.get(("grant", grant.grant_id, grant.valid_from), 0)
    left = max(grant.granted_milli - used, 0)
    if line.quantity_milli <= left:
        return None
    return Finding(
        allowed_milli=left,
        granted=grant.granted_milli,
        number=grant.number,
        used=used,
        allowed=left,
        unit=terms.row.unit,
    )


@rule(
    "BEN-03",
    part="absences",
    text=_l(
        "Absences are paid on {limit:number} days a {period:period}: {used:number} used before, "
        "{absent:number} in this line, {left:number} left."
    ),
    basis="Childcare tariff regulation, art. 6(2)",
    concerns=lambda row: row.match == "attendance",
)
def too_many_absences(line: Line, terms: Terms) -> Finding | None:
    """Absences told in time are paid so many days a year; the parents pay the rest."""
    fact, found = line.attendance, absence_days(line, terms)
    if fact is None or found is None or len(fact.absences) <= found.left:
        return None
    unpaid = sum(quantity for _, quantity in fact.absences[found.left :])
    allowed = max(fact.attended_milli - unpaid, 0)
    if line.quantity_milli <= allowed:
        return None
    return Finding(
        allowed_milli=allowed,
        limit=found.limit,
        period="year",
        used=found.used,
        absent=len(fact.absences),
        left=found.left,
    )


@rule(
    "BEN-09",
    text=_l("Service {service:code} needs a referral; the claim names none."),
    basis="Benefit regulation, art. 9(4)",
    concerns=lambda row: row.needs_referral,
)
def no_referral(line: Line, terms: Terms) -> Finding | None:
    """An emergency needs none (ours)."""
    if line.referral_no or line.visit_type == "emergency":
        return None
    return Finding(service=line.service)
