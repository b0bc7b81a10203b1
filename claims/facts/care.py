"""What `care` recorded for a line: visits, attendance, nights, works accepted. Read only where the plan asks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from claims.case import AttendanceFact, PlaceFact, QuoteFact, VisitFact
from claims.facts.places import Places, quote_fact
from claims.facts.recorded import SiteMonths, attendance_fact, visit_fact
from claims.filed import Filed
from claims.intake.values import LineInput
from claims.queries import facts as queries

Span = tuple[int, dt.date, dt.date]  # member, first and last day


@dataclass(frozen=True, slots=True)
class Recorded:
    visit: VisitFact | None = None
    attendance: AttendanceFact | None = None
    place: PlaceFact | None = None
    quote: QuoteFact | None = None


NOTHING = Recorded()


class CareFacts:
    """Read only for lines whose plan row asks for a match; the others cost no statement."""

    def __init__(self, claims: Sequence[Filed], row_of: Callable[[LineInput], Any]) -> None:
        self._row_of = row_of
        wanted: dict[str, list[Span]] = defaultdict(list)
        organisations: dict[str, set[int]] = defaultdict(set)
        certificates: set[str] = set()
        for claim, line, row in self._matched(claims):
            kind = row.match.partition("_")[0]
            wanted[kind].append((claim.member_id or 0, *_days(line)))
            organisations[kind].add(claim.organisation_id)
            if row.needs_certificate:
                certificates.add(row.needs_certificate)
        self._visits = _by_member(queries.visits, wanted["visit"])
        self._attendance = _by_member(queries.attendance, wanted["attendance"])
        self._months = SiteMonths(organisations["attendance"], wanted["attendance"])
        held = _by_member(queries.occupancies, wanted["occupancy"])
        self._places = Places(held, organisations["occupancy"], certificates)
        self._quotes = _by_member(lambda members, *_: queries.quotes(members), wanted["quote"])

    def _matched(self, claims: Iterable[Filed]) -> Iterator[tuple[Filed, LineInput, Any]]:
        for claim in claims:
            for line in claim.lines if claim.member_id is not None else ():
                row = self._row_of(line) if line.service_from else None
                if row is not None and row.match:
                    yield claim, line, row

    def of(self, claim: Filed, line: LineInput) -> Recorded:
        row = self._row_of(line)
        if row is None or not row.match or claim.member_id is None or line.service_from is None:
            return NOTHING
        first, last = _days(line)
        if row.match == "visit":
            return Recorded(visit=visit_fact(self._matching_visits(claim, line, first, last), row.unit))
        if row.match == "attendance":
            days = [
                day
                for day in self._attendance.get(claim.member_id, ())
                if first <= day.day <= last
                and day.organisation_id == claim.organisation_id
                and claim.site_id in (None, day.site_id)
            ]
            return Recorded(attendance=attendance_fact(days, row.unit, self._months))
        if row.match == "quote":
            return Recorded(quote=quote_fact(self._quotes.get(claim.member_id, ()), claim, line))
        return Recorded(place=self._places.of(claim, first, last, row))

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


def _days(line: LineInput) -> tuple[dt.date, dt.date]:
    first = line.service_from or dt.date.min
    return first, line.service_until or first


def _by_member(read: Callable[..., Any], wanted: Iterable[Span]) -> dict[int, list[Any]]:
    """One statement over the widest range of days, by member."""
    spans = list(wanted)
    found: dict[int, list[Any]] = defaultdict(list)
    if spans:
        first, last = min(span[1] for span in spans), max(span[2] for span in spans)
        for row in read({span[0] for span in spans}, first, last):
            found[row.member_id].append(row)
    return found
