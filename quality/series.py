"""A provider's figures through time: a point for each period, and where visits are counted for each week."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from flask_babel import format_date

from quality import keeping
from quality.definitions import Counting, Indicator, Kind
from quality.models import IndicatorResult
from quality.periods import parse_period
from quality.queries.series import History
from quality.statistics.control import Count
from quality.statistics.series import Series, counted_series, measured_series, run_chart

SHARES = (Kind.PROPORTION, Kind.WEIGHTED_PROPORTION)
RATES = (Kind.RATE, Kind.RATIO_OE)
WEEK = dt.timedelta(days=7)


class DatedCase(Protocol):
    """What a week needs of a case row."""

    @property
    def is_denominator(self) -> bool: ...
    @property
    def exclusion(self) -> str: ...
    @property
    def is_exception(self) -> bool: ...
    @property
    def is_numerator(self) -> bool: ...
    @property
    def quantity(self) -> float: ...
    @property
    def met(self) -> float: ...
    @property
    def evidence_on(self) -> dt.date | None: ...


def by_period(history: History, provider: str, *, is_public: bool = False) -> Series:
    """`is_public`: without hidden periods, and without windows that overlap.

    Two of those, subtracted from each other, would tell of the few by which they differ. Where they overlap, neighbours
    share records, and no chart may judge them as if each were new.
    """
    chosen = apart(history) if is_public else history
    rows = [(run, results.get(provider)) for run, results in chosen]
    labels = [parse_period(run.period).label for run, _row in rows]
    shown = [row if row and _is_shown(row, is_public) else None for _run, row in rows]
    kind = keeping.definition_of(chosen[-1][0]).kind if chosen else Kind.PROPORTION
    if len(chosen) == len(apart(chosen)) and (kind in SHARES or kind in RATES):
        counts = [Count(row.numerator, row.denominator) if row else None for row in shown]
        return counted_series(list(zip(labels, counts, strict=True)), is_share=kind in SHARES)
    drawn = measured_series if len(chosen) == len(apart(chosen)) else run_chart
    return drawn([(label, row.value if row else None) for label, row in zip(labels, shown, strict=True)])


def apart(history: History) -> History:
    """From the newest backwards, only windows that end before the next one begins."""
    kept: History = []
    for run, results in reversed(history):
        if not kept or run.period_until < kept[-1][0].period_from:
            kept.append((run, results))
    return kept[::-1]


def _is_shown(row: IndicatorResult, is_public: bool) -> bool:
    return row.value is not None and not (is_public and row.is_suppressed)


def has_weeks(indicator: Indicator) -> bool:
    """Visits and days have a date of their own; a person counted once in a period has not."""
    return indicator.kind in SHARES and indicator.counting is Counting.EVENTS


def by_week(indicator: Indicator, cases: Iterable[DatedCase], first: dt.date, last: dt.date) -> Series:
    """Whole weeks from Monday within the days, each named by its Monday; of shares."""
    met: dict[dt.date, float] = defaultdict(float)
    counted: dict[dt.date, float] = defaultdict(float)
    is_weighted = indicator.kind is Kind.WEIGHTED_PROPORTION
    for case in cases:
        if case.evidence_on and counts_in(case):
            monday = case.evidence_on - dt.timedelta(days=case.evidence_on.weekday())
            counted[monday] += case.quantity if is_weighted else 1
            met[monday] += case.met if is_weighted else case.is_numerator
    counts = [Count(met[day], counted[day]) if counted[day] else None for day in mondays(first, last)]
    labels = [format_date(day, "d MMM") for day in mondays(first, last)]
    return counted_series(list(zip(labels, counts, strict=True)), is_share=True)


def counts_in(case: DatedCase) -> bool:
    """In the denominator: `cases.counts`, for a row."""
    is_saved = case.is_exception and not case.is_numerator
    return case.is_denominator and not case.exclusion and not is_saved


def mondays(first: dt.date, last: dt.date) -> list[dt.date]:
    start = first + dt.timedelta(days=-first.weekday() % 7)
    return [start + WEEK * n for n in range(((last - start).days + 1) // 7)]
