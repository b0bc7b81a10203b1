"""Long-term care at home: visits due come from placements, visits given from the records (L-01, L-02, L-03, L-04)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from quality.cases import Case
from quality.definitions import Indicator
from quality.indicators.evidence import CaseRow, Evidence
from quality.indicators.records import Records
from quality.periods import ONE_DAY
from quality.queries.records import PlannedVisit

TOLERANCE = dt.timedelta(minutes=30)
LATEST_START = dt.time(23, 0)
DAY_STARTS, DAY_ENDS = dt.time(7, 0), dt.time(22, 0)
WINDOW_DAYS = 14
FROM_AGE = 65
VISITS_EVERY_DAY = 2


def on_time(_indicator: Indicator, records: Records) -> list[CaseRow]:
    """L-01: one row per visit due; in the numerator when it started within 30 minutes of it."""
    return [_row(visit, records, _is_on_time(visit), _lateness(visit)) for visit in records.visits]


def missed(_indicator: Indicator, records: Records) -> list[CaseRow]:
    """L-02: one row per visit due; in the numerator when nobody came before the next one was due, or by 23:00."""
    rows = []
    for visit, following in _with_next(records.visits):
        latest = dt.datetime.combine(visit.day, LATEST_START, records.zone).astimezone(dt.UTC)
        latest = max(visit.due_at, min(latest, following.due_at) if following else latest)
        is_missed = visit.started_at is None or visit.started_at > latest
        finding = ("no_visit" if not visit.number else "no_check_in") if visit.started_at is None else "too_late"
        rows.append(_row(visit, records, is_missed, finding if is_missed else ""))
    return rows


def care_time(_indicator: Indicator, records: Records) -> list[CaseRow]:
    """L-04: planned minutes, and of them what was delivered; longer visits do not make up for shorter ones."""
    rows = []
    for visit in records.visits:
        given = min(visit.given_minutes, visit.minutes)
        finding = "" if given >= visit.minutes else _shortness(visit)
        rows.append(_row(visit, records, given >= visit.minutes, finding, quantity=visit.minutes, met=given))
    return rows


def carers(_indicator: Indicator, records: Records) -> list[CaseRow]:
    """L-03: distinct carers between 7 and 22 o'clock in the first and the last 14 days of the period."""
    rows: list[CaseRow] = []
    last = records.until
    spans = [(records.period.first, records.period.first + (WINDOW_DAYS - 1) * ONE_DAY)]
    spans.append((last - (WINDOW_DAYS - 1) * ONE_DAY, last))
    is_whole = last - records.period.first >= 2 * WINDOW_DAYS * ONE_DAY
    for first, until in spans if is_whole else spans[:1]:
        rows.extend(_carers_between(records, first, until))
    return rows


def _carers_between(records: Records, first: dt.date, until: dt.date) -> Iterator[CaseRow]:
    for (organisation_id, member_id), visits in records.visits_by_member.items():
        within = [visit for visit in visits if first <= visit.day <= until]
        if not within or _turns_65(within[0].born_on) > (first.year, first.month, first.day):
            continue
        per_day = [sum(visit.day == first + day * ONE_DAY for visit in within) for day in range(WINDOW_DAYS)]
        if min(per_day) < VISITS_EVERY_DAY:
            continue
        met = {visit.worker for visit in within if visit.worker and _is_daytime(visit, records)}
        case = Case(str(member_id), records.number(organisation_id), met=len(met))
        yield CaseRow(case, organisation_id, member_id, Evidence("carers", until))


def _row(
    visit: PlannedVisit, records: Records, is_numerator: bool, finding: str, quantity: float = 1, met: float = 0
) -> CaseRow:
    case = Case(
        str(visit.member_id),
        records.number(visit.organisation_id),
        is_numerator=is_numerator,
        quantity=quantity,
        met=met,
    )
    claim_number, line_no = records.claimed_visits.of(visit)
    evidence = Evidence(
        "visit",
        visit.day,
        visit.number,
        visit.due_at,
        visit.started_at,
        visit.worker,
        finding,
        claim_number,
        line_no,
    )
    return CaseRow(case, visit.organisation_id, visit.member_id, evidence)


def _is_on_time(visit: PlannedVisit) -> bool:
    return visit.started_at is not None and abs(visit.started_at - visit.due_at) <= TOLERANCE


def _lateness(visit: PlannedVisit) -> str:
    if _is_on_time(visit):
        return ""
    if visit.started_at is None:
        return "no_visit" if not visit.number else "no_check_in"
    return "late" if visit.started_at > visit.due_at else "early"


def _shortness(visit: PlannedVisit) -> str:
    if visit.started_at is None:
        return "no_visit" if not visit.number else "no_check_in"
    return "no_check_out" if visit.ended_at is None else "short"


def _turns_65(born_on: dt.date) -> tuple[int, int, int]:
    return born_on.year + FROM_AGE, born_on.month, born_on.day


def _is_daytime(visit: PlannedVisit, records: Records) -> bool:
    if visit.started_at is None:
        return False
    return DAY_STARTS <= visit.started_at.astimezone(records.zone).time() < DAY_ENDS


def _with_next(visits: Sequence[PlannedVisit]) -> Iterator[tuple[PlannedVisit, PlannedVisit | None]]:
    """Each visit with the next one of the same member and provider."""
    for visit, following in zip_longest(visits, visits[1:]):
        is_same = following is not None and (
            (following.organisation_id, following.member_id) == (visit.organisation_id, visit.member_id)
            and following.due_at > visit.due_at
        )
        yield visit, following if is_same else None
