"""Childcare: what was billed against what was signed (C-03), and who comes when booked (C-04)."""

from __future__ import annotations

import polars as pl

from quality.cases import case_frame
from quality.definitions import Indicator
from quality.indicators.records import Records
from quality.queries import records as queries

DAY = ["organisation_id", "member_id", "day"]


def billed_days(_indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """C-03: one row per child-day that a live claim bills; in the numerator when arrival and leaving are signed."""
    billed = records.billed_days
    if billed is None:
        return None
    found = billed.join(records.attendance, on=DAY, how="left")
    found = found.with_columns(finding=pl.col("finding").fill_null("no_record"), evidence_on="day")
    found = found.with_columns(is_numerator=pl.col("finding") == "")
    return case_frame(found, subject_kind="child", evidence_kind="day")


def regular_attendance(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """C-04: one row per child placed for the whole period; out when ill on too many of the booked days."""
    hidden_too = records.kept.with_restricted
    booked = queries.days_booked_whole_period(records.first, records.until, records.at, with_restricted=hidden_too)
    booked = booked.select(DAY).unique()
    if booked.is_empty():
        return None
    days = records.of_providers(booked).join(records.attendance, on=DAY, how="left")
    is_ill = pl.col("absence").is_in(list(records.plan.illness)).fill_null(value=False)
    children = days.group_by("organisation_id", "member_id").agg(
        quantity=pl.len(), met=pl.col("came").fill_null(value=False).sum(), ill=is_ill.sum()
    )
    is_regular = pl.col("met") * 100 >= pl.col("quantity") * indicator.parameters["attended_percent"]
    is_out = (pl.col("ill") > indicator.parameters["illness_days"]) & ("illness_over_10_days" in indicator.exclusions)
    found = children.with_columns(
        is_numerator=is_regular,
        finding=pl.when(is_regular).then(pl.lit("")).otherwise(pl.lit("irregular")),
        exclusion=pl.when(is_out).then(pl.lit("illness_over_10_days")).otherwise(pl.lit("")),
        evidence_reference=pl.format("{}/{}", "met", "quantity"),
    )
    return case_frame(found, subject_kind="child", evidence_on=records.until, evidence_kind="day")
