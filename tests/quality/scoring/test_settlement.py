"""The table of the quality note, section 7: accepted value 1 250 000.00, in cents."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from quality.scoring.settlement import Terms, cured, limited, settle, share_pool, undisputed, verified_payment

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


def test_before_a_score_is_final_nothing_is_taken_and_the_bonus_is_paid():
    assert undisputed(settle(ACCEPTED, Decimal(45))).effect == 0
    assert undisputed(settle(ACCEPTED, Decimal(90))).effect == 2_500_000


def test_a_cured_gate_is_worth_what_the_score_without_the_cap_says_but_no_bonus():
    assert cured(ACCEPTED, Decimal(100)) == 5_000_000
    assert cured(ACCEPTED, Decimal(65)) == 2_500_000
    assert cured(ACCEPTED, Decimal(45)) == 0


def test_score_and_promises_together_keep_the_limit_in_both_directions():
    bad, good = settle(ACCEPTED, Decimal(45)), settle(ACCEPTED, Decimal(100))
    assert limited(bad, 0, Decimal(10)) == bad
    assert limited(bad, -10_000_000, Decimal(10)).effect == -2_500_000
    assert limited(bad, -10_000_000, Decimal(10)).returned == 2_500_000
    assert limited(bad, -13_000_000, Decimal(10)).effect == 0
    assert limited(good, 10_000_000, Decimal(10)).effect == 2_500_000
    assert limited(good, 13_000_000, Decimal(10)).effect == 0
    assert limited(good, -10_000_000, Decimal(10)) == good
    gated = limited(settle(ACCEPTED, Decimal(100), is_gated=True), -10_000_000, Decimal(10))
    assert (gated.effect, gated.suspended, gated.returned) == (-2_500_000, 2_500_000, 2_500_000)


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
