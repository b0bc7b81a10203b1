"""Sizes to the digits of the quality note (section 5; R17, R19, R23, R25)."""

from __future__ import annotations

from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.samples import sizes
from quality.samples.estimators import fewest_wrong, most_wrong
from quality.statistics.intervals import clopper_pearson, poisson_exact


@pytest.mark.parametrize(("population", "expected"), [(500, 60), (3000, 67), (10**9, 68), (1, 1), (0, 0)])
def test_a_share_within_ten_points_nine_times_of_ten(population, expected):
    assert sizes.attribute(population) == expected


@pytest.mark.parametrize(
    ("population", "tolerable", "confidence", "expected"),
    [
        (1200, 0.05, 0.9, [45, 75, 102]),
        (None, 0.075, 0.95, [39, 62, 82]),
        (1000, 0.08, 0.95, [36]),
        (1000, 0.06, 0.95, [48]),
        (1000, 0.04, 0.95, [71]),
        (1000, 0.02, 0.95, [138]),
    ],
)
def test_few_errors_need_few_lines(population, tolerable, confidence, expected):
    found = [sizes.discovery(tolerable, errors, confidence, population) for errors in range(len(expected))]
    assert found == expected


def test_the_probe_of_the_note_asks_for_891_lines_and_710_of_3500():
    variation = 44.438315 / 9.7996
    assert sizes.variable(10**9, variation) == 891
    assert sizes.variable(3500, variation) == 710


@pytest.mark.parametrize(("tolerable", "expected", "size"), [(0.12, 0.0, 25), (0.08, 0.3 * 0.08, 75)])
def test_units_of_money(tolerable, expected, size):
    assert sizes.monetary(tolerable, expected) == size


def test_no_size_can_show_less_than_what_is_expected():
    with pytest.raises(ValueError, match="expected"):
        sizes.monetary(0.05, 0.05)


def test_the_most_errors_that_one_in_sixty_of_800_leaves():
    assert most_wrong(800, 60, 1, 0.9) == 49


def test_the_fewest_errors_that_fifteen_in_thirty_of_1000_show():
    assert fewest_wrong(1000, 30, 15, 0.05) == 341
    assert fewest_wrong(1000, 30, 15, 0.10) == 372
    assert fewest_wrong(1000, 30, 0) == 0


def test_upper_and_lower_errors_of_five_in_59_of_a_million():
    """One-sided 95 % is one end of the two-sided 90 %."""
    poisson, binomial = poisson_exact(5, 0.9), clopper_pearson(5, 59, 0.9)
    assert ceil(poisson.upper / 59 * 10**6) == 178188
    assert ceil(binomial.upper * 10**6) == 169963
    assert floor(poisson.lower / 59 * 10**6) == 33392
    assert floor(binomial.lower * 10**6) == 33987


@given(st.integers(2, 5000), st.floats(0.02, 0.4))
def test_the_size_keeps_the_precision_that_was_asked_for(population, precision):
    size = sizes.attribute(population, precision=precision)
    assert sizes.attribute_precision(population, size) <= precision + 1e-9
    assert 1 <= size <= population


@given(st.integers(2, 3000), st.integers(1, 200), st.data())
def test_more_lines_promise_a_closer_answer(population, size, data):
    size = min(size, population)
    more = data.draw(st.integers(size, population))
    for precision in (sizes.attribute_precision, lambda n, k: sizes.variable_precision(n, k, 2.0)):
        assert precision(population, more) <= precision(population, size) + 1e-12
