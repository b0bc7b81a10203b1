"""What is recorded about the sites of an organisation: rosters, opening hours, days closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_, select

from care.models import RosterShift
from care.records import ShiftRow
from core.db import db
from providers.models import OpeningHours, Site, SiteClosure

LATEST = 60


def of_organisation(organisation_id: int) -> Sequence[Site]:
    query = select(Site).where(Site.organisation_id == organisation_id).order_by(Site.number)
    return db.session.execute(query).scalars().all()


def others_on_duty(site_id: int, days: Collection[dt.date], workers: Collection[str]) -> list[ShiftRow]:
    """The shifts of these days of everybody but these workers."""
    query = select(RosterShift).where(RosterShift.site_id == site_id, RosterShift.day.in_(days))
    rows = db.session.execute(query.where(RosterShift.worker.not_in(workers))).scalars()
    return [ShiftRow(row.worker, row.day, row.starts_minute, row.ends_minute) for row in rows]


def latest_shifts(organisation_id: int) -> Sequence[Any]:
    """Day, site, worker, start and end of the latest shifts."""
    query = (
        select(RosterShift.day, Site.name, RosterShift.worker, RosterShift.starts_minute, RosterShift.ends_minute)
        .join(Site, Site.id == RosterShift.site_id)
        .where(Site.organisation_id == organisation_id)
        .order_by(RosterShift.day.desc(), Site.number, RosterShift.starts_minute, RosterShift.worker)
    )
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
