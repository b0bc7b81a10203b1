"""What `care` granted and recorded: grants, visits, attendance, places, certificates, quotes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from care.models import Attendance, CareGrant, Certificate, Occupancy, Quote, SiteMonth, Visit
from core.among import among
from core.rows import Rows, read
from providers.models import Site

_GRANTS = (
    select(
        CareGrant.id,
        CareGrant.number,
        CareGrant.member_id,
        CareGrant.service_line,
        CareGrant.service,
        CareGrant.care_level,
        CareGrant.quantity,
        CareGrant.entitlement,
        CareGrant.valid_from,
        CareGrant.valid_until,
    )
    .where(among(CareGrant.member_id, "members"))
    .order_by(CareGrant.valid_from.desc())
)


def grants(member_ids: Collection[int]) -> Rows:
    return read(_GRANTS, members=member_ids)


def visits(member_ids: Collection[int], first: dt.date, last: dt.date) -> Rows:
    """With the number of the visit that each overlaps, as `care` computed it."""
    other = aliased(Visit)
    query = (
        select(
            Visit.number,
            Visit.member_id,
            Visit.organisation_id,
            Visit.service,
            Visit.service_on,
            Visit.worker,
            Visit.place_code,
            Visit.place_reason,
            Visit.uncounted,
            Visit.doubt,
            Visit.doubt_other,
            Visit.started_at,
            Visit.ended_at,
            other.number.label("overlap_number"),
        )
        .outerjoin(other, other.id == Visit.overlaps_visit_id)
        .where(among(Visit.member_id, member_ids), Visit.service_on.between(first, last))
        .order_by(Visit.service_on, Visit.id)
    )
    return read(query)


def attendance(member_ids: Collection[int], first: dt.date, last: dt.date) -> Rows:
    query = select(
        Attendance.member_id,
        Attendance.organisation_id,
        Attendance.site_id,
        Attendance.day,
        Attendance.arrived_minute,
        Attendance.left_minute,
        Attendance.is_absent,
        Attendance.children_present,
        Attendance.licensed_places,
        Attendance.allowed_places,
        Attendance.has_note,
        Attendance.billable_minutes,
        Attendance.uncounted,
        Attendance.doubt,
        Attendance.doubt_other,
    )
    return read(query.where(among(Attendance.member_id, member_ids), Attendance.day.between(first, last)))


def site_months(organisation_ids: Collection[int], first: dt.date, last: dt.date) -> Rows:
    """Minutes billed and attended of the sites of these providers in the months of these days."""
    query = select(
        Site.organisation_id, SiteMonth.site_id, SiteMonth.month, SiteMonth.billed_minutes, SiteMonth.attended_minutes
    ).join(Site, Site.id == SiteMonth.site_id)
    in_time = SiteMonth.month.between(first.replace(day=1), last)
    return read(query.where(among(Site.organisation_id, organisation_ids), in_time))


def occupancies(member_ids: Collection[int], first: dt.date, last: dt.date) -> Rows:
    """Places that these members hold on some of these days, the earliest first."""
    query = select(
        Occupancy.member_id,
        Occupancy.organisation_id,
        Occupancy.place,
        Occupancy.moved_in_on,
        Occupancy.moved_out_on,
        Occupancy.doubt,
        Occupancy.doubt_other,
        Occupancy.doubt_from,
        Occupancy.doubt_until,
    ).where(among(Occupancy.member_id, member_ids), Occupancy.moved_in_on <= last)
    still = or_(Occupancy.moved_out_on.is_(None), Occupancy.moved_out_on > first)
    return read(query.where(still).order_by(Occupancy.moved_in_on, Occupancy.id))


def certificates(organisation_ids: Collection[int], kinds: Collection[str]) -> Rows:
    query = select(
        Certificate.organisation_id,
        Certificate.kind,
        Certificate.place,
        Certificate.valid_from,
        Certificate.valid_until,
    )
    return read(query.where(among(Certificate.organisation_id, organisation_ids), among(Certificate.kind, kinds)))


def quotes(member_ids: Collection[int]) -> Rows:
    """Quotes of these members, the latest first."""
    query = select(
        Quote.member_id,
        Quote.organisation_id,
        Quote.service,
        Quote.number,
        Quote.amount,
        Quote.accepted_amount,
        Quote.accepted_on,
    ).where(among(Quote.member_id, member_ids))
    return read(query.order_by(Quote.quoted_on.desc(), Quote.id.desc()))
