"""What the fund's plan says of choosing between bids: rules for low prices, and bounds on weights. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from core.errors import InputErrors, Problem
from core.words import _l
from procurement.scoring.low_price import LowPriceRule
from procurement.scoring.ranking import Criterion
from procurement.scoring.record import RECORD

BLOCKS: Final[dict[str, Any]] = {
    "price": _l("price"),
    "quality": _l("quality"),
    "social": _l("social criteria"),
    RECORD: _l("the record of bidders"),
}
THEN: Final = ("off", "warn", "refuse")


@dataclass(frozen=True, slots=True)
class LowPrices:
    """Rules by code with the plan's numbers; `at_first` begin a new draft."""

    rules: Mapping[str, LowPriceRule] = field(default_factory=dict)
    at_first: tuple[LowPriceRule, ...] = ()


@dataclass(frozen=True, slots=True)
class WeightBound:
    """A block of criteria has at `least` and at `most` so many points of 100; `then` is off, warn or refuse."""

    block: str
    then: str
    least: Decimal | None = None
    most: Decimal | None = None

    def is_kept(self, criteria: Iterable[Criterion]) -> bool:
        points = sum((row.weight for row in criteria if row.block == self.block), Decimal(0))
        return (self.least is None or points >= self.least) and (self.most is None or points <= self.most)

    @property
    def text(self) -> Any:
        """The bound in words."""
        block = BLOCKS[self.block]
        if self.least is None:
            return _l("The weight of %(block)s is at most %(most)s of 100.", block=block, most=self.most)
        if self.most is None:
            return _l("The weight of %(block)s is at least %(least)s of 100.", block=block, least=self.least)
        return _l("The weight of %(block)s lies between %(least)s and %(most)s of 100.",
                  block=block, least=self.least, most=self.most)  # fmt: skip


def read_low_prices(raw: Mapping[str, Any]) -> LowPrices:
    """`[low_price]` of the plan; names the rule that is wrong."""
    rules = {}
    for code, row in raw.items():
        if code != "at_first":
            numbers = {name: _number(value, f"low_price.{code}.{name}") for name, value in row.items()}
            rules[code] = LowPriceRule(code, numbers)
    first = list(raw.get("at_first", ()))
    if unknown := [code for code in first if code not in rules]:
        raise InputErrors.at("low_price.at_first", _l("This rule is not in the plan."), unknown[0])
    return LowPrices(rules, tuple(rules[code] for code in first))


def read_bounds(raw: Mapping[str, Any]) -> tuple[WeightBound, ...]:
    """`[weights]` of the plan; names the row that is wrong."""
    return tuple(_bound(row, f"weights.{name}") for name, row in raw.items())


def record_problems(criteria: Iterable[Criterion], bounds: Iterable[WeightBound]) -> Iterable[Problem]:
    """The record of bidders counts once, has no least points, and never weighs more than the plan in force lets it."""
    rows = [row for row in criteria if row.block == RECORD]
    if not rows:
        return
    limits = [bound for bound in bounds if bound.block == RECORD and bound.then == "refuse" and bound.most is not None]
    if not limits:
        yield Problem("weights", _l("The plan in force does not say how much the record of bidders may weigh."))
    yield from (Problem("weights", limit.text) for limit in limits if not limit.is_kept(rows))
    if len(rows) > 1:
        yield Problem("criteria", _l("The record of bidders is one criterion."))
    if any(row.minimum is not None for row in rows):
        yield Problem("criteria", _l("The record of bidders has no least points: who is new has no record."))


def _bound(row: Mapping[str, Any], where: str) -> WeightBound:
    least, most = (_number(row[name], f"{where}.{name}") if name in row else None for name in ("least", "most"))
    if row.get("block") not in BLOCKS or row.get("then") not in THEN or (least is None and most is None):
        message = _l("Say which block, at least or at most how many points, and then: off, warn or refuse.")
        raise InputErrors.at(where, message, str(dict(row)))
    return WeightBound(row["block"], row["then"], least, most)


def _number(value: object, where: str) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise InputErrors.at(where, _l("This is not a number."), value) from None
