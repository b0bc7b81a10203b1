"""Hospital stays read once for the indicators about them: what was planned, moved on, ended in death or in a birth.

What the hospital said goes first; where it said nothing, the dates and the dated code lists decide.
"""

from __future__ import annotations

import polars as pl

from quality.code_lists import Codes
from quality.indicators.coded import is_one


def judged(stays: pl.DataFrame, members: pl.DataFrame, codes: Codes) -> pl.DataFrame:
    """`stays` with is_planned, is_moved_in, is_moved_on, is_dead, is_birth, is_day_case and discharge_class.

    Takes member_id, reference, admitted_on, discharged_on, diagnosis, discharge_group, admission, discharged_to, and of
    `members` member_id and died_on.
    """
    found = stays.join(members.select("member_id", "died_on"), on="member_id", how="left")
    found = found.join(_neighbours(stays), on=["member_id", "reference"], how="left")
    is_birth = is_one("diagnosis", codes.pattern("maternity_diagnosis")) | is_one(
        "discharge_group", codes.pattern("maternity_group")
    )
    is_listed = is_one("diagnosis", codes.pattern("planned_diagnosis")) | is_one(
        "discharge_group", codes.pattern("planned_group")
    )
    is_dead = pl.col("died_on").is_between(pl.col("admitted_on"), pl.col("discharged_on"))
    return found.with_columns(
        is_birth=is_birth,
        is_planned=_said("admission", "planned", is_listed | is_birth),
        is_moved_in=_said("admission", "transfer", pl.col("is_in_another_before").fill_null(value=False)),
        is_moved_on=_said("discharged_to", "transfer", pl.col("is_in_another_after").fill_null(value=False)),
        is_dead=(pl.col("discharged_to") == "died") | is_dead.fill_null(value=False),
        is_day_case=(pl.col("admitted_on") == pl.col("discharged_on")).fill_null(value=False),
        discharge_class=_class(codes),
    ).drop("died_on", "is_in_another_before", "is_in_another_after")


def _said(column: str, word: str, otherwise: pl.Expr) -> pl.Expr:
    """What the hospital said; `otherwise` where it said nothing."""
    return pl.when(pl.col(column) != "").then(pl.col(column) == word).otherwise(otherwise)


def _neighbours(stays: pl.DataFrame) -> pl.DataFrame:
    """Whether the member lay in another hospital bed on the day of admission already, and after that of discharge."""
    dates = stays.select("member_id", "reference", "admitted_on", "discharged_on")
    pairs = dates.join(dates, on="member_id", suffix="_other").filter(pl.col("reference") != pl.col("reference_other"))
    began, ended = pl.col("admitted_on_other"), pl.col("discharged_on_other")
    before = (began < pl.col("admitted_on")) & (ended.is_null() | (ended >= pl.col("admitted_on")))
    after = (began <= pl.col("discharged_on")) & (ended.is_null() | (ended > pl.col("discharged_on")))
    return pairs.group_by("member_id", "reference").agg(
        is_in_another_before=before.any(), is_in_another_after=after.any()
    )


def _class(codes: Codes) -> pl.Expr:
    found = pl.lit("other")
    for name, pattern in codes.discharge_classes.items():
        found = pl.when(is_one("discharge_group", pattern)).then(pl.lit(name)).otherwise(found)
    return found
