"""Records of care as the screens read them: what the checks found, and visits with both times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, or_, select

from care.models import Attendance, PlacementSlot, RecordFinding, Visit
from core.db import db
from core.restricted import restricted_services
from quality.desk.window import Window

if TYPE_CHECKING:
    import polars as pl


class FoundRecord(NamedTuple):
    """`visit`: the provider's number of it; empty where a day or a site is meant."""

    organisation_id: int
    check: str
    on: dt.date
    visit: str
    worker: str


def found_records(window: Window, checks: Collection[str]) -> list[FoundRecord]:
    query = (
        select(
            RecordFinding.organisation_id,
            RecordFinding.check,
            RecordFinding.on,
            func.coalesce(Visit.number, ""),
            RecordFinding.worker,
        )
        .outerjoin(Visit, (Visit.id == RecordFinding.record_id) & (RecordFinding.record_kind == "visit"))
        .where(RecordFinding.check.in_(checks), RecordFinding.on.between(window.first, window.last))
        .where(or_(Visit.id.is_(None), Visit.service.not_in(restricted_services())))
        .order_by(RecordFinding.on, RecordFinding.id)
    )
    return [FoundRecord(*row) for row in db.session.execute(query)] if checks else []


def records_kept(window: Window) -> dict[int, int]:
    """Organisation → visits and attendance days recorded."""
    counted: dict[int, int] = {}
    for table, day in ((Visit, Visit.service_on), (Attendance, Attendance.day)):
        query = select(table.organisation_id, func.count()).where(day.between(window.first, window.last))
        for organisation_id, count in db.session.execute(query.group_by(table.organisation_id)):
            counted[organisation_id] = counted.get(organisation_id, 0) + count
    return counted


def timed_visits(window: Window) -> pl.DataFrame:
    """organisation_id, number, worker, placement_id, day, started_at, ended_at of visits with both times (UTC)."""
    import polars as pl

    query = select(
        Visit.organisation_id,
        Visit.number,
        Visit.worker,
        Visit.placement_id,
        Visit.service_on,
        Visit.started_at,
        Visit.ended_at,
    ).where(
        Visit.service_on.between(window.first, window.last),
        Visit.started_at.is_not(None),
        Visit.ended_at.is_not(None),
        Visit.service.not_in(restricted_services()),
    )
    instant = pl.Datetime("us", "UTC")
    schema: dict[str, Any] = {"organisation_id": pl.Int64, "number": pl.String, "worker": pl.String}
    schema |= {"placement_id": pl.Int64, "day": pl.Date, "started_at": instant, "ended_at": instant}
    return pl.DataFrame(db.session.execute(query).all(), schema=schema, orient="row")


def planned_minutes() -> pl.DataFrame:
    """placement_id, weekday (1 Monday … 7), planned: minutes of the first slot of that day."""
    import polars as pl

    query = select(PlacementSlot.placement_id, PlacementSlot.weekday + 1, func.min(PlacementSlot.minutes))
    query = query.group_by(PlacementSlot.placement_id, PlacementSlot.weekday)
    schema = {"placement_id": pl.Int64, "weekday": pl.Int8, "planned": pl.Int64}
    return pl.DataFrame(db.session.execute(query).all(), schema=schema, orient="row")
