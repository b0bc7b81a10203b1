"""Guarantee and insurance of a bid: how much is due, reduced or waived for units of the social economy, and until when.

Pure: plan, ceilings and what was typed in; problems out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.errors import InputErrors, Problem
from core.words import _l

KINDS: dict[str, Any] = {
    "guarantee": _l("Bid guarantee"),
    "insurance": _l("Liability insurance"),
}


@dataclass(frozen=True, slots=True)
class Demand:
    """`share` and `share_sse` in per cent of the ceilings bid for; 0: waived. Valid `days` after bids close."""

    share: int
    share_sse: int
    days: int = 0

    def due(self, ceilings: int, *, is_sse: bool) -> int:
        """Minor units, rounded half up once."""
        share = self.share_sse if is_sse else self.share
        return int((Decimal(ceilings) * share / 100).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Security:
    """What a bidder shows: who stands for it, the paper's number, its sum in minor units, its last day."""

    issuer: str
    number: str
    amount: int
    valid_until: dt.date

    def to_json(self) -> dict[str, str]:
        return {
            "issuer": self.issuer,
            "number": self.number,
            "amount": str(self.amount),
            "valid_until": self.valid_until.isoformat(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Security:
        return cls(data["issuer"], data["number"], int(data["amount"]), dt.date.fromisoformat(data["valid_until"]))


def read_demands(raw: Mapping[str, Any]) -> dict[str, Demand]:
    """The table `securities` of `plan/procurement.toml`; empty: none is asked."""
    found = {}
    for kind, row in raw.items():
        numbers = [row.get("share", 0), row.get("share_sse", 0), row.get("days", 0)]
        if kind not in KINDS or any(type(number) is not int or number < 0 for number in numbers):
            raise InputErrors.at(f"securities.{kind}", _l("Shares and days are whole numbers, not below 0."), kind)
        found[kind] = Demand(*numbers)
    return found


def sums_due(demands: Mapping[str, Demand], ceilings: int, *, is_sse: bool) -> dict[str, int]:
    """Kind → minor units, only what is due at all."""
    sums = {kind: demand.due(ceilings, is_sse=is_sse) for kind, demand in demands.items()}
    return {kind: amount for kind, amount in sums.items() if amount}


def problems(
    demands: Mapping[str, Demand], due: Mapping[str, int], shown: Mapping[str, Security], closes_on: dt.date
) -> Iterable[Problem]:
    """What is missing, too small or ends too early."""
    for kind, amount in due.items():
        security, until = shown.get(kind), closes_on + dt.timedelta(days=demands[kind].days)
        if security is None or not (security.issuer and security.number):
            yield Problem(f"{kind}.number", _l("%(what)s: say who stands for it and its number.", what=KINDS[kind]))
        elif security.amount < amount:
            message = _l("%(what)s: the sum is too small.", what=KINDS[kind])
            yield Problem(f"{kind}.amount", message, str(security.amount))
        elif security.valid_until < until:
            message = _l("%(what)s: it ends before %(until)s.", what=KINDS[kind], until=until.isoformat())
            yield Problem(f"{kind}.valid_until", message, security.valid_until.isoformat())
