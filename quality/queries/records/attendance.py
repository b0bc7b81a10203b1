"""Children's days as signed."""

from __future__ import annotations

import datetime as dt

import polars as pl
from sqlalchemy import select

from care.models import Attendance
from quality.queries.frames import frame
from quality.queries.scanned import scanned


def signed_days(first: dt.date, last: dt.date) -> pl.DataFrame:
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
        Attendance.absence_reason.label("absence"),
    ).where(scanned(Attendance.day).between(first, last))
    came = pl.col("arrived_minute").is_not_null() & ~pl.col("is_absent")
    finding = (
        pl.when(~pl.col("came")).then(pl.lit("absent"))
        .when(pl.col("left_minute").is_null()).then(pl.lit("no_sign_out"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    days = frame(query).with_columns(came=came).with_columns(finding=finding)
    better = days.sort(pl.col("finding") != "", "id", descending=[False, True])
    key = ["organisation_id", "member_id", "day"]
    return better.unique(subset=key, keep="first", maintain_order=True).select(*key, "came", "finding", "absence")
