"""CAR: do the records of visits and attendance bear the line out, and is anything wrong with them?"""
# ruff: noqa: ARG001 (every rule takes the same two arguments)

from __future__ import annotations

from claims.benefit_plan.rows import level_on
from claims.case import AttendanceFact, Finding, Line, Stay, VisitFact
from claims.reasons import Effect
from claims.recorded_days import recorded_days
from claims.rule import rule
from claims.terms import Terms
from core.words import _l

_RECORD = ["record"]


@rule(
    "CAR-01",
    text=_l("{matched:quantity} of {asked:quantity} matched a verified record; missing: {missing:elements}."),
    basis="Care regulation, art. 12(1)",
    concerns=lambda row: row.match in ("visit", "attendance"),
)
def not_matched(line: Line, terms: Terms) -> Finding | None:
    """Less was recorded than asked. What is not on the clock is not paid; the tolerance lies in the unit rule."""
    fact = _fact(line, terms)
    if fact is None:
        return Finding(allowed_milli=0, matched=0, asked=line.quantity_milli, missing=_RECORD, missing_on=None)
    return None if fact.missing_on is not None else _short(line, fact)


@rule(
    "CAR-01",
    part="element",
    text=_l(
        "{matched:quantity} of {asked:quantity} matched a verified record. On {missing_on:day} it lacks: "
        "{missing:elements}."
    ),
    basis="Care regulation, art. 12(2)",
    concerns=lambda row: row.match in ("visit", "attendance"),
)
def element_missing(line: Line, terms: Terms) -> Finding | None:
    """A record lacks an element or does not count: the first such day is named."""
    fact = _fact(line, terms)
    return None if fact is None or fact.missing_on is None else _short(line, fact)


def _fact(line: Line, terms: Terms) -> VisitFact | AttendanceFact | None:
    return line.visit if terms.row.match == "visit" else line.attendance


def _short(line: Line, fact: VisitFact | AttendanceFact) -> Finding | None:
    matched = fact.verified_milli if isinstance(fact, VisitFact) else fact.attended_milli
    if matched >= line.quantity_milli:
        return None
    return Finding(
        effect=(Effect.REDUCED if matched else Effect.DENIED).value,
        allowed_milli=matched,
        matched=matched,
        asked=line.quantity_milli,
        missing=list(fact.missing or _RECORD),
        missing_on=fact.missing_on,
    )


@rule(
    "CAR-02",
    text=_l("Visit overlaps visit {other:code} of the same worker or member on {on:day}."),
    others=_l("Visit overlaps another visit of the same worker or member on {on:day}."),
    basis="Care regulation, art. 12(4)",
)
def overlapping_visit(line: Line, terms: Terms) -> Finding | None:
    if line.visit is None or line.visit.overlap_on is None:
        return None
    return Finding(other=line.visit.overlap_number, on=line.visit.overlap_on)


@rule(
    "CAR-02",
    part="units",
    text=_l("On {on:day} the records of the care worker come to {other:text} units of 15 minutes, more than allowed."),
    basis="Care regulation, art. 12(5)",
    concerns=lambda row: row.match == "visit",
)
def too_many_units(line: Line, terms: Terms) -> Finding | None:
    return _in_doubt(line.visit, "over_units")


def _in_doubt(fact: VisitFact | AttendanceFact | None, doubt: str) -> Finding | None:
    """What a person must look at, on which day, and the figure beside it."""
    if fact is None or fact.doubt != doubt:
        return None
    return Finding(on=fact.doubt_on, other=fact.doubt_other)


@rule(
    "CAR-02",
    part="two_centres",
    text=_l("On {on:day} the child was signed in at another centre at the same time."),
    basis="Childcare tariff regulation, art. 5(3)",
    concerns=lambda row: row.match == "attendance",
)
def at_two_centres(line: Line, terms: Terms) -> Finding | None:
    """Which centre is not said: one provider does not learn from us where else a child is."""
    fact = line.attendance
    return Finding(on=fact.doubt_on) if fact is not None and fact.doubt == "two_centres" else None


@rule(
    "CAR-02",
    part="long_day",
    text=_l("On {on:day} the records of the child come to {other:text} minutes, more than a day allows."),
    basis="Childcare tariff regulation, art. 5(4)",
    concerns=lambda row: row.match == "attendance",
)
def too_long_a_day(line: Line, terms: Terms) -> Finding | None:
    return _in_doubt(line.attendance, "over_day")


@rule(
    "CAR-03",
    text=_l("Member was in hospital or residential care from {admitted:day} to {discharged:day}."),
    others=_l("The member was in hospital or residential care at that time."),
    basis="Care regulation, art. 14(1)",
)
def during_stay(line: Line, terms: Terms) -> Finding | None:
    """The days of admission and discharge are free; so are services that the plan exempts."""
    member = terms.member
    if member is None or not member.stays or (terms.service is not None and terms.service.is_stay_exempt):
        return None
    for stay in member.stays:
        if _lies_inside(line, stay):
            return Finding(admitted=stay.admitted_on, discharged=stay.discharged_on, stay=stay.number)
    return None


def _lies_inside(line: Line, stay: Stay) -> bool:
    """All days of the line lie strictly between admission and discharge; of a longer line days.py asks each."""
    begins = line.service_from or line.service_on
    return stay.admitted_on < begins and (stay.discharged_on is None or line.service_on < stay.discharged_on)


@rule(
    "CAR-04",
    text=_l("No valid care level or place entitlement on {on:day}; this service needs {needed:text}."),
    basis="Care regulation, art. 5(1)",
    concerns=lambda row: row.care_level_from or row.entitlement,
)
def no_entitlement(line: Line, terms: Terms) -> Finding | None:
    """The day that counts is the line's; where records tell the days, days.py asks each for its level."""
    row, member = terms.row, terms.member
    if member is None:
        return None
    if row.care_level_from and not recorded_days(line) and level_on(member, line.service_on) < row.care_level_from:
        return Finding(on=line.service_on, needed=f"L{row.care_level_from}")
    childcare = terms.plan.childcare
    if row.entitlement and childcare is not None:
        grant = line.grant
        if grant is None or not grant.holds_on(line.service_on) or grant.entitlement not in childcare.weekly_milli:
            return Finding(on=line.service_on, needed=row.entitlement)
    return None


@rule(
    "CAR-05",
    text=_l("Attendance above licensed places on {on:day}: {children:number} children, {places:number} places."),
    basis="Childcare licensing regulation, art. 8(2)",
)
def over_capacity(line: Line, terms: Terms) -> Finding | None:
    fact = line.attendance
    if fact is None or fact.over_on is None:
        return None
    return Finding(on=fact.over_on, children=fact.children, places=fact.places)
