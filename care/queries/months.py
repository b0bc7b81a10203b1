"""The month of a provider as its desk and the assessor see it: sums, days of its sites, what the checks found."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, case, distinct, func, select

from care.models import Attendance, Occupancy, Placement, RecordCorrection, RecordFinding, SiteMonth, Visit
from care.queries.hidden import known_attendance, known_occupancies, restricted_sites
from core.actors import Actor
from core.db import db
from core.organisations import Organisation
from core.restricted import known_to, restricted_services, sees_restricted
from members.models import Member
from providers.models import Site


def last_day(month: dt.date) -> dt.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def care_providers(who: Actor) -> Sequence[Any]:
    """Organisations with placements that `who` may know of: id and name."""
    query = select(Organisation.id, Organisation.name).join(Placement, Placement.organisation_id == Organisation.id)
    query = query.where(*known_to(who, Placement.service))
    return db.session.execute(query.distinct().order_by(Organisation.name)).all()


def attendance_sums(who: Actor, organisation_id: int, month: dt.date) -> dict[str, int]:
    """Minutes billable, attended and (once counted) claimed, and days absent, of all sites of the provider."""
    query = (
        select(
            func.coalesce(func.sum(SiteMonth.billed_minutes), 0),
            func.coalesce(func.sum(SiteMonth.attended_minutes), 0),
            func.coalesce(func.sum(SiteMonth.absent_days), 0),
            func.sum(SiteMonth.claimed_minutes),
        )
        .join(Site, Site.id == SiteMonth.site_id)
        .where(Site.organisation_id == organisation_id, SiteMonth.month == month)
    )
    if not sees_restricted(who):  # a sum over everybody would tell of them
        query = query.where(Site.id.not_in(restricted_sites()))
    billed, attended, absent, claimed = db.session.execute(query).one()
    known = {} if claimed is None else {"claimed": int(claimed)}
    return {"billed": int(billed), "attended": int(attended), "absent": int(absent)} | known


def visit_sums(who: Actor, organisation_id: int, month: dt.date) -> dict[str, int]:
    """Visits, those that count, those changed by hand; and records of the provider corrected after they came."""
    is_whole = (Visit.worker != "") & Visit.started_at.is_not(None) & Visit.ended_at.is_not(None)
    is_whole &= ((Visit.place_code != "") | (Visit.place_reason != "")) & (Visit.uncounted == "")
    query = select(
        func.count(Visit.id),
        func.coalesce(func.sum(case((is_whole, 1), else_=0)), 0),
        func.count(Visit.edited_on),
    ).where(Visit.organisation_id == organisation_id, Visit.service_on.between(month, last_day(month)))
    query = query.where(*known_to(who, Visit.service))
    made, counting, edited = db.session.execute(query).one()
    return {"made": made, "counting": int(counting), "edited": edited, "corrected": _corrected(organisation_id, month)}


def _corrected(organisation_id: int, month: dt.date) -> int:
    total = 0
    for kind, model in (("visit", Visit), ("attendance", Attendance)):
        query = (
            select(func.count(distinct(RecordCorrection.record_id)))
            .join(model, model.id == RecordCorrection.record_id)
            .where(RecordCorrection.record_kind == kind, model.organisation_id == organisation_id)
            .where(RecordCorrection.on.between(month, last_day(month)))
        )
        total += db.session.execute(query).scalar_one()
    return total


def finding_counts(who: Actor, organisation_id: int, month: dt.date) -> dict[str, int]:
    """Check → how many findings in the month."""
    query = select(RecordFinding.check, func.count()).where(*_of_month(who, organisation_id, month))
    return Counter({row[0]: row[1] for row in db.session.execute(query.group_by(RecordFinding.check))})


def findings(
    who: Actor, organisation_id: int, month: dt.date, check: str = "", limit: int = 50, offset: int = 0
) -> list[dict[str, Any]]:
    """Findings in order of day: the check, its figures, the member or the visit that it is about."""
    query = (
        select(RecordFinding, Member.public_id, Visit.number)
        .outerjoin(Member, Member.id == RecordFinding.member_id)
        .outerjoin(Visit, (Visit.id == RecordFinding.record_id) & (RecordFinding.record_kind == "visit"))
        .where(*_of_month(who, organisation_id, month))
    )
    if check:
        query = query.where(RecordFinding.check == check)
    page = query.order_by(RecordFinding.on, RecordFinding.check, RecordFinding.id).limit(limit).offset(offset)
    return [{"row": row, "member": member, "visit": visit} for row, member, visit in db.session.execute(page)]


def site_days(who: Actor, organisation_id: int, month: dt.date) -> Sequence[Any]:
    """Site and day: children signed in, most at once, places, minutes that may be billed, missing sign-outs."""
    minutes = func.coalesce(Attendance.left_minute - Attendance.arrived_minute, 0)
    query = (
        select(
            Site.id.label("site_id"),
            Site.name.label("site"),
            Attendance.day,
            func.count(Attendance.arrived_minute).label("signed_in"),
            func.count(case((Attendance.is_absent, 1))).label("absent"),
            func.max(Attendance.children_present).label("present"),
            func.max(Attendance.allowed_places).label("places"),
            func.coalesce(func.sum(Attendance.billable_minutes), 0).label("billable"),
            func.sum(minutes).label("attended"),
            func.count(case((Attendance.uncounted == "no_sign_out", 1))).label("open"),
        )
        .join(Site, Site.id == Attendance.site_id)
        .where(Attendance.organisation_id == organisation_id, Attendance.day.between(month, last_day(month)))
        .group_by(Site.id, Site.name, Attendance.day)
    )
    if not sees_restricted(who):
        query = query.where(*known_attendance(who), Site.id.not_in(restricted_sites()))
    return db.session.execute(query.order_by(Site.id, Attendance.day)).all()


def _of_month(who: Actor, organisation_id: int, month: dt.date) -> tuple[Any, ...]:
    """Findings of the month; none on a record of a service that `who` may not know of."""
    of_month = RecordFinding.organisation_id == organisation_id, RecordFinding.on.between(month, last_day(month))
    if sees_restricted(who):
        return of_month
    visits = select(Visit.id).where(Visit.service.in_(restricted_services()))
    days = select(Attendance.id).where(Attendance.organisation_id == organisation_id, ~and_(*known_attendance(who)))
    places = select(Occupancy.id).where(Occupancy.organisation_id == organisation_id, ~and_(*known_occupancies(who)))
    kind, record = RecordFinding.record_kind, func.coalesce(RecordFinding.record_id, 0)
    of_sites = kind.in_(("site_day", "site_month")) & RecordFinding.site_id.in_(restricted_sites())
    hidden = (kind == "visit") & record.in_(visits), (kind == "attendance") & record.in_(days)
    return *of_month, *(~each for each in (*hidden, (kind == "occupancy") & record.in_(places), of_sites))
