"""Anhøj's two rules: does a series keep to one side of its centre, or avoid crossing it, beyond what chance lets it?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log2
from typing import NamedTuple

SMALLEST_SERIES = 13  # up to twelve points a run chart is drawn, but signals nothing


class Runs(NamedTuple):
    """Points off the centre line, the longest run on one side, crossings; which of the two is beyond chance."""

    useful: int
    longest: int
    crossings: int
    is_long_run: bool
    is_few_crossings: bool

    @property
    def is_signal(self) -> bool:
        return self.is_long_run or self.is_few_crossings


def longest_run_limit(useful: int) -> int:
    return round(log2(useful)) + 3


def crossings_limit(useful: int) -> int:
    from scipy.stats import binom

    return int(binom.ppf(0.05, useful - 1, 0.5))


def runs(values: Sequence[float], centre: float) -> Runs:
    """Points on the line do not count; a short series never signals."""
    sides = [value > centre for value in values if value != centre]
    if not sides:
        return Runs(0, 0, 0, False, False)
    longest = current = 1
    crossings = 0
    for before, after in pairwise(sides):
        current = current + 1 if before == after else 1
        crossings += before != after
        longest = max(longest, current)
    if len(values) < SMALLEST_SERIES:
        return Runs(len(sides), longest, crossings, False, False)
    is_long, is_few = longest > longest_run_limit(len(sides)), crossings < crossings_limit(len(sides))
    return Runs(len(sides), longest, crossings, is_long, is_few)
