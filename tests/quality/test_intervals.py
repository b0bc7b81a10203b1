"""Vectors: quality note, sections 4 and 9 (published test data of PHEindicatormethods and statsmodels, and SciPy)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.statistics.intervals import (
    LEVEL_998,
    byar,
    clopper_pearson,
    jackknife,
    median_interval,
    per_exposure,
    wilson,
    z_value,
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "level", "lower", "upper"),
    [
        (65, 100, 0.95, 0.5525444330, 0.7363575176),
        (65, 100, LEVEL_998, 0.4954946574, 0.7783540614),
        (18, 20, 0.95, 0.6989663548, 0.9721335188),
        (4, 20, 0.95, 0.0806576626, 0.4160174323),
    ],
)
def test_wilson_meets_the_published_limits(numerator, denominator, level, lower, upper):
    assert wilson(numerator, denominator, level) == pytest.approx((lower, upper), abs=6e-11)


def test_wilson_stays_between_nothing_and_all():
    assert wilson(0, 12) == (0.0, pytest.approx(0.242494, abs=5e-7))
    assert wilson(12, 12) == (pytest.approx(0.757506, abs=5e-7), 1.0)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"), [(7, 9, (0.399906, 0.971855)), (0, 12, (0, 0.264648))]
)
def test_the_exact_share_interval_meets_its_vectors(numerator, denominator, expected):
    assert clopper_pearson(numerator, denominator) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(
    ("count", "level", "expected"),
    [
        (65, 0.95, (50.1631877105, 82.8491385459)),
        (1045, 0.95, (982.5932018073, 1110.3312129857)),
        (10, LEVEL_998, (2.9163183747, 24.1937249279)),
    ],
)
def test_byar_meets_the_published_limits(count, level, expected):
    assert byar(count, level) == pytest.approx(expected, abs=6e-11)


def test_a_ratio_is_exact_below_ten_events_and_byar_from_there():
    assert per_exposure(7, 5.6) == pytest.approx((0.502565, 2.575478), abs=5e-7)
    assert per_exposure(30, 25) == pytest.approx((0.809478, 1.713135), abs=5e-7)
    assert per_exposure(0, 4).lower == 0


def test_normal_quantiles_are_those_of_the_note():
    assert [round(z_value(level), 6) for level in (0.95, 0.998, 0.90)] == [1.959964, 3.090232, 1.644854]


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_has_no_interval(numerator, denominator):
    with pytest.raises(ValueError, match="is not a share"):
        wilson(numerator, denominator)


def test_the_median_of_ten_lies_between_the_second_and_the_ninth():
    assert median_interval([10, 1, 2, 9, 3, 8, 4, 7, 5, 6]) == (2, 9)
    assert median_interval([1, 2, 3]) is None


def test_whole_bad_days_widen_the_interval():
    even = jackknife([(9.0, 10.0), (8.0, 10.0)] * 10)
    uneven = jackknife([(10.0, 10.0), (7.0, 10.0)] * 10)
    assert even is not None
    assert uneven is not None
    assert even.value == uneven.value == 0.85
    assert uneven.error > even.error
    assert uneven.design_effect == pytest.approx(uneven.error**2 / (0.85 * 0.15 / 200))
    assert jackknife([(5.0, 10.0)]) is None


@given(st.integers(1, 400), st.data())
def test_an_interval_holds_its_value_and_narrows_with_size(denominator, data):
    numerator = data.draw(st.integers(0, denominator))
    small, large = wilson(numerator, denominator), wilson(numerator * 4, denominator * 4)
    assert 0 <= small.lower <= numerator / denominator + 1e-12
    assert numerator / denominator - 1e-12 <= small.upper <= 1
    assert large.upper - large.lower < small.upper - small.lower
