"""What was given: visits, attendance, stays and grants of many members at once, for claims and quality."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select

from care.models import Attendance, CareGrant, Stay, Visit
from care.queries.hidden import known_attendance, restricted_sites
from care.queries.planned import booked_days
from core.actors import Actor
from core.db import db
from core.restricted import known_to, restricted_services, sees_restricted

CHUNK = 10_000


def grants_of(member_ids: Collection[int], valid_from: dt.date, valid_until: dt.date) -> list[CareGrant]:
    """Grants of these members that touch these days (both inclusive), oldest first; care levels stand on them."""
    query = select(CareGrant).where(CareGrant.valid_from <= valid_until, CareGrant.valid_until >= valid_from)
    return list(_of_members(query.order_by(CareGrant.valid_from, CareGrant.id), CareGrant.member_id, member_ids))


def visits_of(member_ids: Collection[int], valid_from: dt.date, valid_until: dt.date) -> list[Visit]:
    """Visits of these members whose service day lies in these days, in order of day and start."""
    query = select(Visit).where(Visit.service_on.between(valid_from, valid_until))
    return list(_of_members(query.order_by(Visit.service_on, Visit.started_at, Visit.id), Visit.member_id, member_ids))


def attendance_of(member_ids: Collection[int], valid_from: dt.date, valid_until: dt.date) -> list[Attendance]:
    """Attendance days of these members in these days, absences included."""
    query = select(Attendance).where(Attendance.day.between(valid_from, valid_until))
    return list(_of_members(query.order_by(Attendance.day, Attendance.id), Attendance.member_id, member_ids))


def stays_of(member_ids: Collection[int], valid_from: dt.date, valid_until: dt.date) -> list[Stay]:
    """Stays of these members that touch these days; an open one touches every later day."""
    query = select(Stay).where(
        Stay.admitted_on <= valid_until, or_(Stay.discharged_on.is_(None), Stay.discharged_on >= valid_from)
    )
    return list(_of_members(query.order_by(Stay.admitted_on, Stay.id), Stay.member_id, member_ids))


def attended_minutes(
    site_ids: Collection[int] | None, valid_from: dt.date, valid_until: dt.date
) -> dict[tuple[int, int, int], int]:
    """(site, year, month) → minutes between sign-in and sign-out; None: of all sites."""
    query = select(Attendance.site_id, Attendance.day, Attendance.left_minute - Attendance.arrived_minute).where(
        Attendance.day.between(valid_from, valid_until), Attendance.left_minute.is_not(None)
    )
    if site_ids is not None:
        query = query.where(Attendance.site_id.in_(list(site_ids)))
    found: dict[tuple[int, int, int], int] = defaultdict(int)
    for site_id, day, minutes in db.session.execute(query):
        found[site_id, day.year, day.month] += minutes or 0
    return dict(found)


def visits(
    who: Actor, *, organisation_id: int | None = None, only_incomplete: bool = False, limit: int = 50, offset: int = 0
) -> tuple[Sequence[Visit], int]:
    """A page of visits that `who` may know of, latest day first, and how many there are in all."""
    query = select(Visit).where(*known_to(who, Visit.service))
    if organisation_id is not None:
        query = query.where(Visit.organisation_id == organisation_id)
    if only_incomplete:
        query = query.where(_is_incomplete())
    total = db.session.execute(query.with_only_columns(func.count(Visit.id))).scalar_one()
    page = query.order_by(Visit.service_on.desc(), Visit.started_at.desc(), Visit.id.desc()).limit(limit).offset(offset)
    return db.session.execute(page).scalars().all(), total


def incomplete_visits(organisation_id: int) -> int:
    """How many of the provider's visits miss an element of verification."""
    query = select(func.count(Visit.id)).where(Visit.organisation_id == organisation_id, _is_incomplete())
    return db.session.execute(query).scalar_one()


def site_week(who: Actor, site_id: int, organisation_id: int, monday: dt.date) -> list[dict[str, Any]]:
    """Seven days of a site: children booked, present (most at once), signed in, absent, licensed places."""
    sunday = monday + dt.timedelta(days=6)
    booked: dict[dt.date, set[int]] = defaultdict(set)
    hidden = set() if sees_restricted(who) else set(db.session.execute(restricted_services()).scalars())
    for slot in booked_days([organisation_id], monday, sunday):
        if slot.site_id == site_id and slot.service not in hidden:
            booked[slot.day].add(slot.member_id)
    records: dict[dt.date, list[Attendance]] = defaultdict(list)
    query = select(Attendance).where(Attendance.site_id == site_id, Attendance.day.between(monday, sunday))
    query = query.where(*known_attendance(who))
    for row in db.session.execute(query).scalars():
        records[row.day].append(row)
    days = [_site_day(monday + dt.timedelta(days=n), booked, records) for n in range(7)]
    if not sees_restricted(who) and site_id in set(db.session.execute(restricted_sites()).scalars()):
        return [day | {"present": None} for day in days]  # counted over everybody
    return days


def _site_day(
    day: dt.date, booked: dict[dt.date, set[int]], records: dict[dt.date, list[Attendance]]
) -> dict[str, Any]:
    rows = records.get(day, [])
    return {
        "day": day,
        "booked": len(booked.get(day, ())),
        "signed_in": sum(row.arrived_minute is not None for row in rows),
        "absent": sum(row.is_absent for row in rows),
        "present": max((row.children_present for row in rows if row.children_present is not None), default=None),
        "places": next((row.licensed_places for row in rows if row.licensed_places is not None), None),
    }


def _is_incomplete() -> Any:
    return or_(Visit.worker == "", Visit.place_code == "", Visit.started_at.is_(None), Visit.ended_at.is_(None))


def _of_members(query: Select[Any], column: Any, member_ids: Collection[int]) -> Iterator[Any]:
    ordered = sorted(set(member_ids))
    for start in range(0, len(ordered), CHUNK):
        yield from db.session.execute(query.where(column.in_(ordered[start : start + CHUNK]))).scalars()
