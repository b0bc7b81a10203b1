"""What can be missing or odd in the records of some days: how many rows there are, and how many violate it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Date, and_, case, func, or_, select

from care.models import Attendance, Stay, Visit
from claims.models import Claim, ClaimLine
from core.codes import Service
from core.db import db
from members.models import Member
from quality.queries.scanned import scanned
from quality.record_checks.models import RecordCheck


class Counted(NamedTuple):
    violated: int
    rows: int


Days = tuple[dt.date, dt.date]
Records = Callable[[Days, Sequence[Any]], Any]  # days, what to count of them → the question


class Violation(NamedTuple):
    """Which records are looked at, and what is wrong with one."""

    records: Records
    condition: Any


def counted(violations: Collection[str], first: dt.date, last: dt.date) -> dict[str, Counted]:
    """How many of the records of these days violate each, in one statement for each kind of records."""
    found: dict[str, Counted] = {}
    for records in dict.fromkeys(VIOLATIONS[name].records for name in violations):
        names = [name for name in violations if VIOLATIONS[name].records is records]
        sums = [func.coalesce(func.sum(case((VIOLATIONS[name].condition, 1), else_=0)), 0) for name in names]
        *violated, rows = db.session.execute(records((first, last), [*sums, func.count()])).one()
        found |= {name: Counted(int(number), int(rows)) for name, number in zip(names, violated, strict=True)}
    return found


def checks_of(period: str) -> Sequence[RecordCheck]:
    """The newest of each check, in order of their ids."""
    newest = select(func.max(RecordCheck.id)).where(RecordCheck.period == period).group_by(RecordCheck.code)
    query = select(RecordCheck).where(RecordCheck.id.in_(newest)).order_by(RecordCheck.code)
    return db.session.execute(query).scalars().all()


def _visits(days: Days, counts: Sequence[Any]) -> Any:
    query = select(*counts).select_from(Visit).join(Member, Member.id == Visit.member_id)
    return query.where(scanned(Visit.service_on).between(*days))


def _attendance(days: Days, counts: Sequence[Any]) -> Any:
    came = Attendance.arrived_minute.is_not(None)
    return select(*counts).select_from(Attendance).where(scanned(Attendance.day).between(*days), came)


def _lines(days: Days, counts: Sequence[Any]) -> Any:
    """Lines as they were sent, of claims whose days touch these."""
    of_claim = and_(ClaimLine.partition == _claims.c.partition, ClaimLine.claim_id == _claims.c.id)
    return (
        select(*counts)
        .select_from(_claims)
        .join(ClaimLine, of_claim)
        .outerjoin(Service, Service.code == ClaimLine.service)
        .where(_claims.c.service_from <= days[1], _claims.c.service_until >= days[0])
    )


def _stays(days: Days, counts: Sequence[Any]) -> Any:
    within = (Stay.kind == "hospital", Stay.discharged_on.is_not(None))
    return select(*counts).select_from(Stay).where(Stay.discharged_on.between(*days), *within)


_came = Visit.started_at.is_not(None)
_claims = (  # what is asked of a claim is found once for it, not for each of its lines
    select(
        Claim.partition,
        Claim.id,
        Claim.member_id,
        Claim.service_from,
        Claim.service_until,
        func.date(Claim.received_at, type_=Date).label("received_on"),
        Member.died_on,
    )
    .outerjoin(Member, Member.id == Claim.member_id)
    .subquery()
)
VIOLATIONS: dict[str, Violation] = {
    "visit_without_worker": Violation(_visits, and_(_came, Visit.worker == "")),
    "visit_without_times": Violation(_visits, or_(Visit.started_at.is_(None), Visit.ended_at.is_(None))),
    "visit_without_place": Violation(_visits, and_(_came, Visit.place_code == "", Visit.place_reason == "")),
    "visit_without_placement": Violation(_visits, Visit.placement_id.is_(None)),
    "visit_at_the_same_time_as_another": Violation(_visits, Visit.overlaps_visit_id.is_not(None)),
    "visit_changed_by_hand": Violation(_visits, Visit.edited_on.is_not(None)),
    "visit_after_death": Violation(_visits, Member.died_on < Visit.service_on),
    "attendance_without_sign_out": Violation(_attendance, Attendance.left_minute.is_(None)),
    "attendance_that_ends_before_it_starts": Violation(
        _attendance, Attendance.left_minute <= Attendance.arrived_minute
    ),
    "attendance_without_placement": Violation(_attendance, Attendance.placement_id.is_(None)),
    "line_without_member": Violation(_lines, _claims.c.member_id.is_(None)),
    "line_without_known_service": Violation(_lines, Service.code.is_(None)),
    "line_without_day": Violation(_lines, ClaimLine.service_from.is_(None)),
    "line_that_ends_before_it_starts": Violation(_lines, ClaimLine.service_until < ClaimLine.service_from),
    "line_after_death": Violation(_lines, _claims.c.died_on < ClaimLine.service_from),
    "line_of_a_day_to_come": Violation(_lines, ClaimLine.service_from > _claims.c.received_on),
    "stay_without_diagnosis": Violation(_stays, Stay.diagnosis == ""),
    "stay_without_kind_of_admission": Violation(_stays, Stay.admission == ""),
}
