"""How long people wait: until care begins (L-05), need is looked at again (L-07), somebody answers (H-08)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import polars as pl

from core import plan
from procurement.calendar import PART, Periods
from quality.cases import case_frame
from quality.definitions import Indicator
from quality.indicators.billed import with_claim_of_visit
from quality.indicators.records import Records
from quality.periods import ONE_DAY
from quality.queries import records as queries

LONGEST_MONTH = dt.timedelta(days=31)


def start_of_care(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """L-05: one row per new grant and provider asked; in the numerator when the first visit came in time.

    The days run from the first day of the grant, its decision or the offer to the provider, whichever is last. What
    is not over yet is not judged. Care that began a while before its grant was decided is found still.
    """
    asked = indicator.parameters
    found = records.of_providers(_asked(records))
    if found.is_empty():
        return None
    before, longest = asked["begun_before_days"], max(asked["routine_days"], asked["urgent_days"])
    days = records.first - before * ONE_DAY, records.until + (longest + 1) * ONE_DAY
    visits = queries.first_visits(*days, records.at)
    found = found.join(visits, on="placement_id", how="left").sort("day", "placement_id", nulls_last=True)
    found = found.unique(subset=["grant_id", "organisation_id"], keep="first", maintain_order=True)
    most = pl.when("is_urgent").then(asked["urgent_days"]).otherwise(asked["routine_days"])
    found = found.with_columns(due_on=pl.col("asked_on") + pl.duration(days=most))
    found = found.filter(pl.col("day").is_not_null() | (pl.col("due_on") <= records.yesterday))
    is_met = (pl.col("day") <= pl.col("due_on")).fill_null(value=False)
    late = pl.when(pl.col("day").is_null()).then(pl.lit("not_begun")).otherwise(pl.lit("begun_late"))
    found = found.with_columns(
        pl.col("number", "service").fill_null(""),
        is_numerator=is_met,
        finding=pl.when(is_met).then(pl.lit("")).otherwise(late),
        stratum=pl.when("is_urgent").then(pl.lit("urgent")).otherwise(pl.lit("routine")),
        evidence_reference="grant",
    )
    named = with_claim_of_visit(found, records.lines)
    return case_frame(named.with_columns(evidence_on=pl.coalesce("day", "due_on")), evidence_kind="grant")


def _asked(records: Records) -> pl.DataFrame:
    """New grants of care at home with who was asked and when, where that fell into the period."""
    grants = queries.granted(records.until, records.at)
    others = grants.select("member_id", other="grant_id", was="begins", until="ends")
    follows = (pl.col("was") < pl.col("begins")) & (pl.col("until") >= pl.col("begins") - pl.duration(days=1))
    renewed = grants.join(others, on="member_id").filter(follows).select("grant_id").unique()
    found = grants.join(renewed, on="grant_id", how="anti").join(queries.offered(records.at), on="grant_id")
    asked_on = pl.max_horizontal("begins", "decided_on", "offered_on")
    first = found.with_columns(asked_on=asked_on.min().over("grant_id", "organisation_id"))
    return first.filter(pl.col("asked_on").is_between(records.first, records.until))


def reassessed(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """L-07: one row per member in care on the last day; in the numerator when need was assessed not long ago, at
    the highest level even less. Who is not in care for long is left out."""
    asked, last = indicator.parameters, records.until
    in_care = records.of_providers(queries.placed("long_term_care", last, last, records.at))
    in_care = in_care.select("organisation_id", "member_id")
    if in_care.is_empty():
        return None
    usual = _window(last, asked["between_months"])
    short = _window(last, asked["between_months_at_highest_level"])
    long_ago = _window(last, asked["in_care_months"])
    before = queries.placed("long_term_care", long_ago, long_ago, records.at).select("member_id").unique()
    levels = queries.needs(last, last, records.at).group_by("member_id").agg(level=pl.col("need").max())
    found = (
        in_care.unique()
        .join(levels, on="member_id", how="left")
        .join(_assessed(last, records.at), on="member_id", how="left")
    )
    found = found.join(before.with_columns(is_long=pl.lit(value=True)), on="member_id", how="left")
    is_highest = pl.col("level") >= asked["highest_level"]
    since = pl.when(is_highest).then(short).otherwise(usual)
    is_met = (pl.col("decided_on") >= since).fill_null(value=False)
    is_out = pl.col("is_long").is_null() & ("less_than_12_months_of_care" in indicator.exclusions)
    found = found.with_columns(
        is_numerator=is_met,
        exclusion=pl.when(is_out).then(pl.lit("less_than_12_months_of_care")).otherwise(pl.lit("")),
        finding=pl.when(is_met).then(pl.lit("")).otherwise(pl.lit("not_assessed")),
        stratum=pl.when(is_highest).then(pl.lit("highest")).otherwise(pl.lit("other")),
        evidence_on="decided_on",
        evidence_reference="grant",
    )
    return case_frame(found, evidence_kind="assessment")


def _assessed(last: dt.date, at: dt.datetime) -> pl.DataFrame:
    """member_id, decided_on, grant of the latest decision that found a care level."""
    known = queries.granted(last, at).filter(pl.col("care_level").is_not_null()).sort("decided_on", "grant_id")
    return known.unique(subset=["member_id"], keep="last", maintain_order=True).select(
        "member_id", "decided_on", "grant"
    )


def _window(last: dt.date, months: int) -> dt.date:
    """The first day of the months that end with `last`: 1 October for the twelve that end on 30 September."""
    following = last + ONE_DAY
    month = following.year * 12 + following.month - 1 - months
    first = dt.date(month // 12, month % 12 + 1, 1)
    days = ((first + LONGEST_MONTH).replace(day=1) - first).days
    return first.replace(day=min(following.day, days))


def first_contact(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """H-08: one row per request; in the numerator when somebody answered within so many working days.

    What is not over yet is not judged; who no longer asks before it is over is left out.
    """
    found = records.of_providers(queries.requests(records.first, records.until, records.at))
    rules = plan.timeline(PART)
    if found.is_empty() or rules.first is None or records.first < rules.first:
        return None
    asked = indicator.parameters
    urgent, routine = asked["urgent_working_days"], asked["routine_working_days"]
    days = pl.when(pl.col("urgency") == "urgent").then(urgent).otherwise(routine)
    found = _counted(found, records, rules).with_columns(days=days)
    is_met = (pl.col("first_contact_on_day") - pl.col("received_on_day") <= pl.col("days")).fill_null(value=False)
    is_asking = pl.col("withdrawn_on").is_null() | pl.col("first_contact_on").is_not_null()
    is_out = ~is_asking & (pl.col("withdrawn_on_day") - pl.col("received_on_day") <= pl.col("days"))
    is_over = pl.col("first_contact_on").is_not_null() | ~is_asking
    is_over |= pl.col("yesterday") - pl.col("received_on_day") >= pl.col("days")
    late = pl.when(pl.col("first_contact_on").is_null()).then(pl.lit("no_answer")).otherwise(pl.lit("answered_late"))
    is_known = "withdrawn_in_time" in indicator.exclusions
    found = found.filter(is_over).with_columns(
        is_numerator=is_met,
        exclusion=pl.when(is_out & is_known).then(pl.lit("withdrawn_in_time")).otherwise(pl.lit("")),
        finding=pl.when(is_met).then(pl.lit("")).otherwise(late),
        stratum="urgency",
        evidence_on="received_on",
        evidence_reference="number",
    )
    return case_frame(found, evidence_kind="request")


def _counted(found: pl.DataFrame, records: Records, rules: Callable[[dt.date], Periods]) -> pl.DataFrame:
    """`…_day`: how many working days of the fund's calendar there were until then; `yesterday` likewise."""
    days = [records.first + n * ONE_DAY for n in range((records.yesterday - records.first).days + 1)]
    open_days = [rules(day).is_working(day) for day in days]
    calendar = pl.DataFrame({"on": days, "is_open": open_days}).with_columns(passed=pl.col("is_open").cum_sum())
    passed = calendar.select("on", pl.col("passed").cast(pl.Int64))
    for name in ("received_on", "first_contact_on", "withdrawn_on"):
        found = found.join(passed.rename({"on": name, "passed": f"{name}_day"}), on=name, how="left")
    return found.with_columns(yesterday=pl.lit(passed["passed"][-1]))
