"""Vectors: quality note, sections 4 and 6."""

import random

import pytest

from quality.statistics.multiplicity import by_chance, discoveries, two_sided
from quality.statistics.screening import (
    Fit,
    benford,
    benford_of,
    last_digits,
    peer_distances,
)

OUTLYING = 3.5  # Iglewicz and Hoaglin
P_VALUES = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205]


def test_seven_of_the_eight_findings_survive_many_comparisons():
    assert discoveries(P_VALUES) == [True] * 7 + [False]
    assert discoveries(P_VALUES[::-1]) == [False] + [True] * 7
    assert discoveries([]) == []


def test_sixty_equal_providers_and_twelve_indicators_give_false_alarms():
    assert by_chance(720, 0.95).expected == pytest.approx(36)
    assert by_chance(720, 0.998).expected == pytest.approx(1.44)
    assert by_chance(720, 0.998).any == pytest.approx(0.763, abs=5e-4)


def test_p_values_are_those_of_the_levels():
    assert two_sided([1.959964, -3.090232, 0]) == pytest.approx([0.05, 0.002, 1], abs=1e-7)


def test_first_digits_meet_their_vector():
    found = benford_of([620, 340, 250, 190, 160, 140, 115, 100, 85])
    assert (found.chi2, found.p) == (pytest.approx(1.85084, abs=5e-6), pytest.approx(0.98525, abs=5e-6))
    assert found.deviation == pytest.approx(0.0028674, abs=5e-8)
    assert found.fit is Fit.CLOSE


def test_amounts_are_tested_only_when_many_and_wide():
    chance = random.Random(5)
    natural = [10 ** chance.uniform(1, 5) for _ in range(2000)]
    found = benford(natural)
    assert found is not None
    assert found.p > 0.01
    assert benford(natural[:499]) is None
    assert benford([value % 90 + 10 for value in natural]) is None, "less than two orders of magnitude"
    invented = benford([*(chance.uniform(500, 999) for _ in range(900)), *natural[:100]])
    assert invented is not None
    assert invented.fit is Fit.NONE
    assert invented.p < 1e-6


def test_one_far_from_its_peers_is_found_and_few_or_equal_peers_flag_nobody():
    values = {f"P{n}": 100.0 + n for n in range(12)}
    far = peer_distances({**values, "far": 900.0})
    assert [provider for provider, distance in far.items() if abs(distance) > OUTLYING] == ["far"]
    assert far["P6"] == 0, "the middle one"
    assert peer_distances({f"P{n}": 100.0 + n for n in range(7)}) == {}
    assert peer_distances({**{f"P{n}": 100.0 for n in range(9)}, "far": 900.0}) == {}


def test_rounded_minutes_are_seen():
    chance = random.Random(9)
    clock = [chance.randrange(1440) for _ in range(600)]
    assert last_digits(clock).p > 0.01
    assert last_digits([minute - minute % 15 for minute in clock]).p < 1e-6
