"""The table of the quality note, section 7: accepted value 1 250 000.00, in cents."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from quality.settlement import Terms, settle, share_pool, verified_payment

ACCEPTED = 125_000_000


@pytest.mark.parametrize(
    ("score", "total"),
    [
        ("45", 120_000_000),
        ("65", 122_500_000),
        ("68.899", 123_149_833),
        ("80", 125_000_000),
        ("90", 127_500_000),
        ("100", 128_750_000),
    ],
)
def test_a_score_is_worth_what_the_table_says(score, total):
    result = settle(ACCEPTED, Decimal(score))
    assert result.total == total
    assert result.paid_before + result.returned + result.bonus == total


def test_the_unrounded_score_would_pay_another_sum():
    assert settle(ACCEPTED, Decimal("68.899256")).total == 123_149_876


def test_without_a_score_everything_withheld_comes_back():
    result = settle(ACCEPTED, None)
    assert (result.returned, result.bonus, result.effect) == (5_000_000, 0, 0)


def test_a_gate_suspends_the_withhold_and_pays_no_bonus():
    result = settle(ACCEPTED, Decimal(100), is_gated=True)
    assert (result.suspended, result.returned, result.bonus) == (5_000_000, 0, 0)
    assert result.total + result.suspended == ACCEPTED


def test_bonuses_beyond_the_pool_are_cut_in_proportion_and_add_up():
    assert share_pool([100, 200], 400) == [100, 200]
    assert share_pool([32, 33, 80], 100) == [22, 23, 55]
    assert share_pool([], 0) == []


def test_verification_has_no_cliff():
    paid = [verified_payment(100_000, verified) for verified in (96_000, 95_200, 90_000, 70_000, 0)]
    assert paid == [96_000, 95_120, 79_000, 56_000, 0]


def test_terms_that_fall_are_refused():
    with pytest.raises(DomainError):
        Terms(nothing_at=Decimal(90))
    with pytest.raises(DomainError):
        settle(-1, Decimal(50))


scores = st.decimals(0, 100, places=3)


@given(st.integers(0, 10**12), scores, scores)
def test_more_quality_never_pays_less_and_parts_add_up(accepted, one, other):
    low, high = (settle(accepted, q) for q in sorted((one, other)))
    assert low.total <= high.total
    for result in (low, high):
        assert result.paid_before + result.returned + result.bonus == result.total
        assert min(result.paid_before, result.returned, result.bonus) >= 0
        assert -result.accepted * 4 <= result.effect * 100 + 100
        assert result.effect * 100 - 100 <= result.accepted * 3
