"""Why a price is asked about, in one sentence with its figures in money and per cent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.config import fund
from core.money import to_decimal
from core.words import _
from procurement.scoring.formulas import FORMULA_TEXTS

AMOUNTS = frozenset(
    ("price", "threshold", "mean", "budget", "other", "next_price", "per_unit", "floor", "wage", "travel", "overhead")
)


def said(flag: Mapping[str, Any]) -> str:
    """A stored flag ({detector, formula, inputs, figures}) as the officer and the bidder read it."""
    found = {**flag["inputs"], **flag["figures"]}
    shown = {name: _amount(text) if name in AMOUNTS else _short(text) for name, text in found.items()}
    detector = flag["detector"]
    if detector == "labour_floor":
        return _("%(per_unit)s a unit lies under the floor of %(floor)s: wage %(wage)s × (1 + %(contributions)s) ÷ "
                 "(1 − %(unproductive)s) + travel %(travel)s + overheads %(overhead)s.", **shown)  # fmt: skip
    if detector == "ua_prozorro":
        return _prozorro(shown)
    if detector == "trimmed_mean":
        return _("A discount of %(discount)s %% reaches the limit of %(limit)s %%: the mean without both ends, "
                 "%(mean_discount)s %%, and %(deviation)s points, the mean above it.", **shown)  # fmt: skip
    return _against_limit(shown) if "threshold" in shown else str(FORMULA_TEXTS[detector])


def _prozorro(shown: Mapping[str, str]) -> str:
    first = _("%(price)s lies %(below_mean)s %% under the mean of the others, %(mean)s.", **shown)
    if "next_price" not in shown:
        return first
    return _("%(first)s It lies %(below_next)s %% under the next price, %(next_price)s.", first=first, **shown)


def _against_limit(shown: Mapping[str, str]) -> str:
    """The limit, and what it was made of."""
    parts = [_("number of prices %(count)s", count=shown["count"])]
    words = {"mean": _("mean"), "other": _("the other price"), "budget": _("budget")}
    parts += [f"{word} {shown[name]}" for name, word in words.items() if name in shown]
    return _("%(price)s lies under the limit of %(threshold)s (%(made_of)s).", price=shown["price"],
             threshold=shown["threshold"], made_of="; ".join(parts))  # fmt: skip


def _amount(text: str) -> str:
    """Minor units, perhaps with a fraction, as money; rounded for reading alone."""
    minor = int(Decimal(text).quantize(Decimal(1), ROUND_HALF_UP))
    return f"{to_decimal(minor, fund().currency.exponent)} {fund().currency.code}"


def _short(text: str) -> str:
    value = Decimal(text)
    return f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP).normalize():f}" if value else "0"
