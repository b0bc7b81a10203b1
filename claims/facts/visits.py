"""Visits of a line as a fact: what counts, by day, what the rest lacks, what a person must look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from claims.case import MILLI, VisitFact
from claims.facts.asked import Asked, spanned
from claims.facts.by_day import within
from claims.facts.elements import ELEMENTS
from claims.queries import facts as queries

_TIMED_ONCE: Final = ("visit", "each", "night", "day")


@dataclass(slots=True)
class Visit:
    """A stored visit, in the order of the columns of `queries.visits`."""

    number: str
    organisation_id: int
    service: str
    service_on: dt.date
    worker: str
    place_code: str
    place_reason: str
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    uncounted: str
    doubt: str
    doubt_other: str
    overlap_number: str | None


class Visits:
    """Those of the batch by member, in the order of their days; nothing is read where no visit is claimed."""

    def __init__(self, lines: Sequence[Asked]) -> None:
        self._by_member: dict[int, dict[dt.date, list[Visit]]] = {}
        for row in queries.visits(*spanned(lines)) if lines else ():
            visit = Visit(*row[1:])
            self._by_member.setdefault(row[0], {}).setdefault(visit.service_on, []).append(visit)

    def of(self, asked: Asked, unit: str) -> VisitFact | None:
        """Complete visits count; of the others the first says what it lacks. Nothing recorded: no fact."""
        fact: VisitFact | None = None
        days: dict[dt.date, int] = {}
        known = self._by_member.get(asked.claim.member_id or 0)
        if known is None:
            return None
        for visit in within(known, asked.line.service_from or asked.day, asked.day):
            if _is_claimed(visit, asked):
                fact = fact or VisitFact(0)
                _take_up(visit, fact, days, unit)
        if fact is not None:
            fact.days = tuple(days.items())
        return fact


def _is_claimed(visit: Visit, asked: Asked) -> bool:
    line = asked.line
    is_ours = visit.organisation_id == asked.claim.organisation_id and visit.service == line.service
    return is_ours and (not line.visit_no or line.visit_no == visit.number)


def _take_up(visit: Visit, fact: VisitFact, days: dict[dt.date, int], unit: str) -> None:
    lacks = _lacks(visit)
    if lacks:
        if fact.missing_on is None:
            fact.missing, fact.missing_on = lacks, visit.service_on
        return
    units = _units(visit, unit)
    days[visit.service_on] = days.get(visit.service_on, 0) + units
    fact.verified_milli += units
    if fact.overlap_on is None and visit.overlap_number:
        fact.overlap_on, fact.overlap_number = visit.service_on, visit.overlap_number
    if visit.doubt and not fact.doubt:
        fact.doubt, fact.doubt_on, fact.doubt_other = visit.doubt, visit.service_on, visit.doubt_other


def _lacks(visit: Visit) -> tuple[str, ...]:
    """The elements of verification that the visit lacks; else why closing did not count it."""
    has_place = visit.place_code or visit.place_reason
    if visit.worker and has_place and visit.started_at and visit.ended_at:
        return (ELEMENTS[visit.uncounted],) if visit.uncounted in ELEMENTS else ()
    present = (
        ("worker", visit.worker),
        ("place", has_place),
        ("started_at", visit.started_at),
        ("ended_at", visit.ended_at),
    )
    return tuple([name for name, value in present if not value])


def _units(visit: Visit, unit: str) -> int:
    """Units of 15 minutes: 8 to 22 minutes are one, then one more per further 15; hours as they are."""
    if unit in _TIMED_ONCE or visit.started_at is None or visit.ended_at is None:
        return MILLI
    minutes = (visit.ended_at - visit.started_at) // dt.timedelta(minutes=1)
    return (minutes + 7) // 15 * MILLI if unit.startswith("15") else minutes * MILLI // 60
