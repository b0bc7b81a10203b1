"""Before birth and after: antenatal contacts (H-07), children fully immunised at 24 months (H-06).

`lines` are accepted claim lines with member_id, day, service, claim_number, line_no; `cover` has begins, ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from quality.cases import case_frame
from quality.code_lists import Codes
from quality.indicators.coded import ONE_DAY, is_one, united


def antenatal(
    lines: pl.DataFrame,
    seen: pl.DataFrame,
    cover: pl.DataFrame,
    codes: Codes,
    first: dt.date,
    asked: Mapping[str, Any],
) -> pl.DataFrame:
    """H-07: one row per delivery from `first` on; the day of conception is a pregnancy's length before it.

    What a line of delivery bills soon after an earlier one is the same delivery.
    """
    births = lines.filter(is_one("service", codes.pattern("delivery"))).sort(
        "member_id", "day", "claim_number", "line_no"
    )
    since = (pl.col("day") - pl.col("day").shift(1).over("member_id")).dt.total_days()
    births = births.filter(since.is_null() | (since >= asked["same_delivery_days"])).filter(pl.col("day") >= first)
    births = births.select("member_id", "claim_number", "line_no", born_on="day").join(seen, on="member_id")
    contacts = (
        lines.filter(is_one("service", codes.pattern("antenatal"))).select("member_id", contact_on="day").unique()
    )
    week_0 = pl.col("born_on") - dt.timedelta(days=codes.gestation_days)
    during = births.select("member_id", "born_on").join(contacts, on="member_id")
    during = during.filter((pl.col("contact_on") >= week_0) & (pl.col("contact_on") < pl.col("born_on")))
    counted = during.group_by("member_id", "born_on").agg(contacts=pl.len(), first_on=pl.col("contact_on").min())
    found = births.join(counted, on=["member_id", "born_on"], how="left").with_columns(pl.col("contacts").fill_null(0))
    found = _covered(found, cover, "born_on", asked["covered_months"], "covered_less_than_7_months")
    is_early = (pl.col("first_on") <= week_0 + dt.timedelta(weeks=asked["first_within_weeks"])).fill_null(value=False)
    has_enough = pl.col("contacts") >= asked["contacts_at_least"]
    found = found.with_columns(
        is_numerator=has_enough & is_early,
        finding=pl.when(~has_enough).then(pl.lit("few_contacts")).when(~is_early).then(pl.lit("late_contact"))
        .otherwise(pl.lit("")),
        evidence_on="born_on",
        evidence_reference=pl.format("{} contacts", "contacts"),
    )  # fmt: skip
    return case_frame(found, evidence_kind="delivery")


def immunised(
    lines: pl.DataFrame, people: pl.DataFrame, panel: pl.DataFrame, cover: pl.DataFrame, codes: Codes,
    first: dt.date, last: dt.date, asked: Mapping[str, Any],
) -> pl.DataFrame:  # fmt: skip
    """H-06: one row per child on a provider's list on the day it turned so many months, between two days.

    A dose is a day on which a vaccine of the schedule was billed, up to that day; met when no vaccine lacks a dose.
    """
    turning = people.with_columns(turned_on=pl.col("born_on").dt.offset_by(f"{asked['age_months']}mo"))
    turning = turning.filter(pl.col("turned_on").is_between(first, last))
    turning = turning.filter(pl.col("died_on").is_null() | (pl.col("died_on") > pl.col("turned_on")))
    listed = turning.join(panel, on="member_id")
    listed = listed.filter(pl.col("turned_on").is_between(pl.col("begins"), pl.col("ends")))
    doses = listed.select("member_id", "turned_on").join(lines, on="member_id")
    doses = doses.filter(pl.col("day") <= pl.col("turned_on"))
    months = asked["covered_months"]
    found = _covered(listed.drop("begins", "ends"), cover, "turned_on", months, "covered_less_than_12_months")
    for vaccine in codes.vaccines.values():
        given = (
            doses.filter(is_one("service", vaccine.pattern))
            .group_by("member_id")
            .agg(given=pl.col("day").n_unique().cast(pl.Int64))
        )
        lacking = (vaccine.doses - pl.col("given").fill_null(0)).clip(0).alias(vaccine.name)
        found = found.join(given, on="member_id", how="left").with_columns(lacking).drop("given")
    last_dose = doses.filter(is_one("service", _any(codes))).sort("day", "claim_number", "line_no")
    last_dose = last_dose.group_by("member_id", maintain_order=True).agg(
        pl.col("day", "claim_number", "line_no").last()
    )
    found = found.join(last_dose, on="member_id", how="left")
    missing = pl.sum_horizontal(*codes.vaccines)
    found = found.with_columns(
        is_numerator=missing == 0,
        finding=pl.when(missing > 0).then(pl.lit("doses_missing")).otherwise(pl.lit("")),
        evidence_on="turned_on",
        evidence_reference=pl.when(missing > 0).then(pl.format("{} missing", missing)).otherwise(pl.lit("")),
    )
    return case_frame(found, subject_kind="child", evidence_kind="doses")


def _any(codes: Codes) -> str:
    return "|".join(vaccine.pattern for vaccine in codes.vaccines.values())


def _covered(rows: pl.DataFrame, cover: pl.DataFrame, day: str, months: int, reason: str) -> pl.DataFrame:
    """`exclusion` is `reason` where no spell of cover reaches from so many months before the day up to it."""
    spells = united(cover.with_columns(pl.col("ends").fill_null(dt.date.max - ONE_DAY)), ["member_id"])
    days = rows.select("member_id", day).unique().join(spells, on="member_id")
    held = days.filter((pl.col("begins") <= pl.col(day).dt.offset_by(f"-{months}mo")) & (pl.col("ends") >= pl.col(day)))
    held = held.select("member_id", day, exclusion=pl.lit("")).unique()
    return rows.join(held, on=["member_id", day], how="left").with_columns(pl.col("exclusion").fill_null(reason))
