"""From results to what the score may use: raw is shown, shrunken is paid, unreliable is neutral."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from quality.definitions import Indicator
from quality.measures import Result, comparable
from quality.score import Item, scored_value
from quality.statistics.funnel import Funnel, funnel
from quality.statistics.scales import Proportion, Ratio
from quality.statistics.shrinkage import Shrunken, shrink_proportions, shrink_ratios
from quality.suppression import Reason


@dataclass(frozen=True, slots=True)
class Compared:
    """One provider's value in the indicator's unit: `raw` to show, `used` to score; both None with a `reason`."""

    provider: str
    raw: Decimal | None
    used: Decimal | None
    shrunken: float | None
    reliability: float | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All providers of one indicator and period; `funnel` is None for kinds without one or with nobody to compare."""

    indicator: Indicator
    funnel: Funnel | None
    shrunken: Shrunken | None
    compared: tuple[Compared, ...]

    def item(self, provider: str, weight: Decimal | None = None) -> Item:
        """The line of a provider's score; pass weight 0 where a contract KPI carries the money already."""
        found = next((one for one in self.compared if one.provider == provider), None)
        reason = Reason.NO_DENOMINATOR if found is None else found.reason
        return Item(
            self.indicator.id,
            self.indicator.weight if weight is None else weight,
            self.indicator.floor,
            self.indicator.target,
            found.used if found else None,
            reason or "",
        )


def compare(indicator: Indicator, results: Sequence[Result]) -> Comparison:
    """Funnel, shrinkage and the value to score, from the results of one run."""
    measures = comparable(indicator, results)
    enough = {one.provider for one in results if one.value is not None}
    shrunken = _shrunken([one for one in measures if one.provider in enough])
    picture = funnel(measures, direction=indicator.direction, minimum=indicator.minimum, threshold=indicator.threshold)
    return Comparison(indicator, picture, shrunken, tuple(_compared(indicator, one, shrunken) for one in results))


def _shrunken(measures: Sequence[Proportion | Ratio]) -> Shrunken | None:
    shares = [one for one in measures if isinstance(one, Proportion)]
    return shrink_proportions(shares) if shares else shrink_ratios([one for one in measures if isinstance(one, Ratio)])


def _compared(indicator: Indicator, result: Result, shrunken: Shrunken | None) -> Compared:
    if result.value is None:
        return Compared(result.provider, None, None, None, None, result.reason)
    raw = indicator.in_units(result.value)
    estimate = shrunken.of(result.provider) if shrunken else None
    if shrunken is None or estimate is None:  # medians and minutes have no shrinkage: the raw value is used
        return Compared(result.provider, raw, raw, None, None, None)
    own, peers = indicator.in_units(estimate.value), indicator.in_units(shrunken.mean)
    used = scored_value(own, is_reliable=estimate.is_reliable, peer_mean=peers)
    return Compared(result.provider, raw, used, estimate.value, estimate.reliability, None)
