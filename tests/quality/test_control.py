"""Vectors: R13 and R15 of the quality note (Montgomery's examples)."""

import pytest

from quality.statistics.control import (
    crossings_limit,
    cusum,
    cusum_step,
    individual_limits,
    longest_run_limit,
    rate_limits,
    runs,
    share_limits,
)

MEASURED = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304]


def test_chart_limits_meet_the_published_ones():
    assert share_limits(0.215, 50) == pytest.approx((0.040703, 0.215, 0.389297), abs=5e-7)
    assert rate_limits(19.6667, 1) == pytest.approx((6.362532, 19.6667, 32.970801), abs=5e-5)
    assert rate_limits(0.074, 50) == pytest.approx((0, 0.074, 0.189412), abs=5e-7)
    assert individual_limits(MEASURED) == pytest.approx((279.783315, 300.5, 321.216685), abs=5e-7)


def test_run_rules_of_twelve_points_are_seven_and_three():
    assert (longest_run_limit(12), crossings_limit(12)) == (7, 3)


def test_a_long_run_is_a_signal_but_not_in_a_short_series():
    shifted = [1, 2, 1, 2, 1, 2, *[3] * 9]
    assert runs(shifted, 1.5).is_signal
    assert not runs(shifted[-12:], 1.5).is_signal
    assert not runs([1, 2, 2, 1] * 5, 1.5).is_signal


def test_points_on_the_line_do_not_count():
    assert runs([5, 5, 5], 5) == (0, 0, 0, False)
    assert runs([4, 5, 6], 5)[:3] == (2, 1, 1)


def test_cusum_steps_meet_their_vector():
    assert cusum_step(0.1, 2) == pytest.approx((0.597837, -0.095310), abs=5e-7)
    assert cusum([False, True, False], 0.1) == pytest.approx([0, 0.597837, 0.502527], abs=1e-6)
