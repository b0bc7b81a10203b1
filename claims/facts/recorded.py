"""Visits and attendance of a line as facts: what counts, by day, what the rest lacks, what a person must look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from claims.case import MILLI, AttendanceFact, VisitFact
from claims.queries import facts as queries

# What closing the records found → the element that the sentence names.
ELEMENTS = {
    "no_sign_out": "left_minute",
    "closed_day": "open_day",
    "outside_hours": "opening_hours",
    "not_enrolled": "enrolment",
    "not_notified": "notice",
    "late_edit": "edit_in_time",
}
_TIMED_ONCE = ("visit", "each", "night", "day")


class SiteMonths:
    """Minutes billed and attended by provider, site and month; nothing is read where no attendance is claimed."""

    def __init__(self, organisation_ids: Collection[int], spans: Sequence[tuple[int, dt.date, dt.date]]) -> None:
        self._found: dict[tuple[int, dt.date], Any] = {}
        if spans:
            first, last = min(span[1] for span in spans), max(span[2] for span in spans)
            for row in queries.site_months(organisation_ids, first, last):
                self._found[row.site_id, row.month] = row

    def of(self, site_id: int, day: dt.date) -> tuple[int, int]:
        """Billed and attended minutes of the site in the month of `day`; (0, 0): not closed."""
        row = self._found.get((site_id, day.replace(day=1)))
        return (row.billed_minutes, row.attended_minutes) if row is not None else (0, 0)


def visit_fact(visits: Iterable[Any], unit: str) -> VisitFact | None:
    """Complete visits count; of the others the first says what it lacks. Nothing recorded: no fact."""
    fact: VisitFact | None = None
    days: dict[dt.date, int] = {}
    for visit in visits:
        fact = fact or VisitFact(0)
        lacks = _lacks(visit)
        if lacks:
            if fact.missing_on is None:
                fact.missing, fact.missing_on = lacks, visit.service_on
            continue
        minutes = int((visit.ended_at - visit.started_at).total_seconds() // 60)
        units = MILLI if unit in _TIMED_ONCE else _measured(minutes, unit)
        days[visit.service_on] = days.get(visit.service_on, 0) + units
        fact.verified_milli += units
        if fact.overlap_on is None and visit.overlap_number:
            fact.overlap_on, fact.overlap_number = visit.service_on, visit.overlap_number
        if visit.doubt and not fact.doubt:
            fact.doubt, fact.doubt_on, fact.doubt_other = visit.doubt, visit.service_on, visit.doubt_other
    if fact is not None:
        fact.days = tuple(days.items())
    return fact


def _lacks(visit: Any) -> tuple[str, ...]:
    """The elements of verification that the visit lacks; else why closing did not count it."""
    present = (
        ("worker", visit.worker),
        ("place", visit.place_code or visit.place_reason),
        ("started_at", visit.started_at),
        ("ended_at", visit.ended_at),
    )
    lacks = tuple(name for name, value in present if not value)
    return lacks or ((ELEMENTS[visit.uncounted],) if visit.uncounted in ELEMENTS else ())


def _measured(minutes: int, unit: str) -> int:
    """Units of 15 minutes: 8 to 22 minutes are one, then one more per further 15; hours as they are."""
    return (minutes + 7) // 15 * MILLI if unit.startswith("15") else minutes * MILLI // 60


def attendance_fact(days: Iterable[Any], unit: str, months: SiteMonths) -> AttendanceFact | None:
    """What may be billed of each day; of the days that lack something the first says what. No record: no fact."""
    fact: AttendanceFact | None = None
    counted: list[tuple[dt.date, int]] = []
    absences: list[tuple[dt.date, int]] = []
    total, worst, site_months = 0, 0, set()
    for day in days:
        fact = fact or AttendanceFact(0)
        minutes, lacks = _minutes(day)
        if lacks and fact.missing_on is None:
            fact.missing, fact.missing_on = (lacks,), day.day
        units = (MILLI if minutes else 0) if unit == "day" else minutes * MILLI // 60
        total += units if unit == "day" else minutes
        if units:
            counted.append((day.day, units))
            if day.is_absent and not day.has_note:
                absences.append((day.day, units))
        if _excess(day) > worst:
            worst = _excess(day)
            fact.over_on, fact.children, fact.places = day.day, day.children_present, day.licensed_places
        if day.doubt and not fact.doubt:
            fact.doubt, fact.doubt_on, fact.doubt_other = day.doubt, day.day, day.doubt_other
        site_months.add((day.site_id, day.day.replace(day=1)))
    if fact is not None:
        fact.attended_milli = total if unit == "day" else total * MILLI // 60
        fact.days, fact.absences = tuple(counted), tuple(absences)
        sums = [months.of(*key) for key in site_months]
        fact.billed_milli_of_site = sum(billed for billed, _ in sums) * MILLI // 60
        fact.attended_milli_of_site = sum(attended for _, attended in sums) * MILLI // 60
    return fact


def _minutes(day: Any) -> tuple[int, str]:
    """Minutes that may be billed and what the day lacks; before the records are closed, only what is on the clock."""
    if day.billable_minutes is not None:
        return day.billable_minutes, ELEMENTS.get(day.uncounted, "")
    if day.is_absent:
        return 0, ""
    if day.arrived_minute is None or day.left_minute is None:
        return 0, "left_minute"
    return day.left_minute - day.arrived_minute, ""


def _excess(day: Any) -> int:
    """Children beyond the places that the day allows."""
    allowed = day.licensed_places if day.allowed_places is None else day.allowed_places
    if day.children_present is None or allowed is None:
        return 0
    return int(day.children_present - allowed)
