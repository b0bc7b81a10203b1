"""A clause by which rates follow an index: how far, from which prices, in which month. Pure and exact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.errors import Problem
from core.money import round_half_up
from core.words import _, _l


@dataclass(frozen=True, slots=True)
class Clause:
    """Per cent: `share` of a rate follows `index`; a move of the index under `threshold` changes nothing, a rate moves
    at most by `cap` at a time. Rates agreed before `first_on` are at the prices of that day. `share` 0 ends a clause.
    """

    index: str
    share: Decimal
    first_on: dt.date
    month: int
    threshold: Decimal = Decimal(0)
    cap: Decimal | None = None

    def due_on(self, day: dt.date) -> bool:
        """The first of its month, after a year has begun that is later than the clause."""
        return day.day == 1 and day.month == self.month and day > self.first_on


def noted(clause: Clause | None) -> Any:
    """As plain JSON; `read` gives it back."""
    if clause is None:
        return None
    cap = None if clause.cap is None else f"{clause.cap:f}"
    first = clause.first_on.isoformat()
    return [clause.index, f"{clause.share:f}", first, clause.month, f"{clause.threshold:f}", cap]


def read(raw: Any) -> Clause | None:
    if raw is None:
        return None
    index, share, first, month, threshold, cap = raw
    return Clause(
        index, Decimal(share), dt.date.fromisoformat(first), month, Decimal(threshold),
        None if cap is None else Decimal(cap),
    )  # fmt: skip


def defects(clause: Clause) -> Iterator[Problem]:
    if not 0 <= clause.share <= 100:
        yield Problem("index_share", _l("A share lies between 0 and 100 per cent."), f"{clause.share:f}")
    if not 1 <= clause.month <= 12:
        yield Problem("index_month", _l("A month is a number from 1 to 12."), str(clause.month))
    if clause.threshold < 0:
        yield Problem("index_threshold", _l("A threshold is not negative."), f"{clause.threshold:f}")
    if clause.cap is not None and clause.cap <= 0:
        yield Problem("index_cap", _l("A cap is above 0 per cent."), f"{clause.cap:f}")


def new_rate(rate: Decimal, clause: Clause, before: Decimal, now: Decimal) -> int | None:
    """Whole minor units, rounded half up once; None: the threshold is not reached, or nothing moves.

    rate × (1 + share × (now − before) ÷ before), the change held within the cap both ways.
    """
    moved = Fraction(now) / Fraction(before) - 1
    if not moved or abs(moved) * 100 < Fraction(clause.threshold):
        return None
    change = moved * Fraction(clause.share) / 100
    if clause.cap is not None:
        most = Fraction(clause.cap) / 100
        change = max(-most, min(most, change))
    found = round_half_up(Fraction(rate) * (1 + change))
    return found if found != rate else None


def clause_text(clause: Clause | None) -> str:
    """As the contract and its amendments say it."""
    if clause is None or not clause.share:
        return ""
    words = _(
        "%(share)s %% follow %(index)s from the prices of %(day)s, each year in month %(month)s",
        share=_plain(clause.share), index=clause.index, day=clause.first_on.isoformat(), month=clause.month,
    )  # fmt: skip
    more = [words]
    if clause.threshold:
        more.append(_("from a move of %(share)s %% on", share=_plain(clause.threshold)))
    if clause.cap is not None:
        more.append(_("at most %(share)s %% at a time", share=_plain(clause.cap)))
    return "; ".join(more)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
