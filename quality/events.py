"""Harm event by event: the sum of evidence, the days between, the events of a month; from one provider's case rows.

Days whose records are missing are no days without harm: they are left out, and no stretch across them counts.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from flask_babel import format_date

from quality.definitions import Indicator, Kind
from quality.periods import ONE_DAY, quarter_of
from quality.safety import SafetyTerms
from quality.series import DatedCase, counts_in
from quality.statistics.cusum import cusum_step, daily_sums
from quality.statistics.series import Series, between_series, count_series, evidence_series


class Day(NamedTuple):
    """What one watched day brings: cases, or its part of an exposure, and the harm among them."""

    on: dt.date
    cases: float
    events: float


def days_of(indicator: Indicator, cases: Iterable[DatedCase]) -> list[Day]:
    """Every watched day, in order. The exposure of a rate is known by the quarter, and lies on its days alike."""
    exposure: dict[dt.date, float] = defaultdict(float)
    events: dict[dt.date, float] = defaultdict(float)
    for case in cases:
        if case.evidence_on is None or not counts_in(case):
            continue
        if case.is_numerator:
            events[case.evidence_on] += case.met
        if case.quantity:
            exposure[case.evidence_on] += case.quantity
    if indicator.kind is Kind.RATE:
        exposure = _spread(exposure)
    return [Day(on, exposure[on], events[on]) for on in sorted(exposure)]


def _spread(exposure: dict[dt.date, float]) -> dict[dt.date, float]:
    """Alike over the days of the quarter that ends with the day it is written for."""
    found: dict[dt.date, float] = defaultdict(float)
    for last, size in exposure.items():
        days = (last - quarter_of(last).first).days + 1
        for back in range(days):
            found[last - back * ONE_DAY] += size / days
    return found


def evidence(indicator: Indicator, terms: SafetyTerms, days: Sequence[Day]) -> Series:
    """CUSUM: the highest sum of each week, or month where harm is rare."""
    signal_at = float(terms.signal_at)
    step = cusum_step(float(terms.accepted) / indicator.multiplier, float(terms.odds_ratio))
    sums = daily_sums([(day.cases, day.events) for day in days], step)
    highest: dict[dt.date, float] = {}
    for day, total in zip(days, sums, strict=True):
        start = day.on.replace(day=1) if indicator.kind is Kind.RATE else day.on - day.on.weekday() * ONE_DAY
        highest[start] = max(highest.get(start, 0.0), total)
    signalled = next((day.on for day, total in zip(days, sums, strict=True) if total >= signal_at), None)
    pattern = "MMM y" if indicator.kind is Kind.RATE else "d MMM"
    labelled = [(format_date(start, pattern), total) for start, total in highest.items()]
    return evidence_series(labelled, signal_at, signalled)


def by_month(days: Sequence[Day]) -> Series:
    """c-chart of the events of each month that was watched to its end."""
    watched: dict[dt.date, list[Day]] = defaultdict(list)
    for day in days:
        watched[day.on.replace(day=1)].append(day)
    return count_series(
        [(format_date(first, "MMM y"), sum(day.events for day in row)) for first, row in watched.items()]
    )


def between(days: Sequence[Day]) -> Series:
    """t-chart of the days between one event and the next; two on one day are no days apart."""
    known = {day.on for day in days}
    events = [day.on for day in days for _event in range(round(day.events))]
    gaps = [
        (format_date(after, "d MMM y"), float((after - before).days))
        for before, after in pairwise(events)
        if all(before + n * ONE_DAY in known for n in range((after - before).days))
    ]
    return between_series(gaps)
