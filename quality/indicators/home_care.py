"""Long-term care at home: visits due come from placements, visits given from the records (L-01, L-02, L-03, L-04)."""

from __future__ import annotations

import datetime as dt

import polars as pl

from quality.cases import case_frame
from quality.definitions import Indicator
from quality.indicators.records import Records
from quality.periods import ONE_DAY
from quality.queries.records.planned import instants

CANCELLED = "cancelled_by_member_24_hours_before"
HOUR = 60
DAY = 24 * HOUR
MEMBER = ["organisation_id", "member_id"]
_came = pl.col("started_at").is_not_null()
_nobody = pl.when(pl.col("number") == "").then(pl.lit("no_visit")).otherwise(pl.lit("no_check_in"))


def on_time(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """L-01: one row per visit due; in the numerator when it started within so many minutes of it."""
    if records.visits.is_empty():
        return None
    tolerance = dt.timedelta(minutes=indicator.parameters["tolerance_minutes"])
    after = pl.col("started_at") - pl.col("due_at")
    is_on_time = _came & after.is_between(-tolerance, tolerance)
    finding = (
        pl.when(is_on_time).then(pl.lit(""))
        .when(~_came).then(_nobody)
        .when(after > dt.timedelta()).then(pl.lit("late"))
        .otherwise(pl.lit("early"))
    )  # fmt: skip
    return _cases(indicator, records, records.billed_visits.with_columns(is_numerator=is_on_time, finding=finding))


def missed(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """L-02: one row per visit due; in the numerator when nobody came before the next one was due, or late in
    the evening. A visit due at that hour or later has until the same hour of the next day.
    """
    if records.visits.is_empty():
        return None
    due = records.visits.select(*MEMBER, "due_at").unique().sort(*MEMBER, "due_at")
    due = due.with_columns(next_due=pl.col("due_at").shift(-1).over(MEMBER))
    days = records.visits.select("day").unique()
    evening = indicator.parameters["latest_start_hour"] * HOUR
    late = {
        name: instants(days["day"], pl.repeat(minute, days.height, eager=True))
        for name, minute in (("evening", evening), ("next_evening", evening + DAY))
    }
    visits = records.billed_visits.join(days.with_columns(**late), on="day", maintain_order="left")
    visits = visits.join(due, on=[*MEMBER, "due_at"], how="left", maintain_order="left")
    latest = pl.when(pl.col("due_at") < pl.col("evening")).then("evening").otherwise("next_evening")
    is_missed = ~_came | (pl.col("started_at") >= pl.min_horizontal(latest, "next_due"))
    finding = pl.when(~is_missed).then(pl.lit("")).when(_came).then(pl.lit("too_late")).otherwise(_nobody)
    return _cases(indicator, records, visits.with_columns(is_numerator=is_missed, finding=finding))


def care_time(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """L-04: planned minutes, and of them what was delivered; longer visits do not make up for shorter ones.

    Where too many of a provider's visits lasted the planned minutes exactly, each of those is found heaped.
    """
    if records.visits.is_empty():
        return None
    given = (pl.col("ended_at") - pl.col("started_at")).dt.total_minutes().fill_null(0)
    is_whole = given >= pl.col("minutes")
    finding = (
        pl.when(is_whole & _is_heaped(given, indicator)).then(pl.lit("heaped"))
        .when(is_whole).then(pl.lit(""))
        .when(~_came).then(_nobody)
        .when(pl.col("ended_at").is_null()).then(pl.lit("no_check_out"))
        .otherwise(pl.lit("short"))
    )  # fmt: skip
    met = pl.min_horizontal(given, "minutes")
    found = records.billed_visits.with_columns(is_numerator=is_whole, finding=finding, quantity="minutes", met=met)
    return _cases(indicator, records, found)


def _is_heaped(given: pl.Expr, indicator: Indicator) -> pl.Expr:
    """Exactly as planned, at a provider where that is too common to be true."""
    is_exact, made = given == pl.col("minutes"), pl.col("ended_at").is_not_null()
    exact, all_made = is_exact.sum().over("organisation_id"), made.sum().over("organisation_id")
    is_common = exact * 100 >= all_made * indicator.parameters["heaped_percent"]
    is_known = all_made >= indicator.parameters["heaped_from_visits"]
    return pl.all_horizontal(is_exact, is_common, is_known)


def carers(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """L-03: distinct carers by day in the first and the last two weeks, or what is counted, of the period.

    Alarms and meals are no visits of care: neither their carers nor they themselves are counted.
    """
    left_out = records.plan.alarm_or_meal if "alarm_or_meal_visit" in indicator.exclusions else ()
    visits = records.visits.filter(~pl.col("service").is_in(list(left_out)))
    if visits.is_empty():
        return None
    counted = indicator.parameters["counted_days"]
    span = (counted - 1) * ONE_DAY
    windows = [(records.first, records.first + span), (records.until - span, records.until)]
    is_whole = records.until - records.first >= 2 * counted * ONE_DAY
    chosen = windows if is_whole else windows[:1]
    return pl.concat([_carers_between(indicator, records, visits, *days) for days in chosen])


def _carers_between(
    indicator: Indicator, records: Records, visits: pl.DataFrame, first: dt.date, until: dt.date
) -> pl.DataFrame:
    """One row per member old enough with enough visits due on each of these days."""
    asked = indicator.parameters
    within = visits.filter(pl.col("day").is_between(first, until))
    per_day = within.group_by(*MEMBER, "day").len().filter(pl.col("len") >= asked["visits_every_day"])
    steady = per_day.group_by(MEMBER).len().filter(pl.col("len") == asked["counted_days"])
    old = records.people.filter(_turned(asked["from_age_years"], "born_on") <= int(f"{first:%Y%m%d}"))
    at = pl.col("started_at").dt.convert_time_zone(str(records.zone)).dt.time()
    by_day = (at >= dt.time(asked["from_hour"])) & (at < dt.time(asked["until_hour"]))
    is_daytime = _came & by_day & (pl.col("worker") != "")
    chosen = within.join(steady, on=MEMBER, how="semi").join(old, on="member_id", how="semi")
    met = chosen.group_by(MEMBER).agg(met=pl.col("worker").filter(is_daytime).n_unique())
    return case_frame(met, evidence_on=until, evidence_kind="carers")


def _turned(age: int, born_on: str) -> pl.Expr:
    """The day of a birthday as a number like 20260229, whether the calendar has that day or not."""
    born = pl.col(born_on).dt
    return (born.year() + age) * 10_000 + born.month().cast(pl.Int32) * 100 + born.day()


def _cases(indicator: Indicator, records: Records, visits: pl.DataFrame) -> pl.DataFrame:
    """Case rows of billed visits with `is_numerator` and `finding`.

    A visit that the member called off early enough leaves; one that was made all the same stays, as does one called
    off later or by somebody else. A visit called off and written down only after it was due is found so.
    """
    visits = visits.join(records.cancelled, on=["placement_id", "due_at"], how="left", maintain_order="left")
    notice = dt.timedelta(hours=indicator.parameters["cancelled_before_hours"])
    is_off = pl.col("told_at").is_not_null() & ~_came
    is_early = (pl.col("cancelled_by") == "member") & (pl.col("told_at") <= pl.col("due_at") - notice)
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
