"""What was planned, expanded in sets from the weekly patterns of agreed placements (DECISIONS 18).

The same rows as care.queries.visits_due and booked_days give one by one; a test compares them.
"""

from __future__ import annotations

import datetime as dt

import polars as pl
from sqlalchemy import select

from care.models import CareGrant, Placement, PlacementSlot
from care.queries.planned import AGREED_STATES, local_instant
from core.config import fund
from core.restricted import restricted_services
from quality.queries.frames import DAY_TIME
from quality.queries.records.stood import stood, touching


def visits_due(first: dt.date, last: dt.date, at: dt.datetime, *, with_restricted: bool = False) -> pl.DataFrame:
    """placement_id, organisation_id, member_id, service, day, due_at, minutes of every visit due in these days."""
    due = _expanded("visit", first, last, at, with_restricted)
    local = due.select("day", minute="starts_minute").unique()
    known = local.with_columns(due_at=instants(local["day"], local["minute"]))
    joined = due.join(known, left_on=["day", "starts_minute"], right_on=["day", "minute"], how="left")
    return joined.select("placement_id", "organisation_id", "member_id", "service", "day", "due_at", "minutes")


def booked_days(first: dt.date, last: dt.date, at: dt.datetime, *, with_restricted: bool = False) -> pl.DataFrame:
    """placement_id, organisation_id, site_id, member_id, day of every day booked at a site."""
    booked = _expanded("day", first, last, at, with_restricted)
    return booked.select("placement_id", "organisation_id", "site_id", "member_id", "day")


def days_booked_whole_period(
    first: dt.date, last: dt.date, at: dt.datetime, *, with_restricted: bool = False
) -> pl.DataFrame:
    """The same of placements that hold for all these days."""
    booked = _expanded("day", first, last, at, with_restricted)
    whole = booked.filter((pl.col("valid_from") <= first) & (pl.col("valid_until") >= last))
    return whole.select("placement_id", "organisation_id", "site_id", "member_id", "day")


def instants(days: pl.Series, minutes: pl.Series) -> pl.Series:
    """Fund-local clock times as instants, by the one rule of care; pass each different one once."""
    zone = fund().zone
    found = [local_instant(day, minute, zone) for day, minute in zip(days, minutes, strict=True)]
    return pl.Series("due_at", found, dtype=DAY_TIME)


def _expanded(kind: str, first: dt.date, last: dt.date, at: dt.datetime, with_restricted: bool) -> pl.DataFrame:
    """One row per slot and day on which it falls."""
    query = (
        select(
            Placement.id,
            Placement.organisation_id,
            Placement.site_id,
            Placement.member_id,
            Placement.service,
            Placement.valid_from,
            Placement.valid_until,
            Placement.state,
            PlacementSlot.weekday,
            PlacementSlot.starts_minute,
            PlacementSlot.minutes,
        )
        .join(PlacementSlot, PlacementSlot.placement_id == Placement.id)
        .where(Placement.kind == kind)
    )
    if not with_restricted:
        hidden = restricted_services()
        query = query.join(CareGrant, CareGrant.id == Placement.grant_id)
        query = query.where(Placement.service.not_in(hidden), CareGrant.service.not_in(hidden))
    days = pl.DataFrame({"day": pl.date_range(first, last, eager=True)})
    days = days.with_columns(weekday=pl.col("day").dt.weekday().cast(pl.Int64) - 1)
    known = stood(query, Placement, touching(Placement.valid_from, Placement.valid_until, first, last), at)
    agreed = known.filter(pl.col("state").is_in(AGREED_STATES)).rename({"id": "placement_id"})
    expanded = agreed.join(days, on="weekday")
    return expanded.filter(pl.col("day").is_between(pl.col("valid_from"), pl.col("valid_until")))
