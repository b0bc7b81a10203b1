"""Monetary-unit sampling: every unit of money has the same chance, so large lines are looked at more often.

Source: quality note, section 5. `interval` J = value ÷ n is kept as the two whole numbers; taints are floats in [0, 1].
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum

from quality.samples.drawing import Drawn, Frame


@dataclass(frozen=True, slots=True)
class Overstated:
    """Minor units: what was found in lines looked at in full, what is most likely, and the limit above."""

    certain: float
    likely: float
    upper: float
    upper_poisson: float


def start_of(seed: str, value: int, size: int) -> int:
    """The first unit that is hit, 1 … J (rounded down), from the seed."""
    return 1 + int(seed, 16) % (value // size)


def hits(frame: Frame, size: int, start: int) -> list[Drawn]:
    """Lines hit at start + k·J on the running value, in the frame's order; a line of J or more is always among them.

    A line is drawn once however often it is hit; stratum 2 are the lines of J or more, looked at in full.
    """
    value, found, running, hit = frame.value, [], 0, start * size
    for line, amount in frame.lines:
        running += amount * size
        if hit > running:
            continue  # also lines of nothing
        found.append(Drawn(line, amount, 2 if is_certain(amount, value, size) else 1, is_spare=False))
        while hit <= running:
            hit += value
    return found


def is_certain(amount: int, value: int, size: int) -> bool:
    """Whether a line is as large as the interval."""
    return amount * size >= value


def taint(book: int, audit: int) -> float:
    """The overstated part of a line; understatement counts as none here and needs a frame of its own."""
    return min(max((book - audit) / book, 0.0), 1.0) if book > 0 else 0.0


def stringer(size: int, taints: Iterable[float], confidence: float = 0.95, *, is_poisson: bool = False) -> float:
    """The upper limit of the overstated share of the value, binomial (Stringer) or Poisson."""
    rates = _upper_rates(size, sorted((one for one in taints if one > 0), reverse=True), confidence, is_poisson)
    before, *further = rates
    total = [before[0]]
    for rate, part in further:
        total.append((rate - before[0]) * part)
        before = (rate, part)
    return min(1.0, fsum(total))


def _upper_rates(size: int, taints: Sequence[float], confidence: float, is_poisson: bool) -> list[tuple[float, float]]:
    from scipy.stats import beta, gamma

    def upper(errors: int) -> float:
        if is_poisson:
            return float(gamma.ppf(confidence, errors + 1)) / size
        return float(beta.ppf(confidence, errors + 1, size - errors)) if errors < size else 1.0

    return [(upper(place), part) for place, part in enumerate([1.0, *taints])]


def evaluate(value: int, size: int, pairs: Sequence[tuple[int, int]], confidence: float = 0.95) -> Overstated:
    """`pairs` (book, audit) of the drawn lines, minor units; the limits stay within the value of the frame."""
    interval = value / size
    certain = fsum(max(book - audit, 0) for book, audit in pairs if is_certain(book, value, size))
    taints = [taint(*pair) for pair in pairs if not is_certain(pair[0], value, size)]
    likely = certain + interval * fsum(taints)
    limits = [certain + value * stringer(size, taints, confidence, is_poisson=one) for one in (False, True)]
    return Overstated(certain, min(likely, float(value)), *(min(one, float(value)) for one in limits))
