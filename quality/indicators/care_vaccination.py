"""Influenza vaccination of members in long-term care (L-08)."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Mapping
from typing import Any

import polars as pl

from quality.cases import case_frame
from quality.code_lists import Codes
from quality.indicators.coded import is_one


def vaccinated(
    lines: pl.DataFrame,
    people: pl.DataFrame,
    care: pl.DataFrame,
    codes: Codes,
    first: dt.date,
    last: dt.date,
    asked: Mapping[str, Any],
) -> pl.DataFrame:
    """One row per member in care on the day asked if the season has it, else on its last day, by contract holder.

    `care`: member_id, organisation_id, begins, ends. Met when anybody vaccinated the member from `first` to `last`.
    """
    days = [_day(year, asked["in_care_month"], asked["in_care_day"]) for year in (first.year, last.year)]
    on = next((day for day in days if first <= day <= last), last)
    present = care.join(people, on="member_id").filter(pl.lit(on).is_between(pl.col("begins"), pl.col("ends")))
    present = present.filter(pl.col("died_on").is_null() | (pl.col("died_on") > on))
    present = present.select("member_id", "organisation_id").unique()
    shots = lines.filter(is_one("service", codes.pattern("influenza_vaccine")) & pl.col("day").is_between(first, last))
    shots = shots.sort("day", "claim_number", "line_no").unique(subset="member_id", keep="first", maintain_order=True)
    found = present.join(shots.select("member_id", "day", "claim_number", "line_no"), on="member_id", how="left")
    is_done = pl.col("day").is_not_null()
    found = found.with_columns(
        is_numerator=is_done,
        finding=pl.when(is_done).then(pl.lit("")).otherwise(pl.lit("not_vaccinated")),
        evidence_on=pl.coalesce("day", pl.lit(on)),
    )
    return case_frame(found, evidence_kind="vaccination")


def _day(year: int, month: int, day: int) -> dt.date:
    """Of a month that is shorter, its last day."""
    return dt.date(year, month, min(day, monthrange(year, month)[1]))
