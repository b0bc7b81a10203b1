"""What `care` recorded for a line: visits, attendance, nights, works accepted. Read only where the plan asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from claims.case import AttendanceFact, PlaceFact, QuoteFact, VisitFact
from claims.facts.asked import Asked
from claims.facts.attendance import Attendance
from claims.facts.places import Places
from claims.facts.quotes import Quotes
from claims.facts.visits import Visits


@dataclass(slots=True)
class Recorded:
    visit: VisitFact | None = None
    attendance: AttendanceFact | None = None
    place: PlaceFact | None = None
    quote: QuoteFact | None = None


NOTHING: Final = Recorded()


class CareFacts:
    """Read only for lines whose plan row asks for a match; the others cost no statement."""

    def __init__(self, lines: Sequence[Asked]) -> None:
        wanted: dict[str, list[Asked]] = {"visit": [], "attendance": [], "occupancy": [], "quote": []}
        for each in lines:
            if each.row is not None and each.row.match and _is_dated(each):
                wanted[each.row.match.partition("_")[0]].append(each)
        self._visits = Visits(wanted["visit"])
        self._attendance = Attendance(wanted["attendance"])
        self._places = Places(wanted["occupancy"])
        self._quotes = Quotes(wanted["quote"])

    def of(self, asked: Asked) -> Recorded:
        row = asked.row
        if row is None or not row.match or not _is_dated(asked):
            return NOTHING
        if row.match == "visit":
            return Recorded(visit=self._visits.of(asked, row.unit))
        if row.match == "attendance":
            return Recorded(attendance=self._attendance.of(asked, row.unit))
        if row.match == "quote":
            return Recorded(quote=self._quotes.of(asked))
        return Recorded(place=self._places.of(asked, row))


def _is_dated(asked: Asked) -> bool:
    """Is it known whose line it is, and from which day on?"""
    return asked.claim.member_id is not None and asked.line.service_from is not None


def cleared(fact: Recorded, waived: frozenset[str]) -> Recorded:
    """The same record without what a reviewer looked at and let pass; hours and elements stay as recorded."""
    visit, attendance, place = fact.visit, fact.attendance, fact.place
    if "CAR-02" in waived:
        if visit is not None:
            visit = replace(visit, overlap_on=None, overlap_number="", doubt="")
        attendance = replace(attendance, doubt="") if attendance is not None else None
        place = replace(place, doubt="") if place is not None else None
    if attendance is not None and "CAR-05" in waived:
        attendance = replace(attendance, over_on=None, children=0, places=0)
    if place is not None and "CAR-01" in waived:
        place = replace(place, uncertified_on=None)
    return Recorded(visit, attendance, place, fact.quote)
