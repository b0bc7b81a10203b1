"""What an organisation is asked about itself, as the plan has it: figures it states, and shares that follow. Pure.

Counts, shares and numbers are Decimals; money is an integer of minor units.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from core.tables.computed import add_months
from core.words import _l

Figure = Decimal | int
ONE: Final = dt.timedelta(days=1)
HUNDREDTH: Final = Decimal("0.01")
KINDS: Final = ("count", "share", "number", "money", "yes_no")
PERIODS: Final[dict[str, Any]] = {
    "day": _l("on a day"),
    "quarter": _l("over three months"),
    "year": _l("over twelve months"),
}
MONTHS: Final = {"day": 0, "quarter": 3, "year": 12}
GROUPS: Final[dict[str, Any]] = {
    "staff": _l("Who works there"),
    "pay": _l("What is paid"),
    "governance": _l("Who decides"),
}
OCCASIONS: Final = ("accreditation", "renewal")


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that is stated. `periods`: the usual one first; `months`: so long it is good; `most` in its unit,
    `least_each` and `most_each` in the currency for each of `each` and month; `tolerance` in per cent; `criterion` and
    `returned` name who else asks for it."""

    code: str
    name: str
    group: str
    kind: str
    unit: str
    periods: tuple[str, ...]
    evidence: str
    months: int
    basis: str
    part_of: str = ""
    most: int | None = None
    each: str = ""
    least_each: int = 0
    most_each: int = 0
    tolerance: int = 0
    asked_for: frozenset[str] = frozenset()
    criterion: str = ""
    returned: str = ""
    is_whole: bool = False
    is_special: bool = False

    def is_good_on(self, said_of: dt.date, day: dt.date) -> bool:
        """Whether a statement about `said_of` still answers the question on `day`."""
        return said_of <= day < add_months(said_of, self.months) + ONE

    def differ(self, one: Figure, other: Figure) -> bool:
        """Whether two statements of one day lie further apart than is tolerated, measured on the larger."""
        first, second = Decimal(one), Decimal(other)
        return abs(first - second) * 100 > max(first, second) * self.tolerance


@dataclass(frozen=True, slots=True)
class Share:
    """What follows from two figures of the same period."""

    code: str
    name: str
    part: str
    whole: str
    period: str
    unit: str = "%"
    times: int = 100
    is_rest: bool = False
    criterion: str = ""
    returned: str = ""

    def of(self, part: Figure, whole: Figure) -> Decimal | None:
        """Two decimals, half up; None where there is nothing to divide by."""
        if not whole:
            return None
        counted = whole - part if self.is_rest else part
        return (self.times * Decimal(counted) / Decimal(whole)).quantize(HUNDREDTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """In the order of the plan. `smallest`: special figures below it are told to few."""

    facts: Mapping[str, Fact]
    shares: Mapping[str, Share]
    smallest: int

    def asked_for(self, occasion: str) -> list[Fact]:
        return [row for row in self.facts.values() if occasion in row.asked_for]

    def of_criterion(self, code: str) -> Fact | Share | None:
        """What the register says about a criterion of the social catalogue."""
        return next((row for row in self._all() if code and row.criterion == code), None)

    def returned(self) -> list[Fact | Share]:
        """What the quality regulation asks as a return."""
        return [row for row in self._all() if row.returned]

    def _all(self) -> tuple[Fact | Share, ...]:
        return (*self.facts.values(), *self.shares.values())

    def needed(self, codes: Iterable[str]) -> list[str]:
        """Stated figures behind these codes; unknown ones have none."""
        found: dict[str, None] = {}
        for code in codes:
            share = self.shares.get(code)
            found |= dict.fromkeys((share.part, share.whole) if share else (code,))
        return [code for code in found if code in self.facts]


def first_day(period: str, last: dt.date) -> dt.date:
    """Of the period that ends on `last`."""
    return add_months(last, -MONTHS[period]) + ONE if MONTHS[period] else last
