"""Vectors: quality note, section 4 (measured with SciPy) and R7, R9, R11 of section 9."""

import random
from statistics import quantiles

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.statistics.funnel import Alert, Direction, Funnel, Limits, classify, funnel
from quality.statistics.scales import (
    LogRatioScale,
    Proportion,
    Ratio,
    interpolated_limit,
    ratio_limit,
    score_limit,
    score_z,
)
from quality.statistics.spread import overdispersion, trimmed_overdispersion
from quality.suppression import Reason

OBSERVED = [12, 30, 22, 41, 18, 9, 27, 35, 14, 50]
EXPECTED = [15, 22, 20, 30, 21, 12, 25, 33, 18, 36]
RATIOS = [Ratio(f"P{i}", o, e, persons=400) for i, (o, e) in enumerate(zip(OBSERVED, EXPECTED, strict=True))]


def shares(count: int = 24, seed: int = 4) -> list[Proportion]:
    chance = random.Random(seed)
    sizes = [chance.randint(60, 900) for _ in range(count)]
    return [Proportion(f"P{i:02}", sum(chance.random() < 0.88 for _ in range(n)), n, 99) for i, n in enumerate(sizes)]


def made(results, **settings) -> Funnel:
    result = funnel(results, **settings)
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("expected", "limits"),
    [
        (15, (0.5596924, 1.649348, 0.3862650, 2.082907)),
        (20, (0.6108260, 1.544419, 0.4479107, 1.902094)),
        (30, (0.6746958, 1.427562, 0.5289724, 1.702771)),
    ],
)
def test_ratio_limits_meet_the_published_ones(expected, limits):
    found = [ratio_limit(expected, p) for p in (0.025, 0.975, 0.001, 0.999)]
    assert found == pytest.approx(limits, rel=4e-7)


@pytest.mark.parametrize(
    ("size", "limits"), [(50, (0.3507023, 0.6292977)), (150, (0.4165108, 0.5768225)), (400, (0.4497594, 0.5477406))]
)
def test_interpolated_limits_meet_their_vectors(size, limits):
    assert [interpolated_limit(0.5, size, p) for p in (0.025, 0.975)] == pytest.approx(limits, abs=6e-8)


def test_distances_from_a_target_meet_the_published_ones():
    pairs = [(130, 150), (65, 200), (155, 300), (125, 250), (19, 50), (185, 220), (82, 100), (77, 90), (50, 400)]
    known = [8.9814624, 4.9497475, 0.5773503, 0, 1.6970563, 10.1129979, 6.4, 6.7461923, 15]
    assert [abs(score_z(n, d, 0.5)) for n, d in pairs] == pytest.approx(known, abs=6e-8)
    assert abs(score_z(80, 425, 0.5)) == pytest.approx(12.8543881, abs=6e-8)


def test_overdispersion_of_ratios_meets_the_measured_values():
    result = made(RATIOS, direction=Direction.DOWN)
    plain = quantiles([point.z for point in result.points if point.z is not None], n=10, method="inclusive")
    assert (plain[0], plain[-1]) == (pytest.approx(-0.935580, abs=5e-7), pytest.approx(1.880831, abs=5e-7))
    assert result.spread.phi == pytest.approx(1.277295, abs=5e-7)
    assert result.spread.tau2 == pytest.approx(0.004568879, abs=5e-10)
    known = [-0.7245, 1.3290, 0.3736, 1.4882, -0.5780, -0.8406, 0.3250, 0.2709, -0.8692, 1.6637]
    assert [point.z_adjusted for point in result.points] == pytest.approx(known, abs=5e-5)


def test_providers_that_agree_more_than_chance_have_no_extra_spread():
    assert overdispersion([0.1, -0.1, 0.2, -0.2], [0.05] * 4).tau2 == 0


def test_fewer_than_ten_providers_get_exact_unadjusted_limits():
    few = made(shares(9))
    assert not few.is_adjusted
    assert few.limits_at(150).lower_95 == interpolated_limit(few.centre, 150, 0.025)
    assert all(point.z == point.z_adjusted for point in few.points)


def test_an_alert_is_exactly_a_mark_outside_the_outer_limits():
    result = made([*shares(), Proportion("Blue Door", 276, 388, 80), Proportion("Fine", 890, 891, 80)])
    for point in result.points:
        assert point.limits is not None
        assert point.value is not None
        inside = point.limits.lower_998 <= point.value <= point.limits.upper_998
        assert inside is not point.is_outside
        assert point.is_outside == (point.alert in {Alert.ALERT, Alert.BETTER})
    assert result.by_provider["Blue Door"].alert is Alert.ALERT
    assert result.by_provider["Fine"].alert is Alert.BETTER


def test_direction_decides_which_side_is_bad():
    limits = Limits(0.5, 0.6, 0.8, 0.9)
    assert classify(0.49, limits, Direction.UP) is Alert.ALERT
    assert classify(0.49, limits, Direction.DOWN) is Alert.BETTER
    assert classify(0.85, limits, Direction.DOWN) is Alert.WATCH
    assert classify(0.85, limits, Direction.UP) is Alert.EXPECTED
    assert classify(0.5, limits, Direction.UP) is Alert.WATCH


def test_with_few_providers_the_drawn_limits_decide_too():
    few = made([Proportion("big", 9000, 10000, 90), Proportion("low", 70, 100, 90), Proportion("high", 99, 100, 90)])
    assert not few.is_adjusted
    for point in few.points:
        assert point.limits is not None
        assert point.value is not None
        assert point.is_outside is not (point.limits.lower_998 <= point.value <= point.limits.upper_998)


def test_the_score_form_of_the_limits_is_clipped():
    assert score_limit(0.9, 25, 0.025) == pytest.approx(0.782402, abs=5e-7)
    assert score_limit(0.9, 25, 0.975) == 1


def test_the_log_form_drops_the_outer_tenths():
    scale = LogRatioScale()
    distances = [scale.forward(one.numerator / one.expected) / scale.error(one.expected) for one in RATIOS]
    errors = [scale.error(one.expected) for one in RATIOS]
    # ranks 1 and 10 of 10: floor(10 / 11) = 0 and floor(100 / 11) = 9
    kept = sorted(zip(distances, errors, strict=True))[1:-1]
    assert trimmed_overdispersion(distances, errors).phi == pytest.approx(sum(z * z for z, _e in kept) / 8)
    wild = trimmed_overdispersion([*distances[:-1], 500.0], errors)
    assert wild.tau2 < overdispersion([*distances[:-1], 500.0], errors).tau2
    assert scale.back(scale.forward(1.3)) == pytest.approx(1.3)
    assert scale.exact_limit(20, 0.025) == ratio_limit(20, 0.025)


def test_adjusting_for_size_and_spread_leaves_fewer_alarms():
    result = made([*shares(), Proportion("Blue Door", 276, 388, 80)])
    alarms = result.alarms
    assert alarms.compared == 25
    assert alarms.raw_95 >= alarms.raw_998 >= alarms.adjusted == 1
    outside = [point for point in result.points if abs(point.z or 0) > 1.959964]
    assert alarms.raw_95 == len(outside)


def test_no_denominator_and_too_few_cases_are_no_value_and_do_not_move_the_centre():
    base = made(shares())
    more = made([*shares(), Proportion("none", 0, 0, 0), Proportion("few", 0, 30, 20)], minimum=60)
    assert more.by_provider["none"].reason is Reason.NO_DENOMINATOR
    assert more.by_provider["few"].reason is Reason.INSUFFICIENT
    assert more.by_provider["few"].value is None
    assert more.by_provider["few"].alert is Alert.INSUFFICIENT
    assert more.centre == base.centre
    assert funnel([Proportion("none", 0, 0)]) is None


def test_exactly_the_minimum_is_enough():
    result = made([Proportion("just", 50, 60), Proportion("short", 50, 59)], minimum=60)
    assert [point.provider for point in result.marks] == ["just"]


def test_published_figures_of_a_suppressed_provider_are_gone():
    result = made([Proportion("big", 200, 400), Proportion("mid", 150, 300), Proportion("small", 5, 60)])
    assert result.by_provider["small"].value == pytest.approx(5 / 60)
    public = result.published()
    assert public is not None
    assert {p.provider for p in public.points if p.alert is Alert.SUPPRESSED} == {"small", "mid"}
    for point in (public.by_provider["small"], public.by_provider["mid"]):
        assert (point.value, point.size, point.numerator, point.interval, point.limits, point.z) == (None,) * 6
    assert [point.provider for point in public.marks] == ["big"]


def test_a_centre_that_gives_a_provider_away_is_not_published():
    assert made([Proportion("small", 5, 60)]).published() is None
    assert made([Proportion("big", 200, 400)]).published() is not None


@given(st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_the_order_of_providers_changes_nothing(chance):
    results = shares()
    shuffled = results[:]
    chance.shuffle(shuffled)
    assert made(shuffled) == made(results)


@given(st.floats(0.05, 0.95), st.integers(10, 400))
@settings(max_examples=60)
def test_limits_widen_as_denominators_fall(centre, size):
    tail = [0.025, 0.975]
    narrow = [interpolated_limit(centre, size * 2, p) for p in tail]
    wide = [interpolated_limit(centre, size, p) for p in tail]
    assert narrow[1] - narrow[0] < wide[1] - wide[0]
    adjusted = made(shares())
    small, large = adjusted.limits_at(size), adjusted.limits_at(size * 2)
    assert small.lower_998 <= large.lower_998 <= large.lower_95
    assert large.upper_95 <= large.upper_998 <= small.upper_998


@given(st.floats(0.01, 0.99), st.integers(1, 500), st.sampled_from([0.001, 0.025, 0.975, 0.999]))
@settings(max_examples=60)
def test_limits_of_shares_stay_between_nothing_and_all(centre, size, probability):
    assert 0 <= interpolated_limit(centre, size, probability) <= 1
    assert 0 <= score_limit(centre, size, probability) <= 1
    assert ratio_limit(size, probability) >= 0
