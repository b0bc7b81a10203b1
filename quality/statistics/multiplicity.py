"""Many comparisons at once: what chance alone would flag, and which findings survive when that is allowed for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

FALSE_SHARE = 0.10  # of the findings on an auditor's list that may be chance


class Chance(NamedTuple):
    """If nobody differed: false alarms to expect, and how likely there is any."""

    expected: float
    any: float


def by_chance(comparisons: int, level: float) -> Chance:
    """`level` two-sided, like .998."""
    return Chance(comparisons * (1 - level), 1 - level**comparisons)


def two_sided(distances: Sequence[float]) -> list[float]:
    """p values of z values."""
    from scipy.stats import norm

    return [float(2 * norm.sf(abs(z))) for z in distances]


def discoveries(p_values: Sequence[float], share: float = FALSE_SHARE) -> list[bool]:
    """Benjamini-Hochberg: which are kept when at most `share` of those kept are chance; in the order given."""
    if not p_values:
        return []
    from scipy.stats import false_discovery_control

    return [bool(adjusted <= share) for adjusted in false_discovery_control(p_values)]
