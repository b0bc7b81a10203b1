"""What `care` granted and recorded: grants, visits, attendance, places, certificates, quotes.

Each answers with plain rows in the order of its columns; `claims.facts` gives them names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import aliased

from care.models import Attendance, CareGrant, Certificate, Occupancy, Quote, SiteMonth, Visit
from core.among import among
from core.rows import Asked, Prepared, Row
from providers.models import Site

_GRANTS = Prepared(
    select(
        CareGrant.member_id,
        CareGrant.id,
        CareGrant.number,
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


def grants(member_ids: Collection[int]) -> Asked:
    """(member, id, number, service_line, service, care_level, quantity, entitlement, valid_from, valid_until), the
    latest first."""
    return _GRANTS.ask(members=member_ids)


_other = aliased(Visit)
_VISITS = Prepared(
    select(
        Visit.member_id,
        Visit.number,
        Visit.organisation_id,
        Visit.service,
        Visit.service_on,
        Visit.worker,
        Visit.place_code,
        Visit.place_reason,
        Visit.started_at,
        Visit.ended_at,
        Visit.uncounted,
        Visit.doubt,
        Visit.doubt_other,
        _other.number,
    )
    .outerjoin(_other, _other.id == Visit.overlaps_visit_id)
    .where(among(Visit.member_id, "members"), Visit.service_on.between(bindparam("first"), bindparam("last")))
    .order_by(Visit.service_on, Visit.id)
)


def visits(member_ids: Collection[int], first: dt.date, last: dt.date) -> list[Row]:
    """(member, number, organisation, service, service_on, worker, place_code, place_reason, started_at, ended_at,
    uncounted, doubt, doubt_other, number of the visit that it overlaps, as `care` computed it)"""
    return _VISITS.rows(members=member_ids, first=first, last=last)


_ATTENDANCE = Prepared(
    select(
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
    .where(among(Attendance.member_id, "members"), Attendance.day.between(bindparam("first"), bindparam("last")))
    .order_by(Attendance.day, Attendance.id)
)


def attendance(member_ids: Collection[int], first: dt.date, last: dt.date) -> list[Row]:
    """(member, organisation, site, day, arrived_minute, left_minute, is_absent, children_present, licensed_places,
    allowed_places, has_note, billable_minutes, uncounted, doubt, doubt_other)"""
    return _ATTENDANCE.rows(members=member_ids, first=first, last=last)


_SITE_MONTHS = Prepared(
    select(SiteMonth.site_id, SiteMonth.month, SiteMonth.claimed_minutes, SiteMonth.attended_minutes)
    .join(Site, Site.id == SiteMonth.site_id)
    .where(SiteMonth.claimed_minutes.is_not(None))
    .where(among(Site.organisation_id, "organisations"), SiteMonth.month.between(bindparam("first"), bindparam("last")))
)


def site_months(organisation_ids: Collection[int], first: dt.date, last: dt.date) -> list[Row]:
    """(site, month, claimed minutes, attended minutes) of the sites of these providers in the months of these days
    whose claimed hours were counted."""
    return _SITE_MONTHS.rows(organisations=organisation_ids, first=first.replace(day=1), last=last)


_OCCUPANCIES = Prepared(
    select(
        Occupancy.member_id,
        Occupancy.organisation_id,
        Occupancy.place,
        Occupancy.moved_in_on,
        Occupancy.moved_out_on,
        Occupancy.doubt,
        Occupancy.doubt_other,
        Occupancy.doubt_from,
        Occupancy.doubt_until,
    )
    .where(
        among(Occupancy.member_id, "members"),
        Occupancy.moved_in_on <= bindparam("last"),
        or_(Occupancy.moved_out_on.is_(None), Occupancy.moved_out_on > bindparam("first")),
    )
    .order_by(Occupancy.moved_in_on, Occupancy.id)
)


def occupancies(member_ids: Collection[int], first: dt.date, last: dt.date) -> list[Row]:
    """Places that these members hold on some of these days, the earliest first: (member, organisation, place,
    moved_in_on, moved_out_on, doubt, doubt_other, doubt_from, doubt_until)"""
    return _OCCUPANCIES.rows(members=member_ids, first=first, last=last)


_CERTIFICATES = Prepared(
    select(
        Certificate.organisation_id,
        Certificate.place,
        Certificate.kind,
        Certificate.valid_from,
        Certificate.valid_until,
    ).where(among(Certificate.organisation_id, "organisations"), among(Certificate.kind, "kinds"))
)


def certificates(organisation_ids: Collection[int], kinds: Collection[str]) -> list[Row]:
    """(organisation, place, kind, valid_from, valid_until)"""
    return _CERTIFICATES.rows(organisations=organisation_ids, kinds=kinds)


_QUOTES = Prepared(
    select(
        Quote.member_id,
        Quote.organisation_id,
        Quote.service,
        Quote.number,
        Quote.amount,
        Quote.accepted_amount,
        Quote.accepted_on,
    )
    .where(among(Quote.member_id, "members"))
    .order_by(Quote.quoted_on.desc(), Quote.id.desc())
)


def quotes(member_ids: Collection[int]) -> list[Row]:
    """Quotes of these members, the latest first: (member, organisation, service, number, amount, accepted_amount,
    accepted_on)"""
    return _QUOTES.rows(members=member_ids)
