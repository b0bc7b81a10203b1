"""Attendance of a line as a fact: what may be billed, by day, what the rest lacks, what a person must look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claims.case import MILLI, AttendanceFact
from claims.facts.asked import Asked, spanned
from claims.facts.by_day import within
from claims.facts.elements import ELEMENTS
from claims.queries import facts as queries

SiteMonth = tuple[int, dt.date]  # site, first day of a month


@dataclass(slots=True)
class Attended:
    """A stored day of attendance, in the order of the columns of `queries.attendance`."""

    organisation_id: int
    site_id: int
    day: dt.date
    arrived_minute: int | None
    left_minute: int | None
    is_absent: bool
    children_present: int | None
    licensed_places: int | None
    allowed_places: int | None
    has_note: bool
    billable_minutes: int | None
    uncounted: str
    doubt: str
    doubt_other: str


class Attendance:
    """Days of the batch by member, and the minutes of the sites' months; nothing is read where none is claimed."""

    def __init__(self, lines: Sequence[Asked]) -> None:
        self._by_member: dict[int, dict[dt.date, list[Attended]]] = {}
        self._months: dict[SiteMonth, tuple[int, int]] = {}
        if lines:
            members, first, last = spanned(lines)
            for row in queries.attendance(members, first, last):
                attended = Attended(*row[1:])
                self._by_member.setdefault(row[0], {}).setdefault(attended.day, []).append(attended)
            organisations = {each.claim.organisation_id for each in lines}
            for site_id, month, billed, present in queries.site_months(organisations, first, last):
                self._months[site_id, month] = (billed, present)

    def of(self, asked: Asked, unit: str) -> AttendanceFact | None:
        """No record: no fact."""
        known = self._by_member.get(asked.claim.member_id or 0)
        if known is None:
            return None
        claim = asked.claim
        days = [
            day
            for day in within(known, asked.line.service_from or asked.day, asked.day)
            if day.organisation_id == claim.organisation_id and claim.site_id in (None, day.site_id)
        ]
        if not days:
            return None
        fact = attendance_fact(days, unit)
        self._add_months(fact, {(day.site_id, day.day.replace(day=1)) for day in days})
        return fact

    def _add_months(self, fact: AttendanceFact, months: Iterable[SiteMonth]) -> None:
        """Hours claimed and attended of the sites in these months; 0: not closed, or claims not counted yet."""
        found = [self._months[each] for each in months if each in self._months]
        fact.billed_milli_of_site = sum([billed for billed, _ in found]) * MILLI // 60
        fact.attended_milli_of_site = sum([attended for _, attended in found]) * MILLI // 60


def attendance_fact(days: Iterable[Attended], unit: str) -> AttendanceFact:
    """What may be billed of each day; of the days that lack something the first says what."""
    fact = AttendanceFact(0)
    counted: list[tuple[dt.date, int]] = []
    absences: list[tuple[dt.date, int]] = []
    total = worst = 0
    for day in days:
        minutes, lacks = _minutes(day)
        if lacks and fact.missing_on is None:
            fact.missing, fact.missing_on = (lacks,), day.day
        units = (MILLI if minutes else 0) if unit == "day" else minutes * MILLI // 60
        total += units if unit == "day" else minutes
        if units:
            counted.append((day.day, units))
            if day.is_absent and not day.has_note:
                absences.append((day.day, units))
        excess = _excess(day)
        if excess > worst:
            worst = excess
            fact.over_on, fact.children = day.day, day.children_present or 0
            fact.places = day.licensed_places or 0
        if day.doubt and not fact.doubt:
            fact.doubt, fact.doubt_on, fact.doubt_other = day.doubt, day.day, day.doubt_other
    fact.attended_milli = total if unit == "day" else total * MILLI // 60
    fact.days, fact.absences = tuple(counted), tuple(absences)
    return fact


def _minutes(day: Attended) -> tuple[int, str]:
    """Minutes that may be billed and what the day lacks; before the records are closed, only what is on the clock."""
    if day.billable_minutes is not None:
        return day.billable_minutes, ELEMENTS.get(day.uncounted, "")
    if day.is_absent:
        return 0, ""
    if day.arrived_minute is None or day.left_minute is None:
        return 0, "left_minute"
    return day.left_minute - day.arrived_minute, ""


def _excess(day: Attended) -> int:
    """Children beyond the places that the day allows."""
    allowed = day.licensed_places if day.allowed_places is None else day.allowed_places
    if day.children_present is None or allowed is None:
        return 0
    return day.children_present - allowed
