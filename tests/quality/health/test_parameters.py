"""What is counted from claims and stays follows the numbers of the definition."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from quality.indicators import early_life, person_time, primary_care, readmission
from quality.indicators.care_vaccination import vaccinated
from quality.indicators.stays import judged
from tests.quality.health import worlds as hand

LISTED = hand.spells((1, 7, "01-01", "12-31"))
SEEN = hand.seen(m1=7)
DIABETES = {"diagnoses": "E11"}


def returned(asked: Any) -> Any:
    stays = hand.stays(hand.stay(1, "03-01", "03-10"), hand.stay(1, "04-05", "04-06"))
    who = hand.people(m1="1980-05-01")
    ready = judged(stays, who, hand.CODES).with_columns(need=pl.lit(0))
    days = hand.FIRST, hand.LAST
    return readmission.cases(ready, who, SEEN, hand.CODES, days, (), asked["readmitted_within_days"])


def avoidable(asked: Any) -> Any:
    who, ready = hand.people(m1="2008-01-01"), hand.stays(hand.stay(1, "03-01", "03-10", diagnosis="J45"))
    ready = judged(ready, who, hand.CODES)
    return person_time.avoidable_admissions(ready, who, LISTED, hand.CODES, hand.LAST, (), asked["from_age_years"])


def checked(asked: Any) -> Any:
    rows = hand.lines(hand.line(1, "01-10", **DIABETES), hand.line(1, "02-10", **DIABETES))
    return primary_care.diabetes_checks(rows, hand.people(m1="1970-01-01"), SEEN, hand.CODES, hand.LAST, asked)


def dispensed(asked: Any) -> Any:
    rows, who = hand.lines(hand.line(1, "01-10", "J01CA04")), hand.people(m1="1970-01-01")
    return primary_care.second_line_antibiotics(rows, who, SEEN, hand.CODES, asked["age_bands_from_years"])


def dosed(asked: Any) -> Any:
    rows = [
        hand.line(1, day, code) for day, code in (("2024-06-01", "V-M"), ("2025-06-01", "V-M"), ("2024-07-01", "V-P"))
    ]
    days, insured = (hand.FIRST, hand.LAST), hand.cover((1, "2025-01-01", None))
    who = hand.people(m1="2024-03-15")
    return early_life.immunised(hand.lines(*rows), who, LISTED, insured, hand.CODES, *days, asked)


def delivered(asked: Any) -> Any:
    rows = [hand.line(1, on, "ANC") for on in ("04-02", "05-01", "06-01", "07-01")]
    rows += [hand.line(1, on, "DEL") for on in ("10-08", "12-20")]
    insured = hand.cover((1, "2026-01-01", None))
    return early_life.antenatal(hand.lines(*rows), SEEN, insured, hand.CODES, hand.FIRST, asked)


def protected(asked: Any) -> Any:
    days, care = (dt.date(2026, 10, 1), dt.date(2027, 3, 31)), hand.spells((1, 7, "2026-12-31", "2027-01-05"))
    return vaccinated(hand.lines(), hand.people(m1="1950-01-01"), care, hand.CODES, *days, asked)


BY_HAND = [
    ("H-01", {"readmitted_within_days": 20}, returned),
    ("H-02", {"from_age_years": 30}, avoidable),
    ("H-04", {"from_age_years": 60}, checked),
    ("H-04", {"until_age_years": 50}, checked),
    ("H-04", {"diabetes_contacts_at_least": 3}, checked),
    ("H-05", {"age_bands_from_years": (0, 40)}, dispensed),
    ("H-06", {"age_months": 30}, dosed),
    ("H-06", {"covered_months": 18}, dosed),
    ("H-07", {"contacts_at_least": 5}, delivered),
    ("H-07", {"first_within_weeks": 8}, delivered),
    ("H-07", {"covered_months": 10}, delivered),
    ("H-07", {"same_delivery_days": 60}, delivered),
    ("L-08", {"in_care_month": 11}, protected),
    ("L-08", {"in_care_day": 1}, protected),
]


@pytest.mark.parametrize(
    ("indicator", "other", "count"), BY_HAND, ids=[f"{code}-{name}" for code, (name,), _count in BY_HAND]
)
def test_a_changed_number_changes_what_is_counted_from_claims(indicator, other, count) -> None:
    asked = hand.ASKED[indicator]
    assert not count(asked).equals(count({**asked, **other}))
