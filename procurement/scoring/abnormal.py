"""Prices too low to pay the work, and prices of zero: flagged always. Nothing here rejects a bid."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.errors import InputErrors, Problem
from core.words import _l
from procurement.scoring.trace import Trace, figures


@dataclass(frozen=True, slots=True)
class Flag:
    """A reason to ask the bidder for an explanation. `detector` is an id of `formulas.FORMULA_TEXTS`."""

    detector: str
    trace: Trace


@dataclass(frozen=True, slots=True)
class LabourFloor:
    """What an hour must cost if the agreed wage is paid. Amounts in minor units, rates as shares of 1.

    Source: procurement note section 10, floor = wage·(1+contributions)/(1−unproductive) + travel + overhead.
    """

    wage: Decimal
    contributions: Decimal
    unproductive: Decimal
    travel: Decimal = Decimal(0)
    overhead: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        amounts = {name: getattr(self, name) for name in self.__slots__}
        problems = [
            Problem(name, _l("This must be zero or more."), str(amount))
            for name, amount in amounts.items()
            if not amount.is_finite() or amount < 0
        ]
        if self.unproductive.is_finite() and self.unproductive >= 1:
            problems.append(Problem("unproductive", _l("Some time must be productive."), str(self.unproductive)))
        if problems:
            raise InputErrors(problems)

    def per_unit(self) -> Fraction:
        """Exact minor units per unit."""
        paid = Fraction(self.wage) * (1 + Fraction(self.contributions)) / (1 - Fraction(self.unproductive))
        return paid + Fraction(self.travel) + Fraction(self.overhead)

    def flag(self, price: int, units: Decimal = Decimal(1)) -> Flag | None:
        """A flag if `price` (minor units) for `units` lies under the floor; equal is not under."""
        if not units.is_finite() or units <= 0:
            raise InputErrors.at("units", _l("The volume must be above zero."), units)
        per_unit, floor = Fraction(price) / Fraction(units), self.per_unit()
        if per_unit >= floor:
            return None
        inputs = figures(price=price, units=units, **{name: getattr(self, name) for name in self.__slots__})
        return Flag("labour_floor", Trace("labour_floor", inputs, figures(per_unit=per_unit, floor=floor)))


def zero_price(price: int) -> Flag | None:
    """A price of zero is not rejected by itself (CJEU C-367/19); it is explained."""
    return Flag("zero_price", Trace("zero_price", figures(price=price), ())) if price == 0 else None
