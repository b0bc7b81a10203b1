"""Rooms with their children and educators by the clock, and when sites were to be open; restricted services apart."""

from __future__ import annotations

import datetime as dt

import polars as pl
from sqlalchemy import and_, func, or_, select

from care.models import Attendance, ForceMajeure, Placement, RosterShift
from care.models.sites import WORKED
from core.config import fund
from core.db import db
from core.restricted import restricted_services
from providers.models import OpeningHours, Site, SiteCapacity, SiteClosure
from quality.queries.frames import frame
from quality.queries.scanned import scanned

CHILDCARE = "childcare"


def worked_shifts(first: dt.date, last: dt.date) -> pl.DataFrame:
    """organisation_id, site_id, room, day, worker, begins, ends (minutes) of shifts as worked."""
    query = select(
        Site.organisation_id,
        RosterShift.site_id,
        RosterShift.room,
        RosterShift.day,
        RosterShift.worker,
        RosterShift.starts_minute.label("begins"),
        RosterShift.ends_minute.label("ends"),
    ).join(Site, Site.id == RosterShift.site_id)
    return frame(query.where(RosterShift.kind == WORKED, RosterShift.day.between(first, last)))


def rostered(first: dt.date, last: dt.date) -> pl.DataFrame:
    """organisation_id of those that keep a roster, planned or worked, in these days."""
    query = select(Site.organisation_id).join(RosterShift, RosterShift.site_id == Site.id)
    return frame(query.where(RosterShift.day.between(first, last)).distinct())


def children_present(first: dt.date, last: dt.date) -> pl.DataFrame:
    """organisation_id, member_id, site_id, room, day, arrived, left of days signed at both ends.

    The room is that of the record, else that of the placement.
    """
    query = (
        select(
            Attendance.organisation_id,
            Attendance.member_id,
            Attendance.site_id,
            func.coalesce(func.nullif(Attendance.room, ""), Placement.unit, "").label("room"),
            Attendance.day,
            Attendance.arrived_minute.label("arrived"),
            Attendance.left_minute.label("left"),
        )
        .outerjoin(Placement, Placement.id == Attendance.placement_id)
        .where(scanned(Attendance.day).between(first, last), Attendance.left_minute > Attendance.arrived_minute)
        .where(Attendance.is_absent.is_(False))
        .where(or_(Placement.id.is_(None), Placement.service.not_in(restricted_services())))
    )
    return frame(query)


def childcare_sites(first: dt.date, last: dt.date) -> pl.DataFrame:
    """organisation_id, site_id, site (its number) licensed for childcare on some of these days."""
    licensed = and_(
        SiteCapacity.service_line == CHILDCARE,
        SiteCapacity.valid_from <= last,
        or_(SiteCapacity.valid_until.is_(None), SiteCapacity.valid_until >= first),
    )
    query = select(Site.organisation_id, Site.id.label("site_id"), Site.number.label("site"))
    return frame(query.join(SiteCapacity, SiteCapacity.site_id == Site.id).where(licensed).distinct())


def opening_hours() -> dict[int, list[OpeningHours]]:
    """Site → what was ever said of its week."""
    found: dict[int, list[OpeningHours]] = {}
    for row in db.session.execute(select(OpeningHours).order_by(OpeningHours.opens_minute)).scalars():
        found.setdefault(row.site_id, []).append(row)
    return found


def closed_days(first: dt.date, last: dt.date) -> pl.DataFrame:
    """site_id, day, written_on: closures with the day on which they were first said; null: before that was kept."""
    query = select(SiteClosure.site_id, SiteClosure.day, SiteClosure.written_at)
    found = frame(query.where(SiteClosure.day.between(first, last)))
    written_on = pl.col("written_at").dt.convert_time_zone(str(fund().zone)).dt.date()
    return found.select("site_id", "day", written_on=written_on)


def majeure_days(first: dt.date, last: dt.date) -> pl.DataFrame:
    """site_id, day, document."""
    query = select(ForceMajeure.site_id, ForceMajeure.day, ForceMajeure.document)
    return frame(query.where(ForceMajeure.day.between(first, last)))
