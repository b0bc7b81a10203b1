"""Home visits as recorded."""

from __future__ import annotations

import datetime as dt

import polars as pl
from sqlalchemy import select

from care.models import Visit
from quality.queries.frames import frame
from quality.queries.scanned import scanned


def given_visits(first: dt.date, last: dt.date) -> pl.DataFrame:
    """The earliest record of each placement and due time: number, worker, started_at, ended_at."""
    query = select(
        Visit.id,
        Visit.placement_id,
        Visit.due_at,
        Visit.number,
        Visit.worker,
        Visit.started_at,
        Visit.ended_at,
    ).where(Visit.placement_id.is_not(None), scanned(Visit.service_on).between(first, last))
    found = frame(query).sort("started_at", "id", nulls_last=True)
    return found.unique(subset=["placement_id", "due_at"], keep="first", maintain_order=True).drop("id")
