"""From what was found in the sample to the whole frame: difference, ratio, mean per unit, by strata; exact counts.

Source: quality note, section 5. Amounts are minor units; an error is paid − allowed, underpayments stay negative.
Every estimate carries its standard error and degrees of freedom, so that it can be worked again on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, inf, sqrt
from statistics import fmean, stdev

CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True)
class Part:
    """One stratum: lines of the frame, lines looked at, mean and standard deviation of what was measured in them."""

    lines: int
    size: int
    mean: float
    deviation: float
    is_certain: bool = False

    @property
    def total(self) -> float:
        return self.lines * self.mean

    def variance(self, *, has_correction: bool = True) -> float:
        """Of `total`: none where all was looked at, without end where fewer than two lines were."""
        if self.is_certain or self.size >= self.lines:
            return 0.0
        if self.size < 2:
            return inf  # one line says nothing about how lines differ
        left = 1 - self.size / self.lines if has_correction else 1.0
        return self.lines**2 * left * self.deviation**2 / self.size


@dataclass(frozen=True, slots=True)
class Estimate:
    """A total with its two-sided limits; `degrees` are infinite where nothing was left to chance."""

    total: float
    error: float
    degrees: float
    lower: float
    upper: float
    confidence: float
    parts: tuple[Part, ...] = ()

    @property
    def precision(self) -> float:
        return (self.upper - self.lower) / 2


def part_of(values: Sequence[float], lines: int, *, is_certain: bool = False) -> Part:
    """Mean and standard deviation of the values of one stratum."""
    spread = stdev(values) if len(values) > 1 else 0.0
    return Part(lines, len(values), fmean(values) if values else 0.0, spread, is_certain)


def estimate(parts: Sequence[Part], confidence: float = CONFIDENCE, *, has_correction: bool = True) -> Estimate:
    """T = Σ N·mean, with the degrees of freedom of Satterthwaite over the strata; one stratum: n − 1."""
    variances = [part.variance(has_correction=has_correction) for part in parts]
    total, error = fsum(part.total for part in parts), sqrt(fsum(variances))
    if error == inf:
        return Estimate(total, inf, 0.0, -inf, inf, confidence, tuple(parts))
    squares = fsum(one**2 / (part.size - 1) for one, part in zip(variances, parts, strict=True) if one)
    degrees = fsum(variances) ** 2 / squares if squares else inf
    half = _quantile(confidence, degrees) * error
    return Estimate(total, error, degrees, total - half, total + half, confidence, tuple(parts))


def difference(errors: Sequence[float], lines: int, confidence: float = CONFIDENCE) -> Estimate:
    """The total error of a simple sample."""
    return estimate([part_of(errors, lines)], confidence)


def ratio(
    pairs: Sequence[tuple[float, float]],
    lines: int,
    book: float,
    confidence: float = CONFIDENCE,
    *,
    has_correction: bool = True,
) -> Estimate:
    """The total error of a simple sample of (book, audit) as `book` × its share in the sampled value."""
    whole = fsum(pair[0] for pair in pairs)
    share = fsum(pair[0] - pair[1] for pair in pairs) / whole if whole else 0.0
    residuals = [(pair[0] - pair[1]) - share * pair[0] for pair in pairs]
    found = estimate([part_of(residuals, lines)], confidence, has_correction=has_correction)
    half, total = found.precision, share * book
    return Estimate(total, found.error, found.degrees, total - half, total + half, confidence, found.parts)


def fewest_wrong(lines: int, size: int, wrong: int, alpha: float = 0.05) -> int:
    """The smallest number of wrong lines in the frame that would show `wrong` or more in `size` at least `alpha` often.

    Source: Edwards and others 2003, the minimum sum.
    """
    from scipy.stats import hypergeom

    if wrong == 0:
        return 0
    low, high = wrong, lines - (size - wrong)
    while low < high:
        middle = (low + high) // 2
        is_enough = 1 - float(hypergeom.cdf(wrong - 1, lines, middle, size)) >= alpha
        low, high = (low, middle) if is_enough else (middle + 1, high)
    return low


def most_wrong(lines: int, size: int, wrong: int, confidence: float = 0.95) -> int:
    """The largest number of wrong lines in the frame that would still show `wrong` or fewer in `size` that often."""
    from scipy.stats import hypergeom

    low, high = wrong, lines - (size - wrong)
    while low < high:
        middle = (low + high + 1) // 2
        is_possible = float(hypergeom.cdf(wrong, lines, middle, size)) > 1 - confidence
        low, high = (middle, high) if is_possible else (low, middle - 1)
    return low


def minimum_sum(found: int, unsampled: Sequence[int], lines: int, size: int, wrong: int, alpha: float = 0.05) -> int:
    """What was found wrong, and the smallest unsampled payments of as many further lines as must be wrong."""
    further = max(0, fewest_wrong(lines, size, wrong, alpha) - wrong)
    return found + sum(sorted(unsampled)[:further])


def _quantile(confidence: float, degrees: float) -> float:
    from scipy.special import ndtri, stdtrit  # of scipy.stats the import alone takes a second

    level = (1 + confidence) / 2
    return float(ndtri(level) if degrees == inf else stdtrit(degrees, level))
