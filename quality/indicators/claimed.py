"""Readers of what comes from claims and stays: they fetch the frames that the pure indicators count.

None: the fund has no source, because it keeps no such list of codes, no contract prices one of them, or no hospital has
said what its stays were for.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from quality.indicators import care_vaccination, early_life, person_time, primary_care, readmission
from quality.indicators.coded import is_one
from quality.indicators.frames import FOLLOWED
from quality.queries import records as queries

if TYPE_CHECKING:
    from quality.definitions import Indicator
    from quality.indicators.records import Records

YEAR_DAYS = 366


def readmissions(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """H-01. Only discharges after which somebody can no longer come back in time count."""
    claimed = records.claimed
    if (codes := claimed.codes_with("contact")) is None or not claimed.knows_diagnoses:
        return None
    stays = claimed.with_need(claimed.stays(codes))
    within = indicator.parameters[FOLLOWED]
    days = claimed.first, min(claimed.last, records.yesterday - dt.timedelta(days=within))
    return readmission.cases(stays, records.people, claimed.seen, codes, days, indicator.exclusions, within)


def avoidable_admissions(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """H-02."""
    claimed = records.claimed
    if (codes := claimed.codes_with("contact", "avoidable")) is None or not claimed.knows_diagnoses:
        return None
    stays = claimed.stays(codes)
    return person_time.avoidable_admissions(
        stays,
        records.people,
        claimed.panel(),
        codes,
        claimed.last,
        indicator.exclusions,
        indicator.parameters["from_age_years"],
    )


def diabetes_checks(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """H-04: none while no contract prices an HbA1c, or neither an eye nor a kidney check."""
    claimed = records.claimed
    codes = claimed.codes_with("contact", "diabetes", "hba1c")
    if codes is None or not claimed.prices("hba1c") or not claimed.prices("eye_exam", "urine_albumin"):
        return None
    return primary_care.diabetes_checks(
        records.accepted_lines, records.people, claimed.seen, codes, claimed.last, indicator.parameters
    )


def second_line_antibiotics(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """H-05: none while no contract prices an antibiotic by its ATC code."""
    claimed = records.claimed
    codes = claimed.codes_with("contact", "antibiotic", "second_line_antibiotic")
    if codes is None or not claimed.prices("antibiotic"):
        return None
    bands = indicator.parameters["age_bands_from_years"]
    return primary_care.second_line_antibiotics(records.accepted_lines, records.people, claimed.seen, codes, bands)


def immunised(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """H-06: none while a vaccine of the schedule cannot be billed."""
    claimed = records.claimed
    codes = claimed.codes_with("contact")
    if codes is None or not codes.vaccines:
        return None
    if not all(queries.priced_services(vaccine.pattern) for vaccine in codes.vaccines.values()):
        return None
    asked = indicator.parameters
    schedule = dt.timedelta(days=(asked["age_months"] // 12 + 1) * YEAR_DAYS)
    lines = claimed.earlier(schedule, "|".join(vaccine.pattern for vaccine in codes.vaccines.values()))
    panel, cover = claimed.panel(), claimed.cover
    return early_life.immunised(lines, records.people, panel, cover, codes, claimed.first, claimed.last, asked)


def antenatal(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """H-07: none while deliveries or antenatal contacts cannot be billed."""
    claimed = records.claimed
    codes = claimed.codes_with("contact", "antenatal", "delivery")
    if codes is None or not claimed.prices("antenatal") or not claimed.prices("delivery"):
        return None
    asked = indicator.parameters
    before = dt.timedelta(days=max(YEAR_DAYS, asked["same_delivery_days"]))
    lines = claimed.earlier(before, codes.pattern("antenatal", "delivery"))
    return early_life.antenatal(lines, claimed.seen, claimed.cover, codes, claimed.first, asked)


def hospital_use(_indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """L-06: none without anybody in care, or while no hospital reports stays and no claim was an emergency."""
    claimed = records.claimed
    if (codes := claimed.codes_with()) is None:
        return None
    emergencies = records.accepted_lines.filter(
        (pl.col("visit_type") == "emergency") | is_one("service", codes.pattern("emergency"))
    )
    stays, care = claimed.stays(codes), claimed.in_care()
    if care.is_empty() or (emergencies.is_empty() and stays.is_empty()):
        return None
    urgent = emergencies.select("member_id", "day", "claim_number", "line_no")
    return person_time.hospital_use(stays, urgent, records.people, care, codes)


def vaccinated(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """L-08: none without anybody in care, or while no contract prices an influenza vaccine."""
    claimed = records.claimed
    codes = claimed.codes_with("influenza_vaccine")
    if codes is None or not claimed.prices("influenza_vaccine"):
        return None
    if (care := claimed.in_care()).is_empty():
        return None
    days = claimed.first, records.period.last
    return care_vaccination.vaccinated(records.accepted_lines, records.people, care, codes, *days, indicator.parameters)
