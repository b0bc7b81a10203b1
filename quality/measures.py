"""From case rows to one result per provider: a pure function per kind of indicator.

A result is a roll-up of its rows, so that a provider who downloads them finds the same sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import fsum
from statistics import median

from quality.cases import Case, check
from quality.definitions import Counting, Indicator, Kind
from quality.statistics.intervals import (
    EXACT_BELOW,
    LEVEL_998,
    Interval,
    jackknife,
    median_interval,
    per_exposure,
    wilson,
)
from quality.statistics.scales import Proportion, Ratio
from quality.suppression import Cell, Reason


@dataclass(frozen=True, slots=True)
class Result:
    """`value` is raw (share, rate, ratio); null always has a `reason`. `persons` stand behind the denominator."""

    provider: str
    initial: int
    excluded: int
    excepted: int
    numerator: float
    denominator: float
    persons: int
    value: float | None
    interval: Interval | None
    interval_998: Interval | None
    method: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    numerator: float
    denominator: float
    value: float | None
    interval: Interval | None
    interval_998: Interval | None
    method: str


def measure(indicator: Indicator, cases: Iterable[Case]) -> tuple[Result, ...]:
    """Results in provider order. Raises RunRejected before anything is counted."""
    by_provider: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        check(case, indicator.kind)
        by_provider[case.provider].append(case)
    return tuple(_result(indicator, provider, by_provider[provider]) for provider in sorted(by_provider))


def comparable(indicator: Indicator, results: Sequence[Result]) -> list[Proportion | Ratio]:
    """What the funnel and shrinkage take; empty for kinds that have no funnel (medians, minutes, rates)."""
    if indicator.kind is Kind.PROPORTION:
        return [
            Proportion(r.provider, round(r.numerator), round(r.denominator), _persons(indicator, r)) for r in results
        ]
    if indicator.kind is Kind.RATIO_OE:
        return [Ratio(r.provider, round(r.numerator), r.denominator, r.persons) for r in results]
    return []


def cells(indicator: Indicator, results: Sequence[Result]) -> list[Cell]:
    """What the small-number rule looks at, for every kind; pass to suppression.protect with the threshold."""
    if indicator.kind is Kind.PROPORTION:
        return [Cell(r.provider, round(r.numerator), round(r.denominator), _persons(indicator, r)) for r in results]
    return [Cell(r.provider, round(r.numerator), None, r.persons) for r in results]


def _persons(indicator: Indicator, result: Result) -> int | None:
    """None where the counted rows are the persons."""
    return result.persons if indicator.counting is Counting.EVENTS else None


def _result(indicator: Indicator, provider: str, cases: Sequence[Case]) -> Result:
    counted = [case for case in cases if case.counts]
    found = KINDS[indicator.kind](counted, indicator.is_clustered)
    reason = None
    if found.value is None:
        reason = Reason.NO_DENOMINATOR
    elif found.denominator < indicator.minimum:
        reason = Reason.INSUFFICIENT
    return Result(
        provider=provider,
        initial=sum(case.is_initial for case in cases),
        excluded=sum(case.is_denominator and bool(case.exclusion) for case in cases),
        excepted=sum(case.is_denominator and not case.exclusion and not case.counts for case in cases),
        numerator=found.numerator,
        denominator=found.denominator,
        persons=len({case.subject for case in counted}),
        value=None if reason else found.value,
        interval=None if reason else found.interval,
        interval_998=None if reason else found.interval_998,
        method=found.method,
        reason=reason,
    )


def proportion(cases: Sequence[Case], is_clustered: bool) -> Measured:
    """Rows in the numerator over rows that count."""
    met, total = sum(case.is_numerator for case in cases), len(cases)
    if total == 0:
        return Measured(0, 0, None, None, None, "wilson")
    if is_clustered:
        clustered = _clustered([replace(case, quantity=1, met=case.is_numerator) for case in cases])
        # where every member is alike there is no spread to learn from, and no interval of width 0 to believe
        if clustered.interval is not None and clustered.interval.lower < clustered.interval.upper:
            return clustered
    return Measured(met, total, met / total, wilson(met, total), wilson(met, total, LEVEL_998), "wilson")


def weighted_proportion(cases: Sequence[Case], is_clustered: bool) -> Measured:  # noqa: ARG001 - always clustered
    """Sum met over sum of quantity, like minutes; its interval leaves out one subject at a time."""
    return _clustered(cases)


def rate(cases: Sequence[Case], is_clustered: bool) -> Measured:  # noqa: ARG001 - one signature for all kinds
    """Rows in the numerator per sum of quantity, like incidents per child-day; exact or Byar."""
    events, exposure = sum(case.is_numerator for case in cases), fsum(case.quantity for case in cases)
    method = "poisson_exact" if events < EXACT_BELOW else "byar"
    if exposure <= 0:
        return Measured(events, exposure, None, None, None, method)
    limits = per_exposure(events, exposure), per_exposure(events, exposure, LEVEL_998)
    return Measured(events, exposure, events / exposure, *limits, method)


def middle(cases: Sequence[Case], is_clustered: bool) -> Measured:  # noqa: ARG001 - one signature for all kinds
    """Median of `met`; interval by order statistics. Numerator is not a sum here and stays 0."""
    values = [case.met for case in cases]
    if not values:
        return Measured(0, 0, None, None, None, "order_statistics")
    limits = median_interval(values), median_interval(values, LEVEL_998)
    return Measured(0, len(values), float(median(values)), *limits, "order_statistics")


def _clustered(cases: Sequence[Case]) -> Measured:
    top: dict[str, float] = defaultdict(float)
    bottom: dict[str, float] = defaultdict(float)
    for case in sorted(cases, key=lambda one: (one.subject, one.quantity, one.met)):
        top[case.subject] += case.met
        bottom[case.subject] += case.quantity
    met, total = fsum(top.values()), fsum(bottom.values())
    if total <= 0:
        return Measured(met, total, None, None, None, "jackknife_by_subject")
    pairs = [(top[subject], bottom[subject]) for subject in sorted(bottom)]
    inner, outer = jackknife(pairs), jackknife(pairs, LEVEL_998)
    return Measured(met, total, met / total, inner and inner.interval, outer and outer.interval, "jackknife_by_subject")


KINDS: dict[Kind, Callable[[Sequence[Case], bool], Measured]] = {
    Kind.PROPORTION: proportion,
    Kind.WEIGHTED_PROPORTION: weighted_proportion,
    Kind.RATE: rate,
    Kind.RATIO_OE: rate,
    Kind.MEDIAN: middle,
}
