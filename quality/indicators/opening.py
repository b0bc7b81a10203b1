"""Were nurseries open on the days and for the hours they are contracted for (C-05)? The clock is that of the records:
the first child or educator, the last to leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import Any

import polars as pl

from care.plan import plan_by_day
from providers.opening_times import HOLIDAY, is_holiday, of_line, on_day
from quality.cases import case_frame
from quality.definitions import Indicator
from quality.indicators.records import Records
from quality.periods import ONE_DAY
from quality.queries import records as queries
from quality.queries.records.rostered import CHILDCARE

SITE_DAY = ["site_id", "day"]


def opening_days(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """C-05: one row per site and contracted day; in the numerator when it opened and closed as contracted.

    None where no site has said its hours, or nobody has signed a child or an educator.
    """
    due = _contracted(records)
    if due.is_empty() or (clock := _clock(records)).is_empty():
        return None
    majeure = queries.majeure_days(records.first, records.until, records.at)
    found = due.join(clock, on=SITE_DAY, how="left").join(majeure, on=SITE_DAY, how="left")
    tolerance = indicator.parameters["tolerance_minutes"]
    is_early = pl.col("first") <= pl.col("opens") + tolerance
    is_late = pl.col("last") >= pl.col("closes") - tolerance
    is_out = pl.col("document").is_not_null() & ("force_majeure" in indicator.exclusions)
    finding = (
        pl.when(pl.col("first").is_null() & pl.col("is_closed")).then(pl.lit("closed_without_notice"))
        .when(pl.col("first").is_null()).then(pl.lit("never_opened"))
        .when(~is_early).then(pl.lit("opened_late"))
        .when(~is_late).then(pl.lit("closed_early"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    found = found.with_columns(finding=finding).with_columns(
        is_numerator=pl.col("finding") == "",
        exclusion=pl.when(is_out).then(pl.lit("force_majeure")).otherwise(pl.lit("")),
        subject=pl.col("site_id").cast(pl.String),
        evidence_reference=pl.when(is_out).then("document").otherwise(_hours()),
        evidence_on="day",
    )
    return case_frame(found, subject_kind="site", evidence_kind="opening")


def _clock(records: Records) -> pl.DataFrame:
    """site_id, day, first, last: the minutes between which somebody was there."""
    spans = pl.concat(
        [
            records.children.select(*SITE_DAY, begins="arrived", ends="left"),
            records.shifts.select(*SITE_DAY, "begins", "ends"),
        ]
    )
    return spans.group_by(SITE_DAY).agg(first=pl.col("begins").min(), last=pl.col("ends").max())


def _contracted(records: Records) -> pl.DataFrame:
    """organisation_id, site_id, day, opens, closes, is_closed of days on which a site was to be open.

    A closure said in time is agreed; one said later is a contracted day all the same.
    """
    sites = records.of_providers(queries.childcare_sites(records.first, records.until))
    rows = list(_open_days(sites, records))
    kinds = dict.fromkeys(("organisation_id", "site_id", "opens", "closes"), pl.Int64) | {"day": pl.Date}
    due = pl.DataFrame(rows, schema=kinds)
    rules = plan_by_day()(records.until)
    notice = dt.timedelta(days=rules.closure_notice_days if rules else 0)
    closed = queries.closed_days(records.first, records.until)
    closed = closed.with_columns(is_agreed=(pl.col("written_on") <= pl.col("day") - notice).fill_null(value=True))
    found = due.join(closed, on=SITE_DAY, how="left")
    found = found.filter(~pl.col("is_agreed").fill_null(value=False))
    return found.with_columns(is_closed=pl.col("is_agreed").is_not_null())


def _open_days(sites: pl.DataFrame, records: Records) -> Iterator[dict[str, Any]]:
    """Days with hours of the week in force; a public holiday is contracted only where hours are said for it."""
    hours, holiday = queries.opening_hours(), cache(is_holiday)
    days = [records.first + n * ONE_DAY for n in range((records.until - records.first).days + 1)]
    for organisation_id, site_id, _number in sites.sort("site_id").rows():
        week = of_line(hours.get(site_id, ()), CHILDCARE)
        has_holidays = any(row.weekday == HOLIDAY for row in week)
        for day in days if week else ():
            if holiday(day) and not has_holidays:
                continue
            spans = on_day([row for row in week if _holds(row, day)], day, holiday)
            if spans:
                opens, closes = spans[0][0], max(span[1] for span in spans)
                of = {"organisation_id": organisation_id, "site_id": site_id}
                yield of | {"day": day, "opens": opens, "closes": closes}


def _holds(row: Any, day: dt.date) -> bool:
    return bool(row.valid_from <= day and (row.valid_until is None or day <= row.valid_until))


def _hours() -> pl.Expr:
    """“07:00–18:00: 07:20–17:50”, contracted and as seen."""
    seen = pl.when(pl.col("first").is_null()).then(pl.lit("–")).otherwise(pl.format("{}–{}", *_times("first", "last")))
    return pl.format("{}–{}: {}", *_times("opens", "closes"), seen)


def _times(*names: str) -> list[pl.Expr]:
    two = [(pl.col(name) // 60, pl.col(name) % 60) for name in names]
    return [pl.format("{}:{}", *(part.cast(pl.String).str.zfill(2) for part in pair)) for pair in two]
