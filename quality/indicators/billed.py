"""What claim lines bill: which line stands for a visit, and which days of a child a line counts."""

from __future__ import annotations

import datetime as dt

import polars as pl

HOME_CARE, CHILDCARE = "long_term_care", "childcare"
WORKING_DAYS = 5
LINE = ["claim_number", "line_no"]


def with_claim_of_visit(visits: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """`visits` with claim_number and line_no: by the provider's visit number, else by member, service and day."""
    billed = lines.filter(pl.col("service_line") == HOME_CARE)
    by_number = ["organisation_id", "number"]
    numbered = billed.filter(pl.col("visit_no") != "").rename({"visit_no": "number"}).select(*by_number, *LINE)
    numbered = numbered.unique(subset=by_number, keep="first", maintain_order=True)
    by_day = ["organisation_id", "member_id", "service", "day"]
    dated = each_day(billed.filter(pl.col("visit_no") == "")).select(*by_day, *LINE)
    dated = dated.unique(subset=by_day, keep="first", maintain_order=True)
    found = visits.join(numbered, on=by_number, how="left").join(dated, on=by_day, how="left", suffix="_by_day")
    return found.with_columns(pl.coalesce(name, f"{name}_by_day").alias(name) for name in LINE)


def billed_child_days(lines: pl.DataFrame, booked: pl.DataFrame, first: dt.date, last: dt.date) -> pl.DataFrame:
    """Distinct child-days that lines bill between two days, with the first line of each.

    A line over several days bills those the child was booked on, else its working days; never more than it asks.
    """
    key = ["organisation_id", "member_id", "day"]
    asked = lines.filter(pl.col("service_line") == CHILDCARE)
    is_single = pl.col("service_from") == pl.col("service_until")
    single, several = asked.filter(is_single).with_columns(day="service_from"), asked.filter(~is_single)
    kept = ["claim_id", *LINE, *key]
    billed = pl.concat([single.select(kept), _days_counted(several, booked.select(key).unique()).select(kept)])
    billed = billed.filter(pl.col("day").is_between(first, last)).sort("claim_id", "line_no", "day")
    return billed.unique(subset=key, keep="first", maintain_order=True).select(*key, *LINE)


def _days_counted(lines: pl.DataFrame, booked: pl.DataFrame) -> pl.DataFrame:
    """Of lines over several days, those that each of them counts."""
    line = ["claim_id", "line_no"]
    is_booked = booked.with_columns(is_booked=pl.lit(value=True))
    days = each_day(lines).join(is_booked, on=booked.columns, how="left", maintain_order="left")
    known = pl.col("is_booked").fill_null(value=False)
    counts = pl.when(known.any().over(line)).then(known).otherwise(pl.col("day").dt.weekday() <= WORKING_DAYS)
    days = days.filter(counts)
    asked = pl.when(pl.col("unit") == "day").then(pl.max_horizontal(1, pl.col("quantity_milli") // 1000))
    return days.filter((pl.col("day").cum_count().over(line) <= asked).fill_null(value=True))


def each_day(lines: pl.DataFrame) -> pl.DataFrame:
    """A row per day from the first to the last of a line, in the order of lines and days."""
    return lines.with_columns(day=pl.date_ranges("service_from", "service_until")).explode("day")
