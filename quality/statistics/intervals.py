"""Confidence intervals of one provider's own figure: shares (0 to 1), counts or ratios; levels are two-sided."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt
from statistics import NormalDist
from typing import NamedTuple

LEVEL_95 = 0.95
LEVEL_998 = 0.998
EXACT_BELOW = 10  # from ten events on, Byar's approximation is as good as the exact limits


class Interval(NamedTuple):
    lower: float
    upper: float


class Clustered(NamedTuple):
    """A ratio of sums with the error that whole clusters (days, members) leave in it."""

    value: float
    error: float
    interval: Interval
    design_effect: float | None


def z_value(level: float) -> float:
    """The normal quantile of a two-sided level: 1.959964 for .95, 3.090232 for .998."""
    return NormalDist().inv_cdf((1 + level) / 2)


def wilson(numerator: int, denominator: int, level: float = LEVEL_95) -> Interval:
    """Wilson's score interval of a share; the ends are set, because floating error misses 0 and 1 there."""
    _check_share(numerator, denominator)
    z, x, n = z_value(level), numerator, denominator
    half = z * sqrt(max(0.0, z * z + 4 * x * (1 - x / n)))
    width = 2 * (n + z * z)
    lower = 0.0 if x == 0 else (2 * x + z * z - half) / width
    upper = 1.0 if x == n else (2 * x + z * z + half) / width
    return Interval(lower, upper)


def clopper_pearson(numerator: int, denominator: int, level: float = LEVEL_95) -> Interval:
    """The exact interval of a share."""
    from scipy.stats import beta

    _check_share(numerator, denominator)
    tail, x, n = (1 - level) / 2, numerator, denominator
    lower = 0.0 if x == 0 else float(beta.ppf(tail, x, n - x + 1))
    upper = 1.0 if x == n else float(beta.ppf(1 - tail, x + 1, n - x))
    return Interval(lower, upper)


def poisson_exact(count: int, level: float = LEVEL_95) -> Interval:
    """Exact limits of a count of events."""
    from scipy.special import gammaincinv  # of scipy.stats the import alone takes a second

    tail = (1 - level) / 2
    lower = 0.0 if count == 0 else float(gammaincinv(count, tail))
    return Interval(lower, float(gammaincinv(count + 1, 1 - tail)))


def byar(count: int, level: float = LEVEL_95) -> Interval:
    """Byar's approximate limits of a count; the lower limit of 0 events is 0."""
    z, above = z_value(level), count + 1
    lower = 0.0 if count == 0 else count * (1 - 1 / (9 * count) - z / (3 * sqrt(count))) ** 3
    return Interval(max(0.0, lower), above * (1 - 1 / (9 * above) + z / (3 * sqrt(above))) ** 3)


def count_interval(count: int, level: float = LEVEL_95) -> Interval:
    """Exact below ten events, Byar from there on."""
    if count < 0:
        raise ValueError("a count of events is never negative")
    return poisson_exact(count, level) if count < EXACT_BELOW else byar(count, level)


def per_exposure(count: int, exposure: float, level: float = LEVEL_95) -> Interval:
    """Interval of events per exposure: a rate, or observed over expected."""
    if exposure <= 0:
        raise ValueError("the exposure must be above 0")
    lower, upper = count_interval(count, level)
    return Interval(lower / exposure, upper / exposure)


def median_interval(values: Sequence[float], level: float = LEVEL_95) -> Interval | None:
    """Distribution-free interval of the median by order statistics; None when there are too few values."""
    from scipy.stats import binom

    ordered = sorted(values)
    rank = int(binom.ppf((1 - level) / 2, len(ordered), 0.5)) if ordered else 0
    return Interval(ordered[rank - 1], ordered[-rank]) if rank > 0 else None


def jackknife(clusters: Sequence[tuple[float, float]], level: float = LEVEL_95) -> Clustered | None:
    """Ratio of sums over (numerator, denominator) per cluster, leaving one cluster out at a time.

    The normal limits are clipped to [0, 1]. None with fewer than two clusters or an empty denominator.
    """
    top, bottom, groups = fsum(c[0] for c in clusters), fsum(c[1] for c in clusters), len(clusters)
    if groups < 2 or any(bottom - c[1] <= 0 for c in clusters):
        return None
    value = top / bottom
    variance = (groups - 1) / groups * fsum(((top - c[0]) / (bottom - c[1]) - value) ** 2 for c in clusters)
    half, simple = z_value(level) * sqrt(variance), value * (1 - value) / bottom
    interval = Interval(max(0.0, value - half), min(1.0, value + half))
    return Clustered(value, sqrt(variance), interval, variance / simple if simple > 0 else None)


def design_effect(value: float, size: float, clustered: Interval) -> float | None:
    """From a kept 95 % interval of clusters; None where it was held at 0 or 1 and says less than it should."""
    simple = value * (1 - value) / size
    if simple <= 0 or clustered.lower <= 0 or clustered.upper >= 1:
        return None
    error = (clustered.upper - clustered.lower) / 2 / z_value(LEVEL_95)
    return error**2 / simple


def _check_share(numerator: int, denominator: int) -> None:
    if not 0 <= numerator <= denominator or denominator == 0:
        raise ValueError(f"{numerator} of {denominator} is not a share")
