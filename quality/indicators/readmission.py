"""Unplanned readmission in time (H-01): whichever hospital it was, the provider a member sees most answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import polars as pl

from quality.cases import case_frame, with_expected
from quality.code_lists import Codes
from quality.indicators.coded import age, age_band, named

STAY = ("member_id", "reference")


def cases(
    stays: pl.DataFrame,
    people: pl.DataFrame,
    seen: pl.DataFrame,
    codes: Codes,
    days: tuple[dt.date, dt.date],
    exclusions: Collection[str],
    within_days: int,
) -> pl.DataFrame:
    """One row per discharge between two days; `quantity` is what age, sex, need and discharge class let expect.

    `stays` are judged and have `need` on the day of discharge. `exclusions`, as far as the definition names them: who
    moved on to another hospital, died, gave birth, or came back as planned before anything else.
    """
    index = stays.filter(pl.col("discharged_on").is_between(*days)).join(seen, on="member_id")
    found = index.join(people, on="member_id").join(_returns(stays, within_days), on=STAY, how="left")
    is_back = pl.col("return_on").is_not_null()
    is_unplanned = (is_back & ~pl.col("is_return_planned")).fill_null(value=False)
    years = age("born_on", pl.col("discharged_on"))
    found = found.with_columns(
        exclusion=named(_exclusion(is_back), exclusions),
        is_numerator=is_unplanned,
        stratum=pl.format("{} {} {} {}", age_band(years, codes.age_from), "sex", "need", "discharge_class"),
        evidence_on="discharged_on",
        evidence_reference=pl.when(is_unplanned).then("return_reference").otherwise("reference"),
        finding=pl.when(is_unplanned).then(pl.lit("readmitted")).otherwise(pl.lit("")),
    )
    return with_expected(case_frame(found, evidence_kind="stay"))


def _exclusion(is_back: pl.Expr) -> pl.Expr:
    return (
        pl.when("is_dead").then(pl.lit("died_during_stay"))
        .when("is_moved_on").then(pl.lit("transfer"))
        .when("is_birth").then(pl.lit("maternity"))
        .when(is_back & pl.col("is_return_planned")).then(pl.lit("planned_readmission"))
        .otherwise(pl.lit(""))
    )  # fmt: skip


def _returns(stays: pl.DataFrame, within_days: int) -> pl.DataFrame:
    """Of each discharge the first admission from day 1 on; of two on a day the planned one comes last."""
    back = stays.select(
        "member_id", return_reference="reference", return_on="admitted_on", is_return_planned="is_planned"
    )
    pairs = stays.select(*STAY, "discharged_on").join(back, on="member_id")
    days = (pl.col("return_on") - pl.col("discharged_on")).dt.total_days()
    pairs = pairs.filter(days.is_between(1, within_days) & (pl.col("reference") != pl.col("return_reference")))
    order = [*STAY, "return_on", "is_return_planned", "return_reference"]
    return pairs.sort(order).unique(subset=STAY, keep="first", maintain_order=True).drop("discharged_on")
