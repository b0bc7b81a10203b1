"""What `care` recorded for a line: visits with their six elements, attendance by the clock, the worst day of a site."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from claims.case import MILLI, AttendanceFact, VisitFact
from claims.filed import Filed
from claims.intake.values import LineInput
from claims.queries import facts as queries
from claims.rules.care import visit_units

_ELEMENTS = {"worker": "worker", "place_code": "place", "started_at": "started_at", "ended_at": "ended_at"}


@dataclass(frozen=True, slots=True)
class Recorded:
    visit: VisitFact | None = None
    attendance: AttendanceFact | None = None


NOTHING = Recorded()


class CareFacts:
    """Read only for lines whose plan row asks for a match; the others cost no statement."""

    def __init__(self, claims: Sequence[Filed], row_of: Callable[[LineInput], Any]) -> None:
        self._row_of = row_of
        wanted: dict[str, list[tuple[int, dt.date, dt.date]]] = {"visit": [], "attendance": []}
        for claim in claims:
            for line in claim.lines:
                row = row_of(line)
                if row is not None and row.match and claim.member_id is not None and line.service_from:
                    last = line.service_until or line.service_from
                    wanted[row.match].append((claim.member_id, line.service_from, last))
        self._visits = _by_member(queries.visits, wanted["visit"])
        self._days = _by_member(queries.attendance, wanted["attendance"])

    def of(self, claim: Filed, line: LineInput) -> Recorded:
        row = self._row_of(line)
        if row is None or not row.match or claim.member_id is None or line.service_from is None:
            return NOTHING
        first, last = line.service_from, line.service_until or line.service_from
        if row.match == "visit":
            return Recorded(visit=_visit_fact(self._matching_visits(claim, line, first, last), row.unit))
        days = [
            day
            for day in self._days.get(claim.member_id, ())
            if first <= day.day <= last
            and day.organisation_id == claim.organisation_id
            and claim.site_id in (None, day.site_id)
        ]
        return Recorded(attendance=_attendance_fact(days, row.unit))

    def _matching_visits(self, claim: Filed, line: LineInput, first: dt.date, last: dt.date) -> list[Any]:
        visits = [
            visit
            for visit in self._visits.get(claim.member_id or 0, ())
            if first <= visit.service_on <= last
            and visit.organisation_id == claim.organisation_id
            and visit.service == line.service
        ]
        return [visit for visit in visits if visit.number == line.visit_no] if line.visit_no else visits


def cleared(fact: Recorded, waived: frozenset[str]) -> Recorded:
    """The same record without what a reviewer looked at and let pass; hours and elements stay as recorded."""
    visit, attendance = fact.visit, fact.attendance
    if visit is not None and "CAR-02" in waived:
        visit = replace(visit, overlap_on=None, overlap_number="")
    if attendance is not None and "CAR-05" in waived:
        attendance = replace(attendance, over_on=None, children=0, places=0)
    return Recorded(visit, attendance)


def _by_member(read: Callable[..., Any], wanted: Iterable[tuple[int, dt.date, dt.date]]) -> dict[int, list[Any]]:
    """One statement over the widest range of days, by member."""
    spans = list(wanted)
    found: dict[int, list[Any]] = defaultdict(list)
    if spans:
        first, last = min(span[1] for span in spans), max(span[2] for span in spans)
        for row in read({span[0] for span in spans}, first, last):
            found[row.member_id].append(row)
    return found


def _visit_fact(visits: Iterable[Any], unit: str) -> VisitFact | None:
    """Complete visits count; of the others the first says what it lacks. Nothing recorded: no fact."""
    missing: tuple[str, ...] = ()
    verified, missing_on, overlap = 0, None, None
    found = False
    for visit in visits:
        found = True
        lacks = tuple(name for column, name in _ELEMENTS.items() if not getattr(visit, column))
        if lacks:
            missing, missing_on = missing or lacks, missing_on or visit.service_on
            continue
        minutes = int((visit.ended_at - visit.started_at).total_seconds() // 60)
        verified += MILLI if unit in ("visit", "each", "night", "day") else _measured(minutes, unit)
        if overlap is None and visit.overlap_number:
            overlap = visit
    if not found:
        return None
    return VisitFact(
        verified_milli=verified,
        missing=missing,
        missing_on=missing_on,
        overlap_on=overlap.service_on if overlap else None,
        overlap_number=overlap.overlap_number if overlap else "",
    )


def _measured(minutes: int, unit: str) -> int:
    return visit_units(minutes) * MILLI if unit.startswith("15") else minutes * MILLI // 60


def _attendance_fact(days: Iterable[Any], unit: str) -> AttendanceFact | None:
    attended, missing_on, worst = 0, None, None
    found = False
    for day in days:
        found = True
        if day.is_absent:
            continue
        if day.arrived_minute is None or day.left_minute is None:
            missing_on = missing_on or day.day
            continue
        attended += MILLI if unit == "day" else (day.left_minute - day.arrived_minute) * MILLI // 60
        if _excess(day) > 0 and (worst is None or _excess(day) > _excess(worst)):
            worst = day
    if not found:
        return None
    return AttendanceFact(
        attended_milli=attended,
        missing=("left_minute",) if missing_on else (),
        missing_on=missing_on,
        over_on=worst.day if worst else None,
        children=worst.children_present if worst else 0,
        places=worst.licensed_places if worst else 0,
    )


def _excess(day: Any) -> int:
    if day.children_present is None or day.licensed_places is None:
        return 0
    return int(day.children_present - day.licensed_places)
