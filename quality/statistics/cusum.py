"""CUSUM for safety events: the evidence, case by case, that the odds of harm have risen."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import NamedTuple

ODDS_RATIO = 2.0
SIGNAL_AT = 3.5


class Step(NamedTuple):
    """What one more case adds to the sum."""

    event: float
    no_event: float


def worse_rate(rate: float, odds_ratio: float = ODDS_RATIO) -> float:
    """The rate when the odds are `odds_ratio` times as high."""
    odds = odds_ratio * rate / (1 - rate)
    return odds / (1 + odds)


def cusum_step(rate: float, odds_ratio: float = ODDS_RATIO) -> Step:
    """Log-likelihood steps of a case with this expected rate, between 0 and 1."""
    worse = worse_rate(rate, odds_ratio)
    return Step(log(worse / rate), log((1 - worse) / (1 - rate)))


def cusum(events: Sequence[bool], rates: float | Sequence[float], odds_ratio: float = ODDS_RATIO) -> list[float]:
    """The running sum after each case, never below 0; risk-adjusted when each case has a rate of its own."""
    own = [rates] * len(events) if isinstance(rates, float) else rates
    total, path = 0.0, []
    for event, rate in zip(events, own, strict=True):
        step = cusum_step(rate, odds_ratio)
        total = max(0.0, total + (step.event if event else step.no_event))
        path.append(total)
    return path


def first_signal(path: Sequence[float]) -> int | None:
    """The place of the case at which the sum reached its limit."""
    return next((place for place, total in enumerate(path) if total >= SIGNAL_AT), None)


def daily_sums(days: Sequence[tuple[float, float]], step: Step) -> list[float]:
    """The sum after each day of (cases, events) that all have the same rate; a day's events come last."""
    total, path = 0.0, []
    for cases, events in days:
        total = max(0.0, total + max(0.0, cases - events) * step.no_event) + events * step.event
        path.append(total)
    return path
