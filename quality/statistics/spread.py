"""Overdispersion: what providers differ by beyond chance, so that the funnel widens for it (Spiegelhalter 2005)."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from statistics import quantiles
from typing import NamedTuple


class Spread(NamedTuple):
    """`phi`: mean squared z; `tau2`: variance between providers beyond chance, on the scale of the errors."""

    phi: float
    tau2: float


def overdispersion(distances: Sequence[float], errors: Sequence[float]) -> Spread:
    """From plain z values, winsorised at their outer deciles (type 7), and the standard errors of all."""
    if len(distances) < 2:
        return Spread(1.0, 0.0)
    deciles = quantiles(distances, n=10, method="inclusive")
    return _spread([min(max(z, deciles[0]), deciles[-1]) for z in distances], errors)


def trimmed_overdispersion(distances: Sequence[float], errors: Sequence[float]) -> Spread:
    """The log form's way: the outer tenths are dropped, with their errors, and not pulled in."""
    ranked = sorted(zip(distances, errors, strict=True))
    count = len(ranked) + 1
    kept = [pair for rank, pair in enumerate(ranked, start=1) if 0 < 10 * rank // count < 9]
    if len(kept) < 2:
        return Spread(1.0, 0.0)
    return _spread([z for z, _error in kept], [error for _z, error in kept])


def _spread(distances: Sequence[float], errors: Sequence[float]) -> Spread:
    count = len(distances)
    phi = fsum(z**2 for z in distances) / count
    weights = [1 / error**2 for error in errors]
    room = fsum(weights) - fsum(weight**2 for weight in weights) / fsum(weights)
    return Spread(phi, max(0.0, (count * phi - (count - 1)) / room))
