"""Control charts: is a provider's own series steady, or did something change? Lower limits never fall below 0."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import fsum, log, log2, sqrt
from typing import NamedTuple

SMALLEST_SERIES = 13  # up to twelve points a run chart is drawn, but signals nothing
RANGE_TO_DEVIATION = 1.128  # d2 of a moving range of two


class Control(NamedTuple):
    lower: float
    centre: float
    upper: float


class Runs(NamedTuple):
    """Points off the centre line, the longest run on one side, crossings, and whether they signal a shift."""

    useful: int
    longest: int
    crossings: int
    is_signal: bool


class Step(NamedTuple):
    """What one more case adds to a CUSUM."""

    event: float
    no_event: float


def share_limits(centre: float, size: int) -> Control:
    """p-chart."""
    half = 3 * sqrt(centre * (1 - centre) / size)
    return Control(max(0.0, centre - half), centre, min(1.0, centre + half))


def rate_limits(centre: float, exposure: float) -> Control:
    """u-chart; with exposure 1 a c-chart of counts."""
    half = 3 * sqrt(centre / exposure)
    return Control(max(0.0, centre - half), centre, centre + half)


def individual_limits(values: Sequence[float]) -> Control:
    """I-chart of single measurements, from the mean moving range; may fall below 0."""
    centre = fsum(values) / len(values)
    half = 3 * fsum(abs(b - a) for a, b in pairwise(values)) / (len(values) - 1) / RANGE_TO_DEVIATION
    return Control(centre - half, centre, centre + half)


def longest_run_limit(useful: int) -> int:
    return round(log2(useful)) + 3


def crossings_limit(useful: int) -> int:
    from scipy.stats import binom

    return int(binom.ppf(0.05, useful - 1, 0.5))


def runs(values: Sequence[float], centre: float) -> Runs:
    """Anhøj's two rules about a centre frozen over a baseline; points on the line do not count."""
    sides = [value > centre for value in values if value != centre]
    if not sides:
        return Runs(0, 0, 0, False)
    longest = current = 1
    crossings = 0
    for before, after in pairwise(sides):
        current = current + 1 if before == after else 1
        crossings += before != after
        longest = max(longest, current)
    is_signal = len(values) >= SMALLEST_SERIES and (
        longest > longest_run_limit(len(sides)) or crossings < crossings_limit(len(sides))
    )
    return Runs(len(sides), longest, crossings, is_signal)


def cusum_step(base_rate: float, odds_ratio: float) -> Step:
    """Log-likelihood steps for safety events; signal when the sum reaches 3.5 (odds ratio 2)."""
    odds = odds_ratio * base_rate / (1 - base_rate)
    worse = odds / (1 + odds)
    return Step(log(worse / base_rate), log((1 - worse) / (1 - base_rate)))


def cusum(events: Sequence[bool], base_rate: float, odds_ratio: float = 2.0) -> list[float]:
    """The running sum after each case, never below 0."""
    step, total, path = cusum_step(base_rate, odds_ratio), 0.0, []
    for event in events:
        total = max(0.0, total + (step.event if event else step.no_event))
        path.append(total)
    return path
