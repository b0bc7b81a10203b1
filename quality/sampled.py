"""Shares of money from audit samples: the stratum of a case row says how many units it stands for (X-07)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import fsum, inf

from quality.samples.estimators import Estimate, estimate, part_of
from quality.statistics.intervals import Interval

Line = tuple[str, float, float]
"""Stratum, value upheld, value looked at; both weighted by the chance of the line."""


def stratum_name(sample: str, layer: int, units: int) -> str:
    """`units`: lines of the stratum, or its money where every unit of money had the same chance."""
    return f"{sample}/{layer}/{units}"


def share_interval(lines: Sequence[Line], level: float) -> Interval | None:
    """Limits of upheld ÷ looked at by the stratified estimator of audit samples, on the residuals of the ratio.

    None where a stratum has one line, or where chance left something out and all lines are alike.
    """
    whole = fsum(line[2] for line in lines)
    share = fsum(line[1] for line in lines) / whole
    found = _residuals(lines, share, level)
    is_complete = all(part.size >= part.lines for part in found.parts)
    if found.error == inf or (found.error == 0 and not is_complete):
        return None
    half = found.precision / whole
    return Interval(max(0.0, share - half), min(1.0, share + half))


def _residuals(lines: Sequence[Line], share: float, level: float) -> Estimate:
    parts = []
    for name, rows in groupby(sorted(lines), key=lambda line: line[0]):
        weighted, units = [met - share * size for _name, met, size in rows], int(name.rpartition("/")[2])
        # back to one line: the rows carry units ÷ lines looked at already
        parts.append(part_of([one * len(weighted) / units for one in weighted], units))
    return estimate(parts, level)
