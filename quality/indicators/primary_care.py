"""What primary care should have done and prescribed: diabetes checks (H-04), second-line antibiotics (H-05).

`lines` are accepted claim lines: member_id, organisation_id, day, service, diagnoses, claim_number, line_no.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from quality.cases import case_frame
from quality.code_lists import Codes
from quality.indicators.coded import age, age_band, has_one, is_one

EVIDENCE = ("evidence_on", "claim_number", "line_no")


def diabetes_checks(
    lines: pl.DataFrame,
    people: pl.DataFrame,
    seen: pl.DataFrame,
    codes: Codes,
    last: dt.date,
    asked: Mapping[str, Any],
) -> pl.DataFrame:
    """H-04: one row per member of these ages with enough days of diabetes contacts or one antidiabetic medicine."""
    marked = lines.select(
        "member_id", "day", evidence_on="day", claim_number="claim_number", line_no="line_no",
        is_diabetes=has_one("diagnoses", codes.pattern("diabetes")),
        is_medicine=is_one("service", codes.pattern("antidiabetic")),
        is_hba1c=is_one("service", codes.pattern("hba1c")),
        is_other=is_one("service", codes.pattern("eye_exam", "urine_albumin")),
    ).sort("member_id", "day", "claim_number", "line_no")  # fmt: skip
    is_check, is_sign = pl.col("is_hba1c") | pl.col("is_other"), pl.col("is_diabetes") | pl.col("is_medicine")
    by_member = marked.group_by("member_id").agg(
        contacts=pl.col("day").filter(pl.col("is_diabetes")).n_unique(),
        has_medicine=pl.col("is_medicine").any(),
        has_hba1c=pl.col("is_hba1c").any(),
        has_other=pl.col("is_other").any(),
        shown=pl.struct(EVIDENCE).filter(is_check).last(),
        sign=pl.struct(EVIDENCE).filter(is_sign).last(),
    )
    by_member = by_member.filter((pl.col("contacts") >= asked["diabetes_contacts_at_least"]) | pl.col("has_medicine"))
    found = by_member.join(people, on="member_id").join(seen, on="member_id")
    years = age("born_on", pl.lit(last))
    found = found.filter(years.is_between(asked["from_age_years"], asked["until_age_years"]))
    found = found.with_columns(
        is_numerator=pl.col("has_hba1c") & pl.col("has_other"),
        finding=pl.when(~pl.col("has_hba1c")).then(pl.lit("no_hba1c"))
        .when(~pl.col("has_other")).then(pl.lit("no_eye_or_kidney"))
        .otherwise(pl.lit("")),
        evidence_reference=pl.format("{} contacts", "contacts"),
        evidence=pl.coalesce("shown", "sign"),
    )  # fmt: skip
    return case_frame(found.unnest("evidence"), evidence_kind="checks")


def second_line_antibiotics(
    lines: pl.DataFrame, people: pl.DataFrame, seen: pl.DataFrame, codes: Codes, age_bands: Sequence[int]
) -> pl.DataFrame:
    """H-05: one row per antibiotic dispensed (ATC J01); in the numerator when it is of the second line (J01D, J01M)."""
    found = lines.filter(is_one("service", codes.pattern("antibiotic"))).drop("organisation_id")
    found = found.join(seen, on="member_id").join(people, on="member_id")
    is_second = is_one("service", codes.pattern("second_line_antibiotic"))
    found = found.with_columns(
        is_numerator=is_second,
        finding=pl.when(is_second).then(pl.lit("second_line")).otherwise(pl.lit("")),
        stratum=age_band(age("born_on", pl.col("day")), age_bands),
        evidence_on="day",
        evidence_reference="service",
    )
    return case_frame(found, evidence_kind="medicine")
