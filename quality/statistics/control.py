"""Control charts: is a provider's own series steady, or did something change? Lower limits never fall below 0.

Limits come from the points of a baseline and are frozen: what comes later is judged by them and does not move them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import fsum, sqrt
from typing import NamedTuple

RANGE_TO_DEVIATION = 1.128  # d2 of a moving range of two
RARE_EXPONENT = 3.6  # days between rare events are near normal to the power 1 / 3.6 (Nelson)
BASELINE = 12  # points before limits can be frozen


class Control(NamedTuple):
    lower: float
    centre: float
    upper: float

    def is_outside(self, value: float) -> bool:
        return not self.lower <= value <= self.upper


class Count(NamedTuple):
    """One point of a series: events or met cases, and of how many."""

    numerator: float
    size: float

    @property
    def value(self) -> float:
        return self.numerator / self.size


def share_limits(centre: float, size: float, widening: float = 1.0) -> Control:
    """p-chart; with the `widening` of `extra_spread` Laney's p'-chart."""
    half = 3 * widening * sqrt(centre * (1 - centre) / size)
    return Control(max(0.0, centre - half), centre, min(1.0, centre + half))


def rate_limits(centre: float, exposure: float, widening: float = 1.0) -> Control:
    """u-chart; with exposure 1 a c-chart of counts; with the `widening` of `extra_spread` Laney's u'-chart."""
    half = 3 * widening * sqrt(centre / exposure)
    return Control(max(0.0, centre - half), centre, centre + half)


def individual_limits(values: Sequence[float]) -> Control:
    """I-chart of single measurements, from the mean moving range; may fall below 0."""
    centre = fsum(values) / len(values)
    half = 3 * _mean_range(values) / RANGE_TO_DEVIATION
    return Control(centre - half, centre, centre + half)


def rare_limits(days_between: Sequence[float]) -> Control:
    """t-chart of the days between rare events: an I-chart of their root, brought back to days."""
    limits = individual_limits([days ** (1 / RARE_EXPONENT) for days in days_between])
    return Control(*(max(0.0, limit) ** RARE_EXPONENT for limit in limits))


def extra_spread(points: Sequence[Count], *, is_share: bool) -> float:
    """Laney's widening: what neighbouring points differ by, over what chance alone explains; 1 without spread."""
    centre = pooled(points)
    variance = centre * (1 - centre) if is_share else centre
    if len(points) < 2 or variance <= 0:
        return 1.0
    distances = [(point.value - centre) / sqrt(variance / point.size) for point in points]
    return _mean_range(distances) / RANGE_TO_DEVIATION


def pooled(points: Sequence[Count]) -> float:
    """The centre: all events over all exposure."""
    return fsum(point.numerator for point in points) / fsum(point.size for point in points)


def frozen_limits(points: Sequence[Count], *, is_share: bool, baseline: int = BASELINE) -> list[Control] | None:
    """Laney limits of each point from its first `baseline` ones; None while there are not so many."""
    if len(points) < baseline:
        return None
    first = points[:baseline]
    centre, widening = pooled(first), max(1.0, extra_spread(first, is_share=is_share))
    limits = share_limits if is_share else rate_limits
    return [limits(centre, point.size, widening) for point in points]


def _mean_range(values: Sequence[float]) -> float:
    return fsum(abs(after - before) for before, after in pairwise(values)) / (len(values) - 1)
