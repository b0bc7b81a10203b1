"""Expressions over codes, days and ages that several indicators share. Codes are compared without their dots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from itertools import pairwise

import polars as pl

ONE_DAY = dt.timedelta(days=1)


def is_one(column: str, pattern: str) -> pl.Expr:
    """The column's one code is in the lists of `pattern`."""
    if not pattern:
        return pl.lit(value=False)
    return pl.col(column).str.replace_all(".", "", literal=True).str.contains(f"^(?:{pattern})$")


def has_one(column: str, pattern: str) -> pl.Expr:
    """One of the column's codes, separated by blanks, is in the lists of `pattern`."""
    if not pattern:
        return pl.lit(value=False)
    return pl.col(column).str.replace_all(".", "", literal=True).str.contains(f"(?:^| )(?:{pattern})(?: |$)")


def age(born_on: str, on: pl.Expr) -> pl.Expr:
    """Completed years."""
    born = pl.col(born_on)
    is_before_birthday = (on.dt.month() < born.dt.month()) | (
        (on.dt.month() == born.dt.month()) & (on.dt.day() < born.dt.day())
    )
    return on.dt.year() - born.dt.year() - is_before_birthday.cast(pl.Int32)


def age_band(years: pl.Expr, starts: Sequence[int]) -> pl.Expr:
    """`065-074`, the last one `085+`: in order of text, so that neighbours merge."""
    band = pl.lit(f"{starts[-1]:03d}+")
    for low, following in reversed(list(pairwise(starts))):
        band = pl.when(years < following).then(pl.lit(f"{low:03d}-{following - 1:03d}")).otherwise(band)
    return band


def five_years(years: pl.Expr) -> pl.Expr:
    """`065-069`, from 85 on one band."""
    low = pl.min_horizontal(years // 5 * 5, pl.lit(85))
    return pl.when(low == 85).then(pl.lit("085+")).otherwise(pl.format("{}-{}", _three(low), _three(low + 4)))


def days_inside(begins: str, ends: str, first: dt.date, last: dt.date) -> list[pl.Expr]:
    """`begins` and `ends` as they fall between two days; an open end is the last of them."""
    return [
        pl.max_horizontal(pl.col(begins), pl.lit(first)).alias(begins),
        pl.min_horizontal(pl.col(ends).fill_null(last), pl.lit(last)).alias(ends),
    ]


def united(spells: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Spells (`begins`, `ends`, both included) that touch or overlap as one, by `keys`."""
    ordered = spells.filter(pl.col("begins") <= pl.col("ends")).sort(*keys, "begins", "ends")
    reached = pl.col("ends").cum_max().shift(1).over(keys)
    ordered = ordered.with_columns(
        part=(pl.col("begins") > reached + ONE_DAY).fill_null(value=True).cum_sum().over(keys)
    )
    return (
        ordered.group_by(*keys, "part")
        .agg(pl.col("begins").min(), pl.col("ends").max())
        .drop("part")
        .sort(*keys, "begins")
    )


def named(reason: pl.Expr, exclusions: Collection[str]) -> pl.Expr:
    """The coded reason where the definition names it, else nothing: then the row counts."""
    return pl.when(reason.is_in(list(exclusions))).then(reason).otherwise(pl.lit(""))


def _three(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).str.zfill(3)
