"""Published rules that call a price abnormally low, from all admissible prices of a lot. They flag, people decide.

Numbers are per cent and come from the tender; `budget` is the published ceiling. Source: procurement note section 10.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from math import ceil
from typing import Any, Final

from core.errors import InputErrors
from core.words import _l
from procurement.scoring.abnormal import Flag
from procurement.scoring.trace import Number, Trace, figures

Prices = Mapping[str, int]
COUNTS: Final = frozenset({"least"})  # numbers of bids, not per cent


@dataclass(frozen=True, slots=True)
class LowPriceRule:
    """One rule with its published numbers. `is_in_points`: per cent are points of discount on the budget."""

    code: str
    numbers: Mapping[str, Decimal]
    is_in_points: bool = False

    def __post_init__(self) -> None:
        expected = NUMBERS.get(self.code)
        if expected is None:
            raise InputErrors.at("low_price", _l("This rule for low prices is not known."), self.code)
        if set(self.numbers) != set(expected) or not all(map(_is_number, self.numbers.items())):
            names = ", ".join(f"{name} {value}" for name, value in self.numbers.items())
            raise InputErrors.at("low_price", _l("Each number of the rule lies above 0 and under 100."), names)
        if self.is_in_points and self.code != "es_art85":
            raise InputErrors.at("low_price", _l("This rule does not count in points of discount."), self.code)

    def share(self, name: str) -> Fraction:
        return Fraction(self.numbers[name]) / 100

    def to_json(self) -> dict[str, Any]:
        numbers = {name: f"{value:f}" for name, value in self.numbers.items()}
        return {"code": self.code, "numbers": numbers, "is_in_points": self.is_in_points}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LowPriceRule:
        numbers = {name: Decimal(value) for name, value in data["numbers"].items()}
        return cls(data["code"], numbers, bool(data["is_in_points"]))


def flags(rule: LowPriceRule, prices: Prices, budget: int) -> dict[str, Flag]:
    """Bids that the rule asks about, in minor units; the order of `prices` changes nothing."""
    return RULES[rule.code](rule, prices, budget) if prices else {}


def _ua_prozorro(rule: LowPriceRule, prices: Prices, _budget: int) -> dict[str, Flag]:
    """Far under the mean of the others, or under the next price; alone, a bid is not flagged."""
    found = {}
    for bid, price in prices.items():
        others = [other for name, other in prices.items() if name != bid]
        above = min((other for other in others if other >= price), default=None)
        if others and (flag := against_others(rule, price, others, above)):
            found[bid] = flag
    return found


def against_others(rule: LowPriceRule, price: int, others: Sequence[int], next_price: int | None) -> Flag | None:
    """Prozorro's rule for one price; `others` are not empty."""
    mean = Fraction(sum(others), len(others))
    below_mean = 1 - price / mean if mean else Fraction(0)
    below_next = 1 - Fraction(price, next_price) if next_price else Fraction(0)
    if below_mean < rule.share("others") and below_next < rule.share("next"):
        return None
    return _flag(rule, price, mean=mean, below_mean=below_mean * 100, next_price=next_price,
                 below_next=below_next * 100)  # fmt: skip


def _es_art85(rule: LowPriceRule, prices: Prices, budget: int) -> dict[str, Flag]:
    """Spain, RD 1098/2001 art. 85: alone against the budget, two against each other, more against their mean."""
    amounts, count = sorted(prices.values()), len(prices)
    against_budget = budget * (1 - rule.share("budget"))
    if count == 1:
        return _under(rule, prices, budget * (1 - rule.share("alone")), budget=budget, count=count)
    if count == 2:
        other = Fraction(amounts[1])
        return _under(rule, prices, other - _margin(rule, "pair", other, budget), other=other, count=count)
    mean = _mean_without_high(rule, amounts, budget)
    threshold = mean - _margin(rule, "mean", mean, budget)
    if count == 3:
        threshold = max(threshold, against_budget)
    return _under(rule, prices, threshold, mean=mean, budget=budget, count=count)


def _mean_without_high(rule: LowPriceRule, amounts: Sequence[int], budget: int) -> Fraction:
    """The mean, without prices too far above it: of three the highest alone; never of fewer than the three lowest."""
    mean = _mean(amounts)
    kept = [amount for amount in amounts if amount <= mean + _margin(rule, "mean", mean, budget)]
    least = 2 if len(amounts) == 3 else 3
    return _mean(kept if len(kept) >= least else amounts[:least])


def _margin(rule: LowPriceRule, name: str, base: Fraction, budget: int) -> Fraction:
    return rule.share(name) * (budget if rule.is_in_points else base)


def _trimmed_mean(rule: LowPriceRule, prices: Prices, budget: int) -> dict[str, Flag]:
    """Italy, D.lgs 36/2023 II.2 A: the mean discount without the wings, plus the mean deviation above it."""
    if len(prices) < rule.numbers["least"]:
        return {}
    discounts = {bid: 100 * Fraction(budget - price, budget) for bid, price in prices.items()}
    kept = _without_wings(list(discounts.values()), ceil(len(prices) * rule.share("wing")))
    if not kept:
        return {}
    mean = _mean(kept)
    above = [discount - mean for discount in kept if discount > mean]
    deviation = _mean(above) if above else Fraction(0)
    return {
        bid: _flag(rule, prices[bid], discount=discount, mean_discount=mean, deviation=deviation,
                   limit=mean + deviation, count=len(prices))
        for bid, discount in discounts.items()
        if discount >= mean + deviation
    }  # fmt: skip


def _without_wings(discounts: Sequence[Fraction], wing: int) -> list[Fraction]:
    """Equal discounts are one block: they are counted once and go, or stay, together."""
    blocks = sorted(set(discounts))[wing:-wing]
    return list(chain.from_iterable([block] * discounts.count(block) for block in blocks))


def _bg_20(rule: LowPriceRule, prices: Prices, _budget: int) -> dict[str, Flag]:
    """Bulgaria, ZOP art. 72: under the mean of the others; with fewer bids the duty to check stays with people."""
    if len(prices) < rule.numbers["least"]:
        return {}
    total = sum(prices.values())
    found: dict[str, Flag] = {}
    for bid, price in prices.items():
        mean = Fraction(total - price, len(prices) - 1)
        found |= _under(rule, {bid: price}, mean * (1 - rule.share("others")), mean=mean, count=len(prices))
    return found


def _pl_30(rule: LowPriceRule, prices: Prices, budget: int) -> dict[str, Flag]:
    """Poland, Pzp art. 224: so far under the estimate, or under the mean of all prices; equal is far enough."""
    mean = _mean(list(prices.values()))
    threshold = max(mean, Fraction(budget)) * (1 - rule.share("all"))
    return {
        bid: _flag(rule, price, threshold=threshold, mean=mean, budget=budget, count=len(prices))
        for bid, price in prices.items()
        if price <= threshold
    }


RULES: Final[dict[str, Callable[[LowPriceRule, Prices, int], dict[str, Flag]]]] = {
    "ua_prozorro": _ua_prozorro,
    "es_art85": _es_art85,
    "trimmed_mean": _trimmed_mean,
    "bg_20": _bg_20,
    "pl_30": _pl_30,
}
NAMES: Final[dict[str, Any]] = {
    "ua_prozorro": _l("Prozorro’s rule"),
    "es_art85": _l("Spain, RD 1098/2001, art. 85"),
    "trimmed_mean": _l("Italy, trimmed mean (D.lgs 36/2023, II.2 A)"),
    "bg_20": _l("Bulgaria, ZOP, art. 72"),
    "pl_30": _l("Poland, Pzp, art. 224"),
}
NUMBERS: Final[dict[str, tuple[str, ...]]] = {
    "ua_prozorro": ("others", "next"),
    "es_art85": ("alone", "pair", "mean", "budget"),
    "trimmed_mean": ("least", "wing"),
    "bg_20": ("others", "least"),
    "pl_30": ("all",),
}


def _under(rule: LowPriceRule, prices: Prices, threshold: Fraction, **found: Number) -> dict[str, Flag]:
    return {bid: _flag(rule, price, threshold=threshold, **found) for bid, price in prices.items() if price < threshold}


def _flag(rule: LowPriceRule, price: int, **found: Number | None) -> Flag:
    return Flag(
        rule.code,
        Trace(
            rule.code,
            figures(price=price, **{f"rule_{name}": value for name, value in rule.numbers.items()}),
            figures(**found),
        ),
    )


def _mean(amounts: Sequence[int] | Sequence[Fraction]) -> Fraction:
    return Fraction(sum(amounts), len(amounts))


def _is_number(pair: tuple[str, Decimal]) -> bool:
    name, value = pair
    return value.is_finite() and 0 < value < 100 and (name not in COUNTS or (value >= 2 and value == int(value)))
