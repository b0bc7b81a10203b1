"""What a period of a promise costs or earns: the worked cases of the note, and what holds for every promise."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.kpi.arithmetic import Stake, effect
from procurement.kpi.spans import around, last_ended, next_start, spans

EIGHTY = Stake(Decimal(80), malus_rate=Decimal(50), malus_cap=Decimal(10))
NUMBERS = st.decimals(0, 1000, places=3)
RATES = st.decimals(0, 100, places=2)
STAKES = st.builds(Stake, NUMBERS, st.booleans(), NUMBERS, RATES, RATES, RATES, RATES, st.none() | NUMBERS)


@pytest.mark.parametrize(
    ("achieved", "percent"), [("72", "-5.0000"), ("60", "-10.0000"), ("80", "0.0000"), ("95", "0.0000")]
)
def test_the_worked_cases_of_the_note(achieved: str, percent: str) -> None:
    assert str(effect(EIGHTY, Decimal(achieved)).shown()) == percent


def test_what_lies_within_the_tolerance_costs_nothing_and_just_beyond_it_the_whole_gap() -> None:
    tolerant = replace(EIGHTY, tolerance=Decimal(2))
    assert effect(tolerant, Decimal(78)).percent == 0
    assert not effect(tolerant, Decimal(78)).is_missed
    assert effect(tolerant, Decimal(77)).percent == -Fraction(50 * 3, 80)


def test_the_sign_turns_where_lower_is_better() -> None:
    visits = Stake(Decimal(4), True, malus_rate=Decimal(20), malus_cap=Decimal(3))
    assert effect(visits, Decimal("4.5")).percent == Fraction(-5, 2)
    assert effect(visits, Decimal(9)).percent == -3
    assert effect(visits, Decimal(1)).percent == 0


def test_a_commitment_of_nothing_is_divided_by_the_span_of_the_anchors() -> None:
    none_missed = Stake(Decimal(0), True, malus_rate=Decimal(50), malus_cap=Decimal(10), span=Decimal(20))
    assert effect(none_missed, Decimal(2)).percent == -5
    assert effect(replace(none_missed, span=None), Decimal(2)).percent == -10


def test_a_bonus_is_made_alike() -> None:
    rewarded = replace(EIGHTY, bonus_rate=Decimal(20), bonus_cap=Decimal(2))
    assert effect(rewarded, Decimal(84)).percent == 1
    assert effect(rewarded, Decimal(100)).percent == 2


def test_no_value_is_a_miss_of_the_whole() -> None:
    assert effect(EIGHTY, None).percent == -10
    assert effect(EIGHTY, None).is_missed


def test_the_amount_is_rounded_once_half_up() -> None:
    assert effect(EIGHTY, Decimal(72)).amount(1_250_010) == -62_501  # 62 500.5
    third = replace(EIGHTY, committed=Decimal(3), malus_rate=Decimal(10))
    assert effect(third, Decimal(2)).amount(1_000_000) == -33_333


@given(STAKES, NUMBERS)
def test_no_cap_is_ever_passed_and_a_bonus_never_meets_a_malus(stake: Stake, achieved: Decimal) -> None:
    found = effect(stake, achieved)
    assert -stake.malus_cap <= found.percent <= stake.bonus_cap
    assert not (found.is_missed and found.percent > 0)
    assert not (not found.is_missed and found.percent < 0)


@given(STAKES, NUMBERS, NUMBERS)
def test_who_does_better_never_pays_more(stake: Stake, one: Decimal, other: Decimal) -> None:
    worse, better = sorted((one, other), reverse=stake.is_lower_better)
    assert effect(stake, worse).percent <= effect(stake, better).percent


@given(STAKES, st.decimals(-1, 1, places=3))
def test_within_the_tolerance_nothing_moves(stake: Stake, part: Decimal) -> None:
    found = effect(stake, stake.committed + stake.tolerance * part)
    assert found.percent == 0
    assert not found.is_missed


@given(
    st.sampled_from(["month", "quarter", "year"]), st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
    st.integers(0, 900),
)  # fmt: skip
def test_periods_cover_each_day_once(kind: str, first: dt.date, days: int) -> None:
    last = first + dt.timedelta(days=days)
    found = list(spans(kind, first, last))
    assert sum((until - begins).days + 1 for begins, until in found) == days + 1
    assert all(around(kind, begins) == around(kind, until) for begins, until in found)
    assert (found[0][0], found[-1][1]) == (first, last)


def test_periods_are_those_of_the_calendar() -> None:
    day = dt.date(2026, 11, 22)
    assert around("quarter", day) == (dt.date(2026, 10, 1), dt.date(2026, 12, 31))
    assert last_ended("month", day) == dt.date(2026, 10, 31)
    assert next_start("year", day) == dt.date(2027, 1, 1)
    assert next_start("month", dt.date(2026, 11, 1)) == dt.date(2026, 11, 1)
