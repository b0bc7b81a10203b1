"""What is recorded about the sites of an organisation: rosters, opening hours, days closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_, select

from care.models import ForceMajeure, RosterShift
from care.records import ShiftRow
from core.db import db
from providers.models import OpeningHours, Site, SiteClosure

LATEST = 60


def of_organisation(organisation_id: int) -> Sequence[Site]:
    query = select(Site).where(Site.organisation_id == organisation_id).order_by(Site.number)
    return db.session.execute(query).scalars().all()


def others_on_duty(site_id: int, kind: str, days: Collection[dt.date], workers: Collection[str]) -> list[ShiftRow]:
    """The shifts, planned or worked, of these days of everybody but these workers."""
    query = select(RosterShift).where(RosterShift.site_id == site_id, RosterShift.kind == kind)
    rows = db.session.execute(query.where(RosterShift.day.in_(days), RosterShift.worker.not_in(workers))).scalars()
    return [ShiftRow(row.worker, row.day, row.starts_minute, row.ends_minute, row.room) for row in rows]


def latest_shifts(organisation_id: int) -> Sequence[Any]:
    """Day, site, room, worker, planned or worked, start and end of the latest shifts."""
    query = (
        select(RosterShift.day, Site.name, RosterShift.room, RosterShift.worker, RosterShift.kind,
               RosterShift.starts_minute, RosterShift.ends_minute)
        .join(Site, Site.id == RosterShift.site_id)
        .where(Site.organisation_id == organisation_id)
        .order_by(RosterShift.day.desc(), Site.number, RosterShift.starts_minute, RosterShift.worker)
    )  # fmt: skip
    return db.session.execute(query.limit(LATEST)).all()


def hours_from(organisation_id: int, on: dt.date) -> Sequence[Any]:
    """Site, kind of care, first day, weekday and minutes of the weeks that hold on a day or later."""
    query = (
        select(Site.name, OpeningHours.service_line, OpeningHours.valid_from, OpeningHours.weekday,
               OpeningHours.opens_minute, OpeningHours.closes_minute)
        .join(Site, Site.id == OpeningHours.site_id)
        .where(Site.organisation_id == organisation_id)
        .where(or_(OpeningHours.valid_until.is_(None), OpeningHours.valid_until >= on))
        .order_by(Site.number, OpeningHours.service_line, OpeningHours.valid_from, OpeningHours.weekday,
                  OpeningHours.opens_minute)
    )  # fmt: skip
    return db.session.execute(query).all()


def latest_closures(organisation_id: int) -> Sequence[Any]:
    query = select(SiteClosure.day, Site.name, SiteClosure.reason).join(Site, Site.id == SiteClosure.site_id)
    query = query.where(Site.organisation_id == organisation_id).order_by(SiteClosure.day.desc(), Site.number)
    return db.session.execute(query.limit(LATEST)).all()


def latest_majeure() -> Sequence[Any]:
    """Day, site, reason and document of the latest days that no site could help."""
    query = select(ForceMajeure.day, Site.name, ForceMajeure.reason, ForceMajeure.document)
    query = query.join(Site, Site.id == ForceMajeure.site_id).order_by(ForceMajeure.day.desc(), Site.id)
    return db.session.execute(query.limit(LATEST)).all()
