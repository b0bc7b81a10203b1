"""Shrinkage: how much of a provider's distance from its peers is its own, how much is chance of a small number.

Payment uses the shrunken value; the raw value with its interval is always shown beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, inf
from typing import NamedTuple

from quality.statistics.scales import Proportion, Ratio

RELIABLE_FROM = 0.7


class Estimate(NamedTuple):
    provider: str
    value: float
    reliability: float

    @property
    def is_reliable(self) -> bool:
        return self.reliability >= RELIABLE_FROM


@dataclass(frozen=True, slots=True)
class Shrunken:
    """`mean` of the peers; `prior` is what the peers weigh: cases for shares (M), variance between for O/E (A)."""

    mean: float
    prior: float
    estimates: tuple[Estimate, ...]

    def of(self, provider: str) -> Estimate | None:
        return next((one for one in self.estimates if one.provider == provider), None)


def shrink_proportions(results: Sequence[Proportion]) -> Shrunken | None:
    """Beta-binomial by moments; where providers do not differ beyond chance, everyone gets the mean."""
    peers = [one for one in results if one.denominator > 0]
    if not peers:
        return None
    sizes = [one.denominator for one in peers]
    total = sum(sizes)
    mean = sum(one.numerator for one in peers) / total
    prior = _prior_cases(peers, sizes, total, mean)
    return Shrunken(mean, prior, tuple(_toward(one, mean, prior) for one in peers))


def _prior_cases(peers: Sequence[Proportion], sizes: Sequence[int], total: int, mean: float) -> float:
    """M = (1 - rho) / rho; infinite when rho, the share of spread between providers, is 0."""
    count, room = len(peers), total - sum(size**2 for size in sizes) / total
    if count < 2 or mean in (0, 1) or room <= count - 1:
        return inf
    squares = fsum(one.denominator * (one.numerator / one.denominator - mean) ** 2 for one in peers)
    rho = (squares / (mean * (1 - mean)) - (count - 1)) / (room - (count - 1))
    rho = min(max(rho, 0.0), 1.0)
    return (1 - rho) / rho if rho > 0 else inf


def _toward(one: Proportion, mean: float, prior: float) -> Estimate:
    if prior == inf:
        return Estimate(one.provider, mean, 0.0)
    weight = one.denominator + prior
    return Estimate(one.provider, (one.numerator + prior * mean) / weight, one.denominator / weight)


def shrink_ratios(results: Sequence[Ratio]) -> Shrunken | None:
    """Gamma-Poisson by moments, for O/E."""
    peers = [one for one in results if one.expected > 0]
    if not peers:
        return None
    expected = fsum(one.expected for one in peers)
    mean = sum(one.numerator for one in peers) / expected
    variance = fsum(one.expected * (one.numerator / one.expected - mean) ** 2 for one in peers) / expected
    between = max(0.0, variance - mean * len(peers) / expected)
    return Shrunken(mean, between, tuple(_ratio_toward(one, mean, between) for one in peers))


def _ratio_toward(one: Ratio, mean: float, between: float) -> Estimate:
    reliability = between / (between + mean / one.expected) if between > 0 else 0.0
    return Estimate(one.provider, mean + reliability * (one.numerator / one.expected - mean), reliability)


def minimum_size(prior: float, reliability: float = RELIABLE_FROM) -> float:
    """Cases a provider needs for a reliability; 2.33 M for .7."""
    return prior * reliability / (1 - reliability)


def james_stein(values: Sequence[float], size: int) -> float:
    """Check for providers of equal size: which part of each one's distance from the mean is its own, at least 0."""
    mean = fsum(values) / len(values)
    error, spread = mean * (1 - mean) / size, fsum((value - mean) ** 2 for value in values)
    return max(0.0, 1 - (len(values) - 3) * error / spread) if spread > 0 else 0.0
