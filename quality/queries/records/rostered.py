"""Rooms with their children and educators by the clock, and when sites were to be open; restricted services apart."""

from __future__ import annotations

import datetime as dt

import polars as pl
from sqlalchemy import and_, or_, select

from care.models import Attendance, ForceMajeure, Placement, RosterShift
from care.models.sites import WORKED
from core.config import fund
from core.db import db
from core.restricted import restricted_services
from providers.models import OpeningHours, Site, SiteCapacity, SiteClosure
from quality.queries.frames import frame
from quality.queries.records.stood import on_days, stood

CHILDCARE = "childcare"


def worked_shifts(first: dt.date, last: dt.date, at: dt.datetime) -> pl.DataFrame:
    """organisation_id, site_id, room, day, worker, begins, ends (minutes) of shifts as worked."""
    shifts = _shifts(first, last, at)
    return shifts.filter(pl.col("kind") == WORKED).select(
        "organisation_id", "site_id", "room", "day", "worker", begins="starts_minute", ends="ends_minute"
    )


def rostered(first: dt.date, last: dt.date, at: dt.datetime) -> pl.DataFrame:
    """organisation_id of those that keep a roster, planned or worked, in these days."""
    return _shifts(first, last, at).select("organisation_id").unique()


def _shifts(first: dt.date, last: dt.date, at: dt.datetime) -> pl.DataFrame:
    query = select(
        RosterShift.site_id,
        RosterShift.kind,
        RosterShift.room,
        RosterShift.day,
        RosterShift.worker,
        RosterShift.starts_minute,
        RosterShift.ends_minute,
    )
    sites = frame(select(Site.id.label("site_id"), Site.organisation_id))
    return stood(query, RosterShift, on_days(RosterShift.day, first, last), at).join(sites, on="site_id")


def children_present(first: dt.date, last: dt.date, at: dt.datetime) -> pl.DataFrame:
    """organisation_id, member_id, site_id, room, day, arrived, left of days signed at both ends.

    The room is that of the record, else that of the placement.
    """
    query = select(
        Attendance.organisation_id,
        Attendance.member_id,
        Attendance.site_id,
        Attendance.placement_id,
        Attendance.room,
        Attendance.day,
        Attendance.arrived_minute,
        Attendance.left_minute,
        Attendance.is_absent,
    )
    is_hidden = Placement.service.in_(restricted_services())
    placed = select(Placement.id.label("placement_id"), Placement.unit, is_hidden.label("is_hidden"))
    telling = frame(placed.where(or_(Placement.unit != "", is_hidden)))
    known = stood(query, Attendance, on_days(Attendance.day, first, last), at)
    present = known.filter((pl.col("left_minute") > pl.col("arrived_minute")) & ~pl.col("is_absent"))
    present = present.join(telling, on="placement_id", how="left")
    room = pl.when(pl.col("room") != "").then("room").otherwise(pl.col("unit").fill_null(""))
    return present.filter(~pl.col("is_hidden").fill_null(value=False)).select(
        "organisation_id", "member_id", "site_id", "day", room=room, arrived="arrived_minute", left="left_minute"
    )


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


def majeure_days(first: dt.date, last: dt.date, at: dt.datetime) -> pl.DataFrame:
    """site_id, day, document."""
    query = select(ForceMajeure.site_id, ForceMajeure.day, ForceMajeure.document)
    return stood(query, ForceMajeure, on_days(ForceMajeure.day, first, last), at)
