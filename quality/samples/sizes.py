"""How many lines to look at, before anything is drawn, and what the size will be able to say.

Source: quality note, section 5. Shares are floats in [0, 1]; `population` counts the lines of the frame.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, sqrt

from quality.statistics.intervals import z_value

TINY = 1e-9
"""Keeps a size that comes out whole from being rounded up by the last bit of a float."""


def attribute(population: int, part: float = 0.5, precision: float = 0.1, confidence: float = 0.9) -> int:
    """Lines for a share of wrong lines ± `precision`, with the finite correction."""
    return _finite(z_value(confidence) ** 2 * part * (1 - part) / precision**2, population)


def variable(population: int, variation: float, precision: float = 0.25, confidence: float = 0.9) -> int:
    """Lines for a mean error ± `precision` of itself; `variation` is the probe's standard deviation ÷ mean."""
    return _finite((z_value(confidence) * variation / precision) ** 2, population)


def _finite(first: float, population: int) -> int:
    if population <= 0:
        return 0
    return min(population, max(1, ceil(first / (1 + (first - 1) / population) - TINY)))


def discovery(tolerable: float, errors: int = 0, confidence: float = 0.95, population: int | None = None) -> int:
    """The fewest lines that, with at most `errors` wrong ones among them, leave less than `tolerable` in the frame.

    A finite frame asks the hypergeometric, one without a known end the binomial.
    """
    from scipy.stats import binom, hypergeom

    if population is None:
        return _least(lambda size: float(binom.cdf(errors, size, tolerable)) <= 1 - confidence, errors + 1)
    wrong = max(errors + 1, round(population * tolerable))
    size = _least(
        lambda n: float(hypergeom.cdf(errors, population, wrong, n)) <= 1 - confidence, errors + 1, population
    )
    return min(size, population)


def monetary(tolerable: float, expected: float = 0.0, confidence: float = 0.95) -> int:
    """The fewest units of money that keep the upper limit within `tolerable`, if `expected` of the value is wrong."""
    from scipy.stats import gamma

    if expected >= tolerable:
        raise ValueError("no size can show less than what is expected")
    return _least(lambda size: float(gamma.ppf(confidence, 1 + expected * size)) / size <= tolerable, 1)


def attribute_precision(population: int, size: int, part: float = 0.5, confidence: float = 0.9) -> float:
    """± on the share of wrong lines that `size` lines will give."""
    if population <= 1 or size >= population:
        return 0.0
    return z_value(confidence) * sqrt(part * (1 - part) / size * (population - size) / (population - 1))


def variable_precision(population: int, size: int, variation: float, confidence: float = 0.9) -> float:
    """± on the mean error, as a part of itself, that `size` lines will give."""
    return z_value(confidence) * variation * sqrt(max(0.0, 1 - size / population) / size)


def _least(holds: Callable[[int], bool], start: int, most: int = 10**9) -> int:
    """The smallest size from `start` on that `holds`, where a larger one holds too."""
    high = start
    while high < most and not holds(high):
        high = min(high * 2, most)
    low = start
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
