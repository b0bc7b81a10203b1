"""Day by day: of a line over many days only those are refused on which something stands against it."""

from __future__ import annotations

from datetime import date

from claims.benefit_plan.rows import level_on
from claims.case import CareLevel, Finding, Line, Stay
from claims.recorded_days import without
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
