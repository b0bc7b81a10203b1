"""What can be missing or odd in the records of some days: how many rows there are, and how many violate it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Date, and_, case, func, or_, select

from care.models import Attendance, Stay, Visit
from claims.models import Claim, ClaimLine
from core.codes import Service
from core.db import db
from members.models import Member
from quality.record_checks.models import RecordCheck


class Counted(NamedTuple):
    violated: int
    rows: int


Days = tuple[dt.date, dt.date]
Question = Callable[[Days], Any]


def count(violation: str, first: dt.date, last: dt.date) -> Counted:
    """How many of the records of these days violate it, in one statement."""
    violated, rows = db.session.execute(VIOLATIONS[violation]((first, last))).one()
    return Counted(int(violated or 0), int(rows))


def checks_of(period: str) -> Sequence[RecordCheck]:
    """The newest of each check, in order of their ids."""
    newest = select(func.max(RecordCheck.id)).where(RecordCheck.period == period).group_by(RecordCheck.code)
    query = select(RecordCheck).where(RecordCheck.id.in_(newest)).order_by(RecordCheck.code)
    return db.session.execute(query).scalars().all()


def _among(condition: Any, model: Any) -> Any:
    return select(func.sum(case((condition, 1), else_=0)), func.count()).select_from(model)


def _visits(condition: Any) -> Question:
    return lambda days: _among(condition, Visit).where(Visit.service_on.between(*days))


def _visits_of_members(condition: Any) -> Question:
    return lambda days: _visits(condition)(days).join(Member, Member.id == Visit.member_id)


def _attendance(condition: Any) -> Question:
    came = Attendance.arrived_minute.is_not(None)
    return lambda days: _among(condition, Attendance).where(Attendance.day.between(*days), came)


def _lines(condition: Any) -> Question:
    """Lines as they were sent, of claims whose days touch these."""
    of_claim = and_(ClaimLine.partition == Claim.partition, ClaimLine.claim_id == Claim.id)
    return lambda days: (
        _among(condition, Claim)
        .join(ClaimLine, of_claim)
        .outerjoin(Member, Member.id == Claim.member_id)
        .outerjoin(Service, Service.code == ClaimLine.service)
        .where(Claim.service_from <= days[1], Claim.service_until >= days[0])
    )


def _stays(condition: Any) -> Question:
    within = (Stay.kind == "hospital", Stay.discharged_on.is_not(None))
    return lambda days: _among(condition, Stay).where(Stay.discharged_on.between(*days), *within)


_came = Visit.started_at.is_not(None)
VIOLATIONS: dict[str, Question] = {
    "visit_without_worker": _visits(and_(_came, Visit.worker == "")),
    "visit_without_times": _visits(or_(Visit.started_at.is_(None), Visit.ended_at.is_(None))),
    "visit_without_place": _visits(and_(_came, Visit.place_code == "", Visit.place_reason == "")),
    "visit_without_placement": _visits(Visit.placement_id.is_(None)),
    "visit_at_the_same_time_as_another": _visits(Visit.overlaps_visit_id.is_not(None)),
    "visit_changed_by_hand": _visits(Visit.edited_on.is_not(None)),
    "visit_after_death": _visits_of_members(Member.died_on < Visit.service_on),
    "attendance_without_sign_out": _attendance(Attendance.left_minute.is_(None)),
    "attendance_that_ends_before_it_starts": _attendance(Attendance.left_minute <= Attendance.arrived_minute),
    "attendance_without_placement": _attendance(Attendance.placement_id.is_(None)),
    "line_without_member": _lines(Claim.member_id.is_(None)),
    "line_without_known_service": _lines(Service.code.is_(None)),
    "line_without_day": _lines(ClaimLine.service_from.is_(None)),
    "line_that_ends_before_it_starts": _lines(ClaimLine.service_until < ClaimLine.service_from),
    "line_after_death": _lines(Member.died_on < ClaimLine.service_from),
    "line_of_a_day_to_come": _lines(ClaimLine.service_from > func.date(Claim.received_at, type_=Date)),
    "stay_without_diagnosis": _stays(Stay.diagnosis == ""),
    "stay_without_kind_of_admission": _stays(Stay.admission == ""),
}
