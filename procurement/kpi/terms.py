"""How promises are followed up: what the plan says for all, what a criterion says instead, and what may hang on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import InputErrors, Problem
from core.words import _l
from procurement.kpi.spans import MONTHS

NUMBERS = ("tolerance", "malus_rate", "malus_cap", "bonus_rate", "bonus_cap")
WORDS = ("period", "source")
DAYS = ("report_days", "reminder_days", "reminders", "run_out_days", "objection_days", "answer_days")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Of one promise, as `ContractIndicator` keeps it. Rates and caps are per cent, 0: no money hangs on it."""

    period: str = "quarter"
    source: str = ""
    tolerance: Decimal = Decimal(0)
    malus_rate: Decimal = Decimal(0)
    malus_cap: Decimal = Decimal(0)
    bonus_rate: Decimal = Decimal(0)
    bonus_cap: Decimal = Decimal(0)
    span: Decimal | None = None

    @property
    def costs(self) -> Decimal:
        """The most it can take, in per cent."""
        return min(self.malus_rate, self.malus_cap) if self.malus_rate else Decimal(0)

    @property
    def earns(self) -> Decimal:
        return self.bonus_cap if self.bonus_rate else Decimal(0)


NOT_PAID = FollowUp()
"""Reported each quarter; no money hangs on it."""


@dataclass(frozen=True, slots=True)
class FollowUpRules:
    """Table `promises` of plan part `procurement`. `most` per cent of a period's accepted value, quality included."""

    report_days: int
    reminder_days: int
    reminders: int
    run_out_days: int
    objection_days: int
    answer_days: int
    most: Decimal
    default: FollowUp


def read_follow_up_rules(raw: Mapping[str, Any] | None) -> FollowUpRules | None:
    """None: the text says nothing about promises, so nobody follows them up."""
    if raw is None:
        return None
    days = {name: _whole(raw.get(name), f"promises.{name}") for name in DAYS}
    rest = {name: value for name, value in raw.items() if name not in (*DAYS, "most")}
    default = replace(FollowUp(), **read_follow_up(rest, "promises."))
    return FollowUpRules(**days, most=_number(raw.get("most"), "promises.most"), default=default)


def read_follow_up(raw: Mapping[str, Any], where: str = "") -> dict[str, Any]:
    """What a text (at `where`) or a row says of `FollowUp`; names the key that is wrong."""
    found: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in (*NUMBERS, *WORDS):
            raise InputErrors.at(f"{where}{name}", _l("A promise has no such number."), value)
        found[name] = _number(value, f"{where}{name}") if name in NUMBERS else str(value)
    if found.get("period", "quarter") not in MONTHS:
        raise InputErrors.at(f"{where}period", _l("A period is a month, a quarter or a year."), found["period"])
    return found


def limit_problems(
    promises: Iterable[FollowUp], rules: FollowUpRules | None, quality: tuple[Decimal, Decimal], where: str
) -> list[Problem]:
    """Caps of all promises of a contract, with what quality may take (and give), stay within the plan's limit."""
    rows = list(promises)
    costs, earns = sum((row.costs for row in rows), Decimal(0)), sum((row.earns for row in rows), Decimal(0))
    if not costs and not earns:
        return []
    if rules is None:
        return [Problem(where, _l("The plan does not say how promises are followed up, so no money hangs on them."))]
    found, most = [], _plain(rules.most)
    if costs and costs + quality[0] > rules.most:
        message = _l("The promises may cost %(sum)s %% and quality %(part)s %%: together at most %(most)s %%.",
                     sum=_plain(costs), part=_plain(quality[0]), most=most)  # fmt: skip
        found.append(Problem(where, message, _plain(costs + quality[0])))
    if earns and earns + quality[1] > rules.most:
        message = _l("The promises may earn %(sum)s %% and quality %(part)s %%: together at most %(most)s %%.",
                     sum=_plain(earns), part=_plain(quality[1]), most=most)  # fmt: skip
        found.append(Problem(where, message, _plain(earns + quality[1])))
    return found


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _whole(value: object, where: str) -> int:
    if type(value) is not int or value < 0:
        raise InputErrors.at(where, _l("This is a whole number, not below %(least)s.", least=0), value)
    return value


def _number(value: object, where: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0:
        raise InputErrors.at(where, _l("This is a number, not below 0."), value)
    return number
