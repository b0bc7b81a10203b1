"""From results to what the score may use: raw is shown, shrunken is paid, unreliable is neutral."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from quality.definitions import Indicator, Kind
from quality.results import Result, cells, comparable
from quality.scoring.arithmetic import Item, Number, scored_value
from quality.statistics.funnel import Funnel, funnel
from quality.statistics.scales import Proportion, Ratio
from quality.statistics.shrinkage import Shrunken, shrink_proportions, shrink_ratios
from quality.suppression import Reason, is_small


@dataclass(frozen=True, slots=True)
class Compared:
    """One provider's value in the indicator's unit: `raw` to show, `used` to score; None with a `reason`.

    Where cases are too few, `used` is the mean of the `peers`: neutral, and not reportable. `is_own`: the value used is
    its own, so that it may have improved.
    """

    provider: str
    raw: Decimal | None
    used: Decimal | None
    shrunken: float | None
    reliability: float | None
    reason: Reason | None
    peers: Decimal | None = None
    lower_95: Decimal | None = None
    upper_95: Decimal | None = None
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class Comparison:
    """All providers of one indicator and period; `funnel` is None for kinds without one or with nobody to compare.

    `hidden`: providers whose figure only the fund sees, because few persons stand behind it or behind another's.
    """

    indicator: Indicator
    funnel: Funnel | None
    shrunken: Shrunken | None
    compared: tuple[Compared, ...]
    hidden: frozenset[str] = frozenset()

    def of(self, provider: str) -> Compared | None:
        return next((one for one in self.compared if one.provider == provider), None)

    def item(self, provider: str, weight: Number | None = None, last_year: Decimal | None = None) -> Item:
        """The line of a provider's score; pass weight 0 where a contract KPI carries the money already."""
        found = self.of(provider)
        reason = Reason.NO_DENOMINATOR if found is None else found.reason
        return Item(
            self.indicator.id,
            self.indicator.weight if weight is None else weight,
            self.indicator.floor,
            self.indicator.target,
            found.used if found else None,
            reason or "",
            last_year if found is not None and found.is_own else None,
            found is not None and found.raw is not None,
        )


def compare(indicator: Indicator, results: Sequence[Result]) -> Comparison:
    """Funnel, shrinkage and the value to score, from the results of one run."""
    measures = comparable(indicator, results)
    enough = {one.provider for one in results if one.value is not None}
    shrunken = _shrunken([one for one in measures if one.provider in enough])
    minimum = indicator.minimum
    if indicator.is_minimum_of_cases:  # the funnel knows expected events only
        measures, minimum = [one for one in measures if one.provider in enough], 0
    picture = funnel(measures, direction=indicator.direction, minimum=minimum, threshold=indicator.threshold)
    hidden = _hidden(indicator, picture, [one for one in results if one.value is not None])
    compared = tuple(_compared(indicator, one, shrunken) for one in results)
    return Comparison(indicator, picture, shrunken, compared, hidden)


def _hidden(indicator: Indicator, picture: Funnel | None, results: Sequence[Result]) -> frozenset[str]:
    """A funnel shows its centre, so that others hide with a small one; other kinds show no total."""
    if picture is not None:
        return frozenset(point.provider for point in picture.points if point.reason is Reason.SUPPRESSED)
    return frozenset(cell.key for cell in cells(indicator, results) if is_small(cell, indicator.threshold))


def _shrunken(measures: Sequence[Proportion | Ratio]) -> Shrunken | None:
    shares = [one for one in measures if isinstance(one, Proportion)]
    return shrink_proportions(shares) if shares else shrink_ratios([one for one in measures if isinstance(one, Ratio)])


def _compared(indicator: Indicator, result: Result, shrunken: Shrunken | None) -> Compared:
    peers = indicator.in_units(shrunken.mean) if shrunken else None
    if result.value is None:
        stand_in = peers if result.reason is Reason.INSUFFICIENT else None
        return Compared(result.provider, None, stand_in, None, None, result.reason, peers, is_own=False)
    raw, limits = indicator.in_units(result.value), _limits(indicator, result)
    estimate = shrunken.of(result.provider) if shrunken else None
    if peers is None or estimate is None:  # medians and minutes have no shrinkage: the raw value is used
        return Compared(result.provider, raw, raw, None, None, None, None, *limits)
    own = indicator.in_units(estimate.value)
    used = scored_value(own, is_reliable=estimate.is_reliable, peer_mean=peers)
    if indicator.kind is Kind.RATIO_OE and limits[0] is not None and limits[0] <= 1:
        used = min(used, Decimal(1))  # more than expected costs only where chance does not explain it
    is_own = estimate.is_reliable and used == own
    return Compared(
        result.provider, raw, used, estimate.value, estimate.reliability, None, peers, *limits, is_own=is_own
    )


def _limits(indicator: Indicator, result: Result) -> tuple[Decimal | None, Decimal | None]:
    if result.interval is None:
        return None, None
    return indicator.in_units(result.interval.lower), indicator.in_units(result.interval.upper)
