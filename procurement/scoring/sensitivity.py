"""How firm a ranking is: would the winner still win if the price weighed five points more, or less?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

STEP: Final = Decimal(5)


@dataclass(frozen=True, slots=True)
class Shift:
    """With the price at `weight` of 100, `winner` would win."""

    weight: Decimal
    winner: str


def sensitivity(
    weight: Decimal, prices: Mapping[str, Decimal], others: Mapping[str, Decimal], equals: Sequence[str] = ()
) -> list[Shift]:
    """Weights of the price under which somebody else wins, five points up and down; empty: stable.

    `prices` and `others` are points as printed; both are stretched to the shifted weights, exactly. `equals` is the
    order among equals.
    """
    first = _winner(Fraction(1), Fraction(1), prices, others, equals)
    found = []
    for shifted in (weight - STEP, weight + STEP):
        if 0 < shifted < 100 and 0 < weight < 100:
            price, rest = Fraction(shifted) / Fraction(weight), Fraction(100 - shifted) / Fraction(100 - weight)
            if (winner := _winner(price, rest, prices, others, equals)) != first:
                found.append(Shift(shifted, winner))
    return found


def _winner(
    price: Fraction, rest: Fraction, prices: Mapping[str, Decimal], others: Mapping[str, Decimal], equals: Sequence[str]
) -> str:
    places = {bid: place for place, bid in enumerate(equals)}
    totals = {bid: price * Fraction(prices[bid]) + rest * Fraction(others[bid]) for bid in prices}
    return min(totals, key=lambda bid: (-totals[bid], places.get(bid, len(places)), bid))
