"""The plan for the year, drawn from a frozen frame: rotation, risk, then chance. Pure: anyone can repeat it.

Who is chosen and who is not has a reason with figures. The public words fixed before the draw make the seed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Any


class Basis(StrEnum):
    ROTATION = "rotation"
    RISK = "risk"
    RANDOM = "random"
    NONE = ""


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """`reasons` to visit; `benefit` in minor units; `days` a visit takes; `seen_on`: last audit, or first contract.

    `why`: codes of the reasons, separated by commas; a dash for none.
    """

    number: str
    needs_visit: bool
    reasons: int
    benefit: int
    days: int
    seen_on: dt.date
    why: str = "-"


@dataclass(frozen=True, slots=True)
class Budget:
    """Auditor-days: name → days, in a fixed order; the shares of risk and chance, and how often each is seen."""

    auditors: tuple[tuple[str, int], ...]
    risk_share: Fraction
    random_share: Fraction
    rotation_years: int

    @property
    def days(self) -> int:
        return sum(days for _name, days in self.auditors)

    @property
    def rotation_days(self) -> int:
        return self.days - floor(self.days * self.risk_share) - floor(self.days * self.random_share)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One provider of the frame. `basis` NONE: not chosen; `figures` say why, in either case."""

    number: str
    basis: Basis
    auditor: str
    days: int
    figures: dict[str, Any]


def freeze(candidates: Iterable[Candidate]) -> str:
    """The frame as text, one provider per line, by number: what is hashed and kept."""
    return "".join(f"{_line(one)}\n" for one in sorted(candidates))


def _line(one: Candidate) -> str:
    facts = (int(one.needs_visit), one.reasons, one.benefit, one.days, one.seen_on.isoformat())
    return " ".join([one.number, *map(str, facts), one.why])


def thaw(text: str) -> list[Candidate]:
    rows = (line.split(" ") for line in text.splitlines())
    return [
        Candidate(number, visit == "1", int(reasons), int(benefit), int(days), dt.date.fromisoformat(seen), why)
        for number, visit, reasons, benefit, days, seen, why in rows
    ]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def draw(frame: str, announced: str, year: int, budget: Budget) -> list[Drawn]:
    """Every provider of the frame by number, chosen or not. Each order is walked until a visit does not fit."""
    everyone = thaw(frame)
    seed, diary = digest(digest(frame) + announced), _Diary(dict(budget.auditors))
    due = sorted((one for one in everyone if _due(one, budget) <= year), key=lambda one: (one.seen_on, one.number))
    chosen = _take(due, Basis.ROTATION, diary, budget.rotation_days)
    risky = _by_reasons(one for one in everyone if one.reasons)
    chosen |= _take(
        [one for one in risky if one.number not in chosen], Basis.RISK, diary, floor(budget.days * budget.risk_share)
    )
    by_chance = sorted(everyone, key=lambda one: digest(seed + one.number))
    chosen |= _take([one for one in by_chance if one.number not in chosen], Basis.RANDOM, diary, budget.days)
    places = _Places(due, risky, by_chance, chosen)
    return [_drawn(one, chosen, places, budget) for one in everyone]


def _due(one: Candidate, budget: Budget) -> int:
    """The year in which it must be seen at the latest."""
    return one.seen_on.year + budget.rotation_years


def _by_reasons(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda one: (not one.needs_visit, -one.reasons, -one.benefit, one.number))


@dataclass(slots=True)
class _Diary:
    """Days each auditor still has."""

    left: dict[str, int]

    def book(self, days: int) -> str:
        """Whoever has most days left, if they are enough; else nobody: an empty name."""
        name = max(self.left, key=lambda one: self.left[one], default="")
        if not name or self.left[name] < days:
            return ""
        self.left[name] -= days
        return name


def _take(ordered: Sequence[Candidate], basis: Basis, diary: _Diary, days: int) -> dict[str, tuple[Basis, str]]:
    """Number → (basis, auditor), in order, until one does not fit into `days` or into anybody's diary."""
    taken: dict[str, tuple[Basis, str]] = {}
    for one in ordered:
        auditor = diary.book(one.days) if one.days <= days else ""
        if not auditor:
            break
        taken[one.number], days = (basis, auditor), days - one.days
    return taken


class _Places:
    """Place of each provider in the three orders, and the last place that was reached in each."""

    def __init__(
        self,
        due: Sequence[Candidate],
        risky: Sequence[Candidate],
        by_chance: Sequence[Candidate],
        chosen: dict[str, tuple[Basis, str]],
    ) -> None:
        orders = {Basis.ROTATION: due, Basis.RISK: risky, Basis.RANDOM: by_chance}
        self.of = {basis: {one.number: n for n, one in enumerate(rows, start=1)} for basis, rows in orders.items()}
        self.reached = {
            basis: max((place for number, place in places.items() if chosen.get(number, ("",))[0] is basis), default=0)
            for basis, places in self.of.items()
        }


def _drawn(one: Candidate, chosen: dict[str, tuple[Basis, str]], places: _Places, budget: Budget) -> Drawn:
    basis, auditor = chosen.get(one.number, (Basis.NONE, ""))
    figures: dict[str, Any] = {"seen_on": one.seen_on.isoformat(), "due": _due(one, budget), "why": one.why}
    for order, name in ((Basis.ROTATION, "rotation"), (Basis.RISK, "risk"), (Basis.RANDOM, "draw")):
        figures[f"{name}_place"] = places.of[order].get(one.number, 0)
        figures[f"{name}_reached"] = places.reached[order]
        figures[f"{name}_count"] = len(places.of[order])
    return Drawn(one.number, basis, auditor, one.days, figures)
