"""Children's days as signed."""

from __future__ import annotations

import datetime as dt

import polars as pl
from sqlalchemy import select

from care.models import Attendance
from quality.queries.records.stood import on_days, stood


def signed_days(first: dt.date, last: dt.date, at: dt.datetime) -> pl.DataFrame:
    """organisation_id, member_id, day, came, finding, absence; the better record where two sites know the child.

    `finding` is empty when arrival and leaving are signed.
    """
    query = select(
        Attendance.id,
        Attendance.organisation_id,
        Attendance.member_id,
        Attendance.day,
        Attendance.arrived_minute,
        Attendance.left_minute,
        Attendance.is_absent,
        Attendance.absence_reason,
    )
    came = pl.col("arrived_minute").is_not_null() & ~pl.col("is_absent")
    finding = (
        pl.when(~pl.col("came")).then(pl.lit("absent"))
        .when(pl.col("left_minute").is_null()).then(pl.lit("no_sign_out"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    known = stood(query, Attendance, on_days(Attendance.day, first, last), at)
    days = known.with_columns(came=came).with_columns(finding=finding)
    better = days.sort(pl.col("finding") != "", "id", descending=[False, True])
    key = ["organisation_id", "member_id", "day"]
    days = better.unique(subset=key, keep="first", maintain_order=True)
    return days.select(*key, "came", "finding", absence="absence_reason")
