"""On which scale providers of different size become comparable: the arcsine for shares, the square root for O/E.

On both scales the error of a provider depends on its size alone; limits come back to shares and ratios clipped,
because an angle beyond a right angle would turn round (0 and 1 are the ends of a share).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, ceil, exp, log, pi, sin, sqrt
from statistics import NormalDist
from typing import Protocol

TOLD_DECIMALS = 3
"""Of what is made from all and told beside hidden figures."""


@dataclass(frozen=True, slots=True)
class Proportion:
    """`numerator` of `denominator` at a provider. `persons` if the denominator counts visits or days, not persons."""

    provider: str
    numerator: int
    denominator: int
    persons: int | None = None

    @property
    def size(self) -> float:
        return self.denominator

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator > 0 else None


@dataclass(frozen=True, slots=True)
class Ratio:
    """Observed over expected events at a provider, of `persons` persons at risk."""

    provider: str
    numerator: int
    expected: float
    persons: int | None = None

    @property
    def size(self) -> float:
        return self.expected

    @property
    def value(self) -> float | None:
        return self.numerator / self.expected if self.expected > 0 else None


class Scale(Protocol):
    """A centre, and the way from a value to the comparable scale and back."""

    @property
    def centre(self) -> float: ...
    def rounded(self) -> Scale: ...
    def forward(self, value: float) -> float: ...
    def back(self, position: float) -> float: ...
    def error(self, size: float) -> float: ...
    def exact_limit(self, size: float, probability: float) -> float: ...


@dataclass(frozen=True, slots=True)
class ShareScale:
    centre: float

    def rounded(self) -> ShareScale:
        """As it may be told beside figures that are hidden."""
        return ShareScale(round(self.centre, TOLD_DECIMALS))

    def forward(self, value: float) -> float:
        return asin(sqrt(value))

    def back(self, position: float) -> float:
        return sin(min(max(position, 0.0), pi / 2)) ** 2

    def error(self, size: float) -> float:
        return 1 / (2 * sqrt(size))

    def exact_limit(self, size: float, probability: float) -> float:
        return interpolated_limit(self.centre, round(size), probability)


@dataclass(frozen=True, slots=True)
class RatioScale:
    centre: float = 1.0

    def rounded(self) -> RatioScale:
        return self

    def forward(self, value: float) -> float:
        return sqrt(value)

    def back(self, position: float) -> float:
        return max(position, 0.0) ** 2

    def error(self, size: float) -> float:
        return 1 / (2 * sqrt(size))

    def exact_limit(self, size: float, probability: float) -> float:
        return ratio_limit(size, probability)


@dataclass(frozen=True, slots=True)
class LogRatioScale:
    """The log form of O/E, for values above 0 only; its spread drops outer ranks instead of pulling them in."""

    centre: float = 1.0

    def rounded(self) -> LogRatioScale:
        return self

    def forward(self, value: float) -> float:
        return log(value)

    def back(self, position: float) -> float:
        return exp(position)

    def error(self, size: float) -> float:
        return 1 / sqrt(size)

    def exact_limit(self, size: float, probability: float) -> float:
        return ratio_limit(size, probability)


def interpolated_limit(centre: float, size: int, probability: float) -> float:
    """Exact binomial funnel limit, interpolated between two counts so that it does not jump (Spiegelhalter 2005)."""
    from scipy.special import bdtr, bdtrik  # of scipy.stats the import alone takes a second

    count = ceil(bdtrik(probability, size, centre)) if centre > 0 else 0
    reached = float(bdtr(count, size, centre))
    before = float(bdtr(count - 1, size, centre)) if count else 0.0
    part = (reached - probability) / (reached - before) if reached > before else 0.0
    return min(max((count - part) / size, 0.0), 1.0)


def ratio_limit(expected: float, probability: float) -> float:
    """Exact Poisson funnel limit of O/E."""
    from scipy.special import gammaincinv

    if probability < 0.5:
        return float(gammaincinv(expected, probability)) / expected
    return float(gammaincinv(expected + 1, probability)) / expected


def score_z(numerator: int, denominator: int, centre: float) -> float:
    """Plain distance of a share from a target, in standard errors of the target."""
    return (numerator / denominator - centre) / sqrt(centre * (1 - centre) / denominator)


def score_limit(centre: float, size: int, probability: float) -> float:
    """The funnel limit of the score form, clipped; an interval of Wilson's around the centre would be wrong here."""
    half = NormalDist().inv_cdf(probability) * sqrt(centre * (1 - centre) / size)
    return min(max(centre + half, 0.0), 1.0)
