"""Vectors: R13 and R15 of the quality note (Montgomery's examples)."""

import itertools

import pytest

from quality.statistics.control import (
    Count,
    extra_spread,
    frozen_limits,
    individual_limits,
    pooled,
    rare_limits,
    rate_limits,
    share_limits,
)
from quality.statistics.cusum import cusum, cusum_step, first_signal, worse_rate
from quality.statistics.runs import crossings_limit, longest_run_limit, runs

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


def test_rarely_crossing_the_centre_is_a_signal_too():
    drifting = [1, 1, 2, 1, 1, 1, 1, 2, 2, 2, 2, 2, 1, 2]
    found = runs(drifting, 1.5)
    assert (found.longest, found.crossings, crossings_limit(14)) == (5, 5, 4)
    assert not found.is_signal
    once = runs([1] * 6 + [2] * 6 + [1] * 2, 1.5)
    assert (once.is_long_run, once.is_few_crossings) == (False, True)


def test_points_on_the_line_do_not_count():
    assert runs([5, 5, 5], 5)[:3] == (0, 0, 0)
    assert runs([4, 5, 6], 5)[:3] == (2, 1, 1)


def test_laney_widens_only_what_differs_by_more_than_chance():
    steady = [Count(n, 100) for n in (10, 12, 9, 11, 10, 8, 12, 10, 9, 11, 10, 12)]
    jumping = [Count(n, 100) for n in (2, 22, 1, 20, 3, 18, 2, 21, 1, 19, 4, 20)]
    for is_share in (True, False):
        assert extra_spread(steady, is_share=is_share) < 1 < extra_spread(jumping, is_share=is_share)
    centre = pooled(jumping)
    z = [(point.value - centre) / (centre * (1 - centre) / 100) ** 0.5 for point in jumping]
    known = sum(abs(b - a) for a, b in itertools.pairwise(z)) / 11 / 1.128
    assert extra_spread(jumping, is_share=True) == pytest.approx(known)
    assert share_limits(0.3, 100, 1.2).upper - 0.3 == pytest.approx(1.2 * (share_limits(0.3, 100).upper - 0.3))


def test_a_frozen_baseline_is_not_moved_by_what_comes_later():
    points = [Count(10 + n % 3, 100) for n in range(12)]
    with_bad = [*points, Count(40, 100), Count(45, 50)]
    limits = frozen_limits(with_bad, is_share=True)
    assert limits is not None
    assert limits[:12] == frozen_limits(points, is_share=True)
    assert limits[12].is_outside(0.40)
    assert not limits[11].is_outside(points[11].value)
    assert limits[13].upper > limits[12].upper, "half the size, wider limits"
    assert frozen_limits(points[:11], is_share=True) is None


def test_days_between_rare_events_are_judged_on_their_root():
    days = [30.0, 42, 25, 61, 38, 29, 55, 33, 47, 40]
    limits = rare_limits(days)
    roots = [day ** (1 / 3.6) for day in days]
    assert limits.centre == pytest.approx((sum(roots) / 10) ** 3.6)
    assert 0 <= limits.lower < limits.centre < limits.upper
    assert rare_limits([1, 400] * 5).lower == 0
    assert limits.is_outside(600)


def test_cusum_steps_meet_their_vector():
    assert worse_rate(0.1) == pytest.approx(0.181818, abs=5e-7)
    assert cusum_step(0.1, 2) == pytest.approx((0.597837, -0.095310), abs=5e-7)
    assert cusum([False, True, False], 0.1) == pytest.approx([0, 0.597837, 0.502527], abs=1e-6)


def test_the_sum_signals_at_its_limit_and_allows_for_the_risk_of_each_case():
    path = cusum([True] * 8, 0.1)
    assert first_signal(path) == 5
    assert path[4] < 3.5 <= path[5]
    assert first_signal(cusum([False] * 50, 0.1)) is None
    frail = cusum([True] * 8, [0.5] * 8)
    assert frail[-1] == pytest.approx(8 * 0.287682, abs=1e-5), "an event of a frail person says less"
    assert cusum([True, False], [0.1, 0.1]) == cusum([True, False], 0.1)
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        cusum([True, False], [0.1])
