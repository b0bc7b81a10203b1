"""Home visits as recorded."""

from __future__ import annotations

import datetime as dt

import polars as pl
from sqlalchemy import select

from care.models import Visit
from quality.queries.records.stood import on_days, stood


def given_visits(first: dt.date, last: dt.date, at: dt.datetime) -> pl.DataFrame:
    """The earliest record of each placement and due time: number, worker, started_at, ended_at."""
    query = select(
        Visit.id,
        Visit.placement_id,
        Visit.due_at,
        Visit.number,
        Visit.worker,
        Visit.started_at,
        Visit.ended_at,
    )
    known = stood(query, Visit, on_days(Visit.service_on, first, last), at)
    found = known.filter(pl.col("placement_id").is_not_null()).sort("started_at", "id", nulls_last=True)
    found = found.unique(subset=["placement_id", "due_at"], keep="first", maintain_order=True)
    return found.drop("id")
