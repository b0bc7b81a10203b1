"""One provider through time: a run chart, and from thirteen points on its limits and signals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import nextafter
from statistics import fmean, median

from quality.statistics.control import (
    BASELINE,
    Control,
    Count,
    frozen_limits,
    individual_limits,
    pooled,
    rare_limits,
    rate_limits,
)
from quality.statistics.runs import SMALLEST_SERIES, Runs, runs

NO_RUNS = Runs(0, 0, 0, is_long_run=False, is_few_crossings=False)


class Chart(StrEnum):
    """By what a series is judged, with the field's letter: what is counted decides it."""

    RUN = "run"  # too short, or of windows that overlap: nothing is judged
    SHARES = "p"
    RATES = "u"
    COUNTS = "c"  # events of stretches of the same length
    SINGLE = "i"  # medians, means
    BETWEEN = "t"  # days between rare events
    EVIDENCE = "cusum"


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
    """In the order of time. `centre` is frozen over the first twelve points, or the median while there are fewer.

    `signalled_on`: the day on which the evidence of harm reached `signal_at`.
    """

    points: tuple[SeriesPoint, ...]
    centre: float | None
    runs: Runs
    chart: Chart = Chart.RUN
    signal_at: float = 0.0
    signalled_on: dt.date | None = None

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

    @property
    def is_signal(self) -> bool:
        return bool(self.outside) or self.runs.is_signal


Values = Sequence[tuple[str, float | None]]


def counted_series(counts: Sequence[tuple[str, Count | None]], *, is_share: bool) -> Series:
    """Of shares or rates with their sizes; None where a period has nothing to show."""
    known = [count for _label, count in counts if count is not None]
    if len(known) < SMALLEST_SERIES:
        return run_chart([(label, None if count is None else count.value) for label, count in counts])
    centre = pooled(known[:BASELINE])
    limits = iter(frozen_limits(known, is_share=is_share) or ())
    points = tuple(
        SeriesPoint(label, None) if count is None else SeriesPoint(label, count.value, count.size, next(limits))
        for label, count in counts
    )
    chart = Chart.SHARES if is_share else Chart.RATES
    return Series(points, centre, runs([count.value for count in known], centre), chart)


def measured_series(values: Values) -> Series:
    """Of medians and other single figures, none of which is below 0."""
    return _judged(values, Chart.SINGLE, lambda first: _above_zero(individual_limits(first)))


def count_series(values: Values) -> Series:
    """Of events in stretches of the same length."""
    return _judged(values, Chart.COUNTS, lambda first: rate_limits(fmean(first), 1.0))


def between_series(values: Values) -> Series:
    """Of the days between rare events, each named by the event that ends them."""
    return _judged(values, Chart.BETWEEN, rare_limits)


def evidence_series(values: Values, signal_at: float, signalled_on: dt.date | None) -> Series:
    """Of sums that signal where they reach their limit: the limit itself is a signal."""
    limits = Control(0.0, 0.0, nextafter(signal_at, 0.0))
    points = tuple(SeriesPoint(label, value, limits=limits) for label, value in values)
    return Series(points, None, NO_RUNS, Chart.EVIDENCE, signal_at, signalled_on)


def run_chart(values: Values) -> Series:
    """About its own middle, without limits and signals."""
    known = [value for _label, value in values if value is not None]
    points = tuple(SeriesPoint(label, value) for label, value in values)
    return Series(points, median(known[:BASELINE]) if known else None, NO_RUNS)


def _judged(values: Values, chart: Chart, limits_of: Callable[[Sequence[float]], Control]) -> Series:
    """All points by the limits of the first twelve."""
    known = [value for _label, value in values if value is not None]
    if len(known) < SMALLEST_SERIES:
        return run_chart(values)
    limits = limits_of(known[:BASELINE])
    points = tuple(SeriesPoint(label, value, limits=None if value is None else limits) for label, value in values)
    return Series(points, limits.centre, runs(known, limits.centre), chart)


def _above_zero(limits: Control) -> Control:
    return limits._replace(lower=max(0.0, limits.lower))
