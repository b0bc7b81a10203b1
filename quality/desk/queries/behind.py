"""What stands behind a claim line: visits, attendance, what was found on them, and the indicators that counted it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from care.models import Attendance, RecordFinding, Visit
from claims.models import Claim, ClaimLine
from claims.queries.records import lines_of
from core.db import db
from core.restricted import restricted_services
from members.models import Member


class Recorded(NamedTuple):
    """A visit or a day of attendance; `findings` are keys of care/checks with their figures."""

    kind: str
    number: str
    member: str
    worker: str
    day: dt.date
    due_at: dt.datetime | None
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    arrived_minute: int | None
    left_minute: int | None
    uncounted: str
    findings: tuple[tuple[str, str, Any], ...]


def billed_line(claim: Claim, line_no: int) -> ClaimLine | None:
    return next((row for row in lines_of(claim) if row.line_no == line_no), None)


def records(organisation_id: int, first: dt.date, last: dt.date, member_id: int | None = None) -> list[Recorded]:
    """In order of days; of one member, or of all."""
    found = _findings(organisation_id, first, last)
    visits = select(Visit, Member.public_id).join(Member, Member.id == Visit.member_id)
    visits = visits.where(Visit.organisation_id == organisation_id, Visit.service_on.between(first, last))
    visits = visits.where(Visit.service.not_in(restricted_services()))
    days = select(Attendance, Member.public_id).join(Member, Member.id == Attendance.member_id)
    days = days.where(Attendance.organisation_id == organisation_id, Attendance.day.between(first, last))
    if member_id is not None:
        visits, days = visits.where(Visit.member_id == member_id), days.where(Attendance.member_id == member_id)
    rows = [_visit(row, member, found["visit", row.id]) for row, member in db.session.execute(visits)]
    rows += [_day(row, member, found["attendance", row.id]) for row, member in db.session.execute(days)]
    return sorted(rows, key=lambda row: (row.day, row.started_at is None, row.started_at, row.member, row.number))


def _visit(row: Visit, member: str, found: Sequence[tuple[str, str, Any]]) -> Recorded:
    times = (row.due_at, row.started_at, row.ended_at, None, None)
    return Recorded("visit", row.number, member, row.worker, row.service_on, *times, row.uncounted, tuple(found))


def _day(row: Attendance, member: str, found: Sequence[tuple[str, str, Any]]) -> Recorded:
    times = (None, None, None, row.arrived_minute, row.left_minute)
    return Recorded("attendance", "", member, "", row.day, *times, row.uncounted, tuple(found))


def _findings(organisation_id: int, first: dt.date, last: dt.date) -> dict[tuple[str, int], list[tuple[str, str, Any]]]:
    query = select(RecordFinding).where(
        RecordFinding.organisation_id == organisation_id, RecordFinding.on.between(first, last)
    )
    found: dict[tuple[str, int], list[tuple[str, str, Any]]] = defaultdict(list)
    for row in db.session.execute(query.order_by(RecordFinding.id)).scalars():
        if row.record_id is not None:
            found[row.record_kind, row.record_id].append((row.check, row.other, row.figures))
    return found
