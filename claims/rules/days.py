"""Day by day: of a line over many days only those are refused on which something stands against it."""


from __future__ import annotations

from datetime import date

from claims.benefit_plan.rows import level_on
from claims.case import CareLevel, Finding, Line, Stay
from claims.limits import absence_days
from claims.months import months_between
from claims.recorded_days import recorded_days, without
from claims.rule import rule
from claims.terms import Terms
from core.words import _l

RECORDED = ("visit", "attendance")


@rule(
    "CAR-03",
    part="days",
    text=_l(
        "{refused:quantity} of what was recorded lies inside a stay in hospital or residential care "
        "from {admitted:day} to {discharged:day}."
    ),
    basis="Care regulation, art. 14(1)",
    concerns=lambda row: row.match in RECORDED and not row.is_stay_exempt,
)
def days_inside_stay(line: Line, terms: Terms) -> Finding | None:
    """Admission and discharge day are free; a line wholly inside one stay is refused by CAR-03 itself."""
    member = terms.member
    if member is None or not member.stays:
        return None
    found = without(line, lambda day: _stay_around(member.stays, day) is not None)
    if found is None:
        return None
    first: date = found.parameters["on"]
    stay = _stay_around(member.stays, first)
    if stay is None or _holds_all(stay, line):
        return None
    found.parameters |= {"admitted": stay.admitted_on, "discharged": stay.discharged_on, "stay": stay.number}
    return found


def _stay_around(stays: tuple[Stay, ...], day: date) -> Stay | None:
    for stay in stays:
        if stay.admitted_on < day and (stay.discharged_on is None or day < stay.discharged_on):
            return stay
    return None


def _holds_all(stay: Stay, line: Line) -> bool:
    begins = line.service_from or line.service_on
    return stay.admitted_on < begins and (stay.discharged_on is None or line.service_on < stay.discharged_on)


@rule(
    "CAR-03",
    part="double",
    text=_l("From {admitted:day} to {discharged:day} the member is in {kind:text} care, which excludes this service."),
    basis="Care regulation, art. 14(3)",
    concerns=lambda row: row.never_during,
)
def double_benefit(line: Line, terms: Terms) -> Finding | None:
    """One common night is enough; admission and discharge day are no nights in common."""
    if terms.member is None:
        return None
    begins = line.service_from or line.service_on
    for stay in terms.member.stays:
        has_common_night = stay.admitted_on <= line.service_on and (
            stay.discharged_on is None or stay.discharged_on > begins
        )
        if has_common_night and stay.kind == terms.row.never_during:
            return Finding(admitted=stay.admitted_on, discharged=stay.discharged_on, kind=stay.kind)
    return None


@rule(
    "CAR-04",
    part="days",
    text=_l("On {on:day} the member had no care level {needed:text} or above; {refused:quantity} fall on such days."),
    basis="Care regulation, art. 5(1)",
    concerns=lambda row: row.care_level_from and row.match in RECORDED,
)
def days_without_level(line: Line, terms: Terms) -> Finding | None:
    member, least = terms.member, terms.row.care_level_from
    if member is None or _spans_line(line, member.care_levels, least):
        return None
    found = without(line, lambda day: level_on(member, day) < least)
    if found is not None:
        found.parameters["needed"] = f"L{least}"
    return found


def _spans_line(line: Line, levels: tuple[CareLevel, ...], least: int) -> bool:
    """The ordinary case, told without asking each day: one level holds on all days of the line."""
    begins = line.service_from or line.service_on
    return any(
        level.level >= least
        and level.valid_from <= begins
        and (level.valid_until is None or line.service_on <= level.valid_until)
        for level in levels
    )


@rule(
    "MEM-05",
    part="days",
    text=_l("On {on:day} the member was not of the age for this service; {refused:quantity} fall on such days."),
    basis="Benefit regulation, art. 5(3)",
    concerns=lambda row: (
        row.match in RECORDED and (row.age_from_months is not None or row.age_until_months is not None)
    ),
)
def days_of_other_age(line: Line, terms: Terms) -> Finding | None:
    """Age is that of each day, not only of the last one."""
    member, row = terms.member, terms.row
    if member is None or member.born_on is None:
        return None
    begins, born_on = line.service_from or line.service_on, member.born_on
    if _fits(row.age_from_months, row.age_until_months, born_on, begins) and _fits(
        row.age_from_months, row.age_until_months, born_on, line.service_on
    ):
        return None
    return without(line, lambda day: not _fits(row.age_from_months, row.age_until_months, born_on, day))


def _fits(youngest: int | None, oldest: int | None, born_on: date, on: date) -> bool:
    age = months_between(born_on, on)
    return (youngest is None or age >= youngest) and (oldest is None or age < oldest)


@rule(
    "MEM-06",
    part="days",
    text=_l("{refused:quantity} are dated after the member’s death on {died:day}."),
    basis="Membership regulation, art. 11",
    concerns=lambda row: row.match in RECORDED,
)
def days_after_death(line: Line, terms: Terms) -> Finding | None:
    if terms.member is None or terms.member.died_on is None or not recorded_days(line):
        return None
    died_on = terms.member.died_on
    found = without(line, lambda day: day > died_on)
    if found is not None:
        found.parameters["died"] = died_on
    return found


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
