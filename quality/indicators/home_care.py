"""Long-term care at home: visits due come from placements, visits given from the records (L-01, L-02, L-03, L-04)."""

from __future__ import annotations

import datetime as dt

import polars as pl

from quality.cases import case_frame
from quality.definitions import Indicator
from quality.indicators.records import Records
from quality.periods import ONE_DAY
from quality.queries.records.planned import instants

TOLERANCE = dt.timedelta(minutes=30)
NOTICE = dt.timedelta(hours=24)
CANCELLED = "cancelled_by_member_24_hours_before"
DAY = 24 * 60
LATEST_START = 23 * 60
HEAPED_PERCENT, FEWEST_TO_HEAP = 50, 20
DAY_STARTS, DAY_ENDS = dt.time(7, 0), dt.time(22, 0)
WINDOW_DAYS = 14
FROM_AGE = 65
VISITS_EVERY_DAY = 2
MEMBER = ["organisation_id", "member_id"]
_came = pl.col("started_at").is_not_null()
_nobody = pl.when(pl.col("number") == "").then(pl.lit("no_visit")).otherwise(pl.lit("no_check_in"))


def on_time(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """L-01: one row per visit due; in the numerator when it started within 30 minutes of it."""
    if records.visits.is_empty():
        return None
    after = pl.col("started_at") - pl.col("due_at")
    is_on_time = _came & after.is_between(-TOLERANCE, TOLERANCE)
    finding = (
        pl.when(is_on_time).then(pl.lit(""))
        .when(~_came).then(_nobody)
        .when(after > dt.timedelta()).then(pl.lit("late"))
        .otherwise(pl.lit("early"))
    )  # fmt: skip
    return _cases(indicator, records, records.billed_visits.with_columns(is_numerator=is_on_time, finding=finding))


def missed(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """L-02: one row per visit due; in the numerator when nobody came before the next one was due, or before 23:00.

    A visit due at 23:00 or later has until 23:00 of the next day.
    """
    if records.visits.is_empty():
        return None
    due = records.visits.select(*MEMBER, "due_at").unique().sort(*MEMBER, "due_at")
    due = due.with_columns(next_due=pl.col("due_at").shift(-1).over(MEMBER))
    days = records.visits.select("day").unique()
    late = {
        name: instants(days["day"], pl.repeat(minute, days.height, eager=True))
        for name, minute in (("evening", LATEST_START), ("next_evening", LATEST_START + DAY))
    }
    visits = records.billed_visits.join(days.with_columns(**late), on="day", maintain_order="left")
    visits = visits.join(due, on=[*MEMBER, "due_at"], how="left", maintain_order="left")
    latest = pl.when(pl.col("due_at") < pl.col("evening")).then("evening").otherwise("next_evening")
    is_missed = ~_came | (pl.col("started_at") >= pl.min_horizontal(latest, "next_due"))
    finding = pl.when(~is_missed).then(pl.lit("")).when(_came).then(pl.lit("too_late")).otherwise(_nobody)
    return _cases(indicator, records, visits.with_columns(is_numerator=is_missed, finding=finding))


def care_time(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """L-04: planned minutes, and of them what was delivered; longer visits do not make up for shorter ones.

    Where half of a provider's visits or more lasted the planned minutes exactly, each of those is found heaped.
    """
    if records.visits.is_empty():
        return None
    given = (pl.col("ended_at") - pl.col("started_at")).dt.total_minutes().fill_null(0)
    is_whole = given >= pl.col("minutes")
    finding = (
        pl.when(is_whole & _is_heaped(given)).then(pl.lit("heaped"))
        .when(is_whole).then(pl.lit(""))
        .when(~_came).then(_nobody)
        .when(pl.col("ended_at").is_null()).then(pl.lit("no_check_out"))
        .otherwise(pl.lit("short"))
    )  # fmt: skip
    met = pl.min_horizontal(given, "minutes")
    found = records.billed_visits.with_columns(is_numerator=is_whole, finding=finding, quantity="minutes", met=met)
    return _cases(indicator, records, found)


def _is_heaped(given: pl.Expr) -> pl.Expr:
    """Exactly as planned, at a provider where that is too common to be true."""
    is_exact, made = given == pl.col("minutes"), pl.col("ended_at").is_not_null()
    share = is_exact.sum().over("organisation_id") * 100 >= made.sum().over("organisation_id") * HEAPED_PERCENT
    return is_exact & share & (made.sum().over("organisation_id") >= FEWEST_TO_HEAP)


def carers(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """L-03: distinct carers between 7 and 22 o'clock in the first and the last 14 days of the period.

    Alarms and meals are no visits of care: neither their carers nor they themselves are counted.
    """
    left_out = records.plan.alarm_or_meal if "alarm_or_meal_visit" in indicator.exclusions else ()
    visits = records.visits.filter(~pl.col("service").is_in(list(left_out)))
    if visits.is_empty():
        return None
    span = (WINDOW_DAYS - 1) * ONE_DAY
    windows = [(records.first, records.first + span), (records.until - span, records.until)]
    is_whole = records.until - records.first >= 2 * WINDOW_DAYS * ONE_DAY
    return pl.concat(
        [_carers_between(records, visits, first, until) for first, until in (windows if is_whole else windows[:1])]
    )


def _carers_between(records: Records, visits: pl.DataFrame, first: dt.date, until: dt.date) -> pl.DataFrame:
    """One row per member of 65 years and more with two visits due on each of these days."""
    within = visits.filter(pl.col("day").is_between(first, until))
    per_day = within.group_by(*MEMBER, "day").len().filter(pl.col("len") >= VISITS_EVERY_DAY)
    steady = per_day.group_by(MEMBER).len().filter(pl.col("len") == WINDOW_DAYS)
    old = records.people.filter(_turned(FROM_AGE, "born_on") <= int(f"{first:%Y%m%d}"))
    at = pl.col("started_at").dt.convert_time_zone(str(records.zone)).dt.time()
    is_daytime = _came & (at >= DAY_STARTS) & (at < DAY_ENDS) & (pl.col("worker") != "")
    chosen = within.join(steady, on=MEMBER, how="semi").join(old, on="member_id", how="semi")
    met = chosen.group_by(MEMBER).agg(met=pl.col("worker").filter(is_daytime).n_unique())
    return case_frame(met, evidence_on=until, evidence_kind="carers")


def _turned(age: int, born_on: str) -> pl.Expr:
    """The day of a birthday as a number like 20260229, whether the calendar has that day or not."""
    born = pl.col(born_on).dt
    return (born.year() + age) * 10_000 + born.month().cast(pl.Int32) * 100 + born.day()


def _cases(indicator: Indicator, records: Records, visits: pl.DataFrame) -> pl.DataFrame:
    """Case rows of billed visits with `is_numerator` and `finding`.

    A visit that the member called off 24 hours before leaves; one that was made all the same stays, as does one called
    off later or by somebody else. A visit called off and written down only after it was due is found so.
    """
    visits = visits.join(records.cancelled, on=["placement_id", "due_at"], how="left", maintain_order="left")
    is_off = pl.col("told_at").is_not_null() & ~_came
    is_early = (pl.col("cancelled_by") == "member") & (pl.col("told_at") <= pl.col("due_at") - NOTICE)
    is_out = (is_off & is_early).fill_null(value=False) & (CANCELLED in indicator.exclusions)
    written_late = is_out & (pl.col("recorded_at") > pl.col("due_at"))
    finding = (
        pl.when(written_late).then(pl.lit("written_late"))
        .when(is_out).then(pl.lit(""))
        .when(is_off & (pl.col("finding") != "")).then(pl.lit("cancelled"))
        .otherwise(pl.col("finding"))
    )  # fmt: skip
    exclusion = pl.when(is_out).then(pl.lit(CANCELLED)).otherwise(pl.lit(""))
    visits = visits.with_columns(finding=finding, exclusion=exclusion)
    return case_frame(visits.rename({"day": "evidence_on", "number": "evidence_reference"}), evidence_kind="visit")
