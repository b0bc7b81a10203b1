"""Events over person-time (H-02, L-06): who was on the list or in care for how long, and what happened meanwhile.

A row per person carries the time and no event, a row per event carries no time; both have the person's stratum, so that
sums, expected events and the list of evidence come from the same rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import polars as pl

from quality.cases import case_frame, with_expected
from quality.code_lists import Codes
from quality.indicators.coded import age, age_band, five_years, is_one, named

KEYS = ("member_id", "organisation_id")
YEAR = 365.25


def avoidable_admissions(
    stays: pl.DataFrame,
    people: pl.DataFrame,
    panel: pl.DataFrame,
    codes: Codes,
    last: dt.date,
    exclusions: Collection[str],
    from_age: int,
) -> pl.DataFrame:
    """H-02 per person-year on a list (`panel`: member_id, organisation_id, begins, ends) from an age on.

    `last`: the day on which the 5-year age band is taken. `stays` are judged.
    """
    adults = panel.join(people, on="member_id").with_columns(
        begins=pl.max_horizontal("begins", pl.col("born_on").dt.offset_by(f"{from_age}y")),
        stratum=pl.format("{} {}", five_years(age("born_on", pl.lit(last))), "sex"),
    )
    adults = _alive(adults)
    avoidable = stays.filter(is_one("diagnosis", codes.pattern("avoidable")) & ~pl.col("is_planned"))
    reason = (
        pl.when("is_moved_in").then(pl.lit("transfer_in"))
        .when("is_birth").then(pl.lit("pregnancy_or_childbirth"))
        .when("is_dead").then(pl.lit("died_in_hospital"))
        .when("is_day_case").then(pl.lit("day_case"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    events = _during(avoidable.with_columns(day="admitted_on"), adults)
    events = events.with_columns(exclusion=named(reason, exclusions), finding=pl.lit("avoidable"))
    return _together(adults, events, YEAR, "years")


def hospital_use(
    stays: pl.DataFrame, emergencies: pl.DataFrame, people: pl.DataFrame, care: pl.DataFrame, codes: Codes
) -> pl.DataFrame:
    """L-06 per member-day in care (`care`: member_id, organisation_id, begins, ends, need of the whole period).

    Unplanned admissions, and emergency lines (`day`, claim_number, line_no); what falls on one day is one event, the
    admission. Who was moved in from another hospital is not admitted again.
    """
    within = _alive(care.join(people, on="member_id"))
    at = pl.col("ends").max().over(KEYS)
    stratum = pl.format("{} {} {}", age_band(age("born_on", at), codes.age_from), "sex", "need")
    within = within.with_columns(stratum=stratum)
    admitted = stays.filter(~pl.col("is_planned") & ~pl.col("is_moved_in") & ~pl.col("is_birth"))
    admitted = admitted.select("member_id", "reference", day="admitted_on", finding=pl.lit("admitted"), order=0)
    urgent = emergencies.with_columns(finding=pl.lit("emergency"), order=1)
    events = pl.concat([admitted, urgent], how="diagonal_relaxed")
    events = events.sort("member_id", "day", "order", "claim_number", "line_no", "reference", nulls_last=True)
    events = events.unique(subset=["member_id", "day"], keep="first", maintain_order=True)
    return _together(within, _during(events, within), 1, "days")


def _alive(spells: pl.DataFrame) -> pl.DataFrame:
    ends = pl.min_horizontal("ends", "died_on")
    return spells.with_columns(ends=ends).filter(pl.col("begins") <= pl.col("ends"))


def _during(events: pl.DataFrame, spells: pl.DataFrame) -> pl.DataFrame:
    """Events on a day of the spell, with the spell's provider and stratum."""
    held = spells.select(*KEYS, "begins", "ends", "stratum")
    return events.join(held, on="member_id").filter(pl.col("day").is_between(pl.col("begins"), pl.col("ends")))


def _together(spells: pl.DataFrame, events: pl.DataFrame, unit: float, kind: str) -> pl.DataFrame:
    days = (pl.col("ends") - pl.col("begins")).dt.total_days() + 1
    persons = spells.group_by(*KEYS, "stratum").agg(
        quantity=days.sum() / unit,
        evidence_on=pl.col("ends").max(),
        evidence_reference=pl.format("{} days", days.sum()),
    )
    happened = events.with_columns(
        is_numerator=pl.lit(value=True),
        quantity=pl.lit(0.0),
        evidence_on="day",
        evidence_kind=pl.lit("event"),
        evidence_reference=pl.col("reference").fill_null(""),
    )
    persons = persons.with_columns(evidence_kind=pl.lit(kind), is_numerator=pl.lit(value=False))
    rows = pl.concat([persons, happened], how="diagonal_relaxed")
    return with_expected(case_frame(rows))
