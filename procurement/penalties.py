"""What a breach may cost, and how long its three steps last: table `breach` of `plan/procurement.toml`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from core.errors import InputErrors
from core.words import _l


@dataclass(frozen=True, slots=True)
class Clause:
    """`fixed` in minor units, or `share` in per cent of the contract's value; `most`: per cent for all of them."""

    fixed: int | None
    share: Decimal | None
    most: Decimal

    def due(self, value: int | None, before: int) -> int | None:
        """Minor units of one more penalty after `before`, rounded half up once; None: the value is not known.

        All together stay within `most` per cent of the value, rounded down.
        """
        if value is None:
            return None
        one = self.fixed if self.share is None else _part(value, self.share, ROUND_HALF_UP)
        return max(min(one or 0, _part(value, self.most, ROUND_DOWN) - before), 0)


@dataclass(frozen=True, slots=True)
class BreachRules:
    """Working days to answer and to decide, calendar days to appeal; `clause`: of contracts drawn from now on."""

    answer_days: int
    decision_days: int
    appeal_days: int
    clause: Clause | None = None


def read_rules(raw: Mapping[str, Any] | None) -> BreachRules | None:
    """None: the text in force knows no breach procedure."""
    if raw is None:
        return None
    answer, decision, appeal = (_days(raw, name) for name in ("answer_days", "decision_days", "appeal_days"))
    return BreachRules(answer, decision, appeal, _clause(raw["penalty"]) if "penalty" in raw else None)


def _clause(raw: Mapping[str, Any]) -> Clause:
    if ("fixed" in raw) == ("share" in raw):
        raise InputErrors.at("breach.penalty", _l("Name a fixed amount or a share, not both."))
    fixed = raw.get("fixed")
    if fixed is not None and (type(fixed) is not int or fixed < 1):
        raise InputErrors.at("breach.penalty.fixed", _l("A fixed amount is whole minor units, above zero."), fixed)
    return Clause(fixed, _share(raw, "share") if "share" in raw else None, _share(raw, "most"))


def _share(raw: Mapping[str, Any], name: str) -> Decimal:
    try:
        value = Decimal(str(raw.get(name)))
    except InvalidOperation:
        value = Decimal(0)
    if not 0 < value <= 100 or -int(value.as_tuple().exponent) > 2:
        message = _l("Per cent lie above 0, at most at 100, with two decimals.")
        raise InputErrors.at(f"breach.penalty.{name}", message, raw.get(name))
    return value


def _days(raw: Mapping[str, Any], name: str) -> int:
    value = raw.get(name)
    if type(value) is not int or value < 1:
        raise InputErrors.at(f"breach.{name}", _l("This is a whole number of days, not below 1."), value)
    return value


def _part(value: int, per_cent: Decimal, rounding: str) -> int:
    return int((Decimal(value) * per_cent / 100).quantize(Decimal(1), rounding))
