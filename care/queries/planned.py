"""What was planned: visits due and days booked, expanded from the weekly patterns of placements (DECISIONS 18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from care.models import Placement, PlacementSlot
from core.config import fund
from core.db import db

AGREED_STATES = ("accepted", "ended")


class VisitDue(NamedTuple):
    """A visit that the pattern asks for; `due_at` is UTC, `day` fund-local, `minutes` the planned length."""

    placement_id: int
    organisation_id: int
    site_id: int | None
    member_id: int
    service: str
    day: dt.date
    due_at: dt.datetime
    minutes: int


class BookedDay(NamedTuple):
    """A member's booked day at a site; `starts_minute` after fund-local midnight."""

    placement_id: int
    organisation_id: int
    site_id: int | None
    member_id: int
    service: str
    day: dt.date
    starts_minute: int
    minutes: int


def visits_due(
    organisation_ids: Collection[int] | None, valid_from: dt.date, valid_until: dt.date
) -> Iterator[VisitDue]:
    """Every visit due in these days (both inclusive) under an agreed placement; None: of all organisations."""
    zone = fund().zone
    for row, day in _expanded("visit", organisation_ids, valid_from, valid_until):
        due_at = local_instant(day, row.starts_minute, zone)
        yield VisitDue(row.id, row.organisation_id, row.site_id, row.member_id, row.service, day, due_at, row.minutes)


def booked_days(
    organisation_ids: Collection[int] | None, valid_from: dt.date, valid_until: dt.date
) -> Iterator[BookedDay]:
    """Every day booked at a site in these days (both inclusive) under an agreed placement."""
    for row, day in _expanded("day", organisation_ids, valid_from, valid_until):
        yield BookedDay(
            row.id, row.organisation_id, row.site_id, row.member_id, row.service, day, row.starts_minute, row.minutes
        )


def local_instant(day: dt.date, minute: int, zone: ZoneInfo) -> dt.datetime:
    """The instant (UTC) of a fund-local clock time; 1440 and more fall on the days after."""
    later, within = divmod(minute, 1440)
    time = dt.time(within // 60, within % 60)
    return dt.datetime.combine(day + dt.timedelta(days=later), time, zone).astimezone(dt.UTC)


def _expanded(
    kind: str, organisation_ids: Collection[int] | None, valid_from: dt.date, valid_until: dt.date
) -> Iterator[tuple[Any, dt.date]]:
    query = (
        select(
            Placement.id,
            Placement.organisation_id,
            Placement.site_id,
            Placement.member_id,
            Placement.service,
            Placement.valid_from,
            Placement.valid_until,
            PlacementSlot.weekday,
            PlacementSlot.starts_minute,
            PlacementSlot.minutes,
        )
        .join(PlacementSlot, PlacementSlot.placement_id == Placement.id)
        .where(Placement.kind == kind, Placement.state.in_(AGREED_STATES))
        .where(Placement.valid_from <= valid_until, Placement.valid_until >= valid_from)
        .order_by(Placement.id, PlacementSlot.weekday, PlacementSlot.starts_minute)
    )
    if organisation_ids is not None:
        query = query.where(Placement.organisation_id.in_(list(organisation_ids)))
    for row in db.session.execute(query):
        first, last = max(valid_from, row.valid_from), min(valid_until, row.valid_until)
        day = first + dt.timedelta(days=(row.weekday - first.weekday()) % 7)
        while day <= last:
            yield row, day
            day += dt.timedelta(days=7)
