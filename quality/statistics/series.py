"""One provider through time: a run chart, and from thirteen points on its limits and signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from quality.statistics.control import BASELINE, Control, Count, frozen_limits, pooled
from quality.statistics.runs import SMALLEST_SERIES, Runs, runs


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """`value` None: nothing to show in this period (hidden, or nothing counted): a gap, never a zero."""

    label: str
    value: float | None
    size: float | None = None
    limits: Control | None = None

    @property
    def is_signal(self) -> bool:
        return self.limits is not None and self.value is not None and self.limits.is_outside(self.value)


@dataclass(frozen=True, slots=True)
class Series:
    """In the order of time. `centre` is frozen over the first twelve points, or the median while there are fewer."""

    points: tuple[SeriesPoint, ...]
    centre: float | None
    runs: Runs

    @property
    def shown(self) -> tuple[SeriesPoint, ...]:
        return tuple(point for point in self.points if point.value is not None)

    @property
    def is_long_enough(self) -> bool:
        """For signals: with twelve points or fewer a run chart says nothing."""
        return len(self.shown) >= SMALLEST_SERIES

    @property
    def outside(self) -> tuple[SeriesPoint, ...]:
        return tuple(point for point in self.points if point.is_signal)


def counted_series(counts: Sequence[tuple[str, Count | None]], *, is_share: bool) -> Series:
    """Of shares or rates with their sizes; None where a period has nothing to show."""
    known = [count for _label, count in counts if count is not None]
    if len(known) < SMALLEST_SERIES:
        return measured_series([(label, None if count is None else count.value) for label, count in counts])
    centre = pooled(known[:BASELINE])
    limits = iter(frozen_limits(known, is_share=is_share) or ())
    points = tuple(
        SeriesPoint(label, None) if count is None else SeriesPoint(label, count.value, count.size, next(limits))
        for label, count in counts
    )
    return Series(points, centre, runs([count.value for count in known], centre))


def measured_series(values: Sequence[tuple[str, float | None]]) -> Series:
    """Of medians and other single figures: their own middle, no limits."""
    known = [value for _label, value in values if value is not None]
    centre = median(known[:BASELINE]) if known else None
    points = tuple(SeriesPoint(label, value) for label, value in values)
    return Series(points, centre, runs(known, centre if centre is not None else 0.0))
