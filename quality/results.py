"""One result per provider and run, and what the funnel and the small-number rule take of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quality.definitions import Counting, Indicator, Kind
from quality.statistics.intervals import Interval
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
    return [_cell(indicator, one) for one in results]


def _cell(indicator: Indicator, result: Result) -> Cell:
    """Of a rate the events speak of persons, its days of none; what a provider says of itself in one row has its
    persons in the denominator."""
    if indicator.kind is Kind.PROPORTION:
        return Cell(result.provider, round(result.numerator), round(result.denominator), _persons(indicator, result))
    if indicator.kind is Kind.RATE:
        return Cell(result.provider, round(result.numerator), None)
    persons = round(result.denominator) if indicator.kind is Kind.RATIO else result.persons
    return Cell(result.provider, round(result.numerator), None, persons)


def _persons(indicator: Indicator, result: Result) -> int | None:
    """None where the counted rows are the persons."""
    return result.persons if indicator.counting is Counting.EVENTS else None
