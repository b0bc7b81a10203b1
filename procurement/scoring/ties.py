"""Equal totals: a ladder of published facts, then a draw that anyone can repeat. Never the hour of the bid."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from core.errors import DomainError, InputErrors
from core.words import _l


@dataclass(frozen=True, slots=True)
class TieStep:
    """One rung: the fact, and whether more of it wins."""

    code: str
    is_higher_better: bool
    text: Any
    criterion: str = ""  # of the catalogue, which must let it break ties


STEPS: Final[dict[str, TieStep]] = {
    step.code: step
    for step in (
        TieStep("disabled_or_excluded", True, _l("Higher share of workers with a disability or from exclusion"), "C10"),
        TieStep("disabled_permanent", True, _l("More permanent workers among them"), "C10"),
        TieStep("temporary", False, _l("Lower share of temporary contracts"), "C6"),
        TieStep("women", True, _l("Higher share of women"), "C8"),
        TieStep("non_profit", True, _l("Non-profit bidder")),
        TieStep("social_economy", True, _l("Cooperative or other unit of the social economy")),
        TieStep("quality", True, _l("Higher quality points")),
        TieStep("price", False, _l("Lower price")),
    )
}
# Spain, LCSP 147.2.
DEFAULT_LADDER: Final = ("disabled_or_excluded", "disabled_permanent", "temporary", "women")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact at the bid deadline and as twelve-month average; None where nothing was proved.

    The less favourable of the two counts (proposal), so that a last-day hire wins nothing (TACRC 192/2020).
    """

    at_deadline: Decimal | None
    twelve_months: Decimal | None

    @classmethod
    def single(cls, value: Decimal) -> Evidence:
        """For facts without a history: points, price, legal form (1 or 0)."""
        return cls(value, value)

    def counted(self, step: TieStep) -> Decimal | None:
        """The figure compared on `step`; None is last."""
        if self.at_deadline is None or self.twelve_months is None:
            return None
        worse = min if step.is_higher_better else max
        return worse(self.at_deadline, self.twelve_months)


Facts = Mapping[str, Mapping[str, Evidence]]  # bid → step code → evidence


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw fixed by the manifest (32 bytes) and a public value that the notice named before the deadline."""

    root: bytes
    value: str

    def __post_init__(self) -> None:
        if len(self.root) != 32:
            raise InputErrors.at("root", _l("The manifest root has 32 bytes."), len(self.root))
        if not self.value.strip():
            raise InputErrors.at("value", _l("Enter the public value that the notice named."))

    @property
    def seed(self) -> bytes:
        """SHA-256(root ‖ value)."""
        return hashlib.sha256(self.root + self.value.encode()).digest()

    def mark(self, bid: str) -> str:
        """SHA-256(seed ‖ bid) in hex; the lowest comes first."""
        return hashlib.sha256(self.seed + bid.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TieRow:
    """What one rung said: bid → figure ("" where nothing was proved)."""

    step: str
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TieBreak:
    """Bids from first to last, with every rung that was needed."""

    order: tuple[str, ...]
    rows: tuple[TieRow, ...]


def break_tie(tied: Collection[str], ladder: Sequence[str], facts: Facts, draw: Draw | None = None) -> TieBreak:
    """Order equal bids by the ladder, what is left by draw. Refuses if a draw is needed and not made."""
    if unknown := [code for code in ladder if code not in STEPS]:
        raise InputErrors.at("ladder", _l("This tie-break step is not known."), ", ".join(unknown))
    if len(tied) == 1:
        return TieBreak(tuple(tied), ())
    if not ladder:
        return _drawn(tied, draw)
    step = STEPS[ladder[0]]
    counted = {bid: _counted(facts, bid, step) for bid in sorted(tied)}
    row = TieRow(step.code, tuple((bid, "" if figure is None else f"{figure:f}") for bid, figure in counted.items()))
    ranked = sorted(counted, key=lambda bid: _place(counted[bid], step))
    groups = [list(group) for _, group in groupby(ranked, key=lambda bid: _place(counted[bid], step))]
    broken = [break_tie(group, ladder[1:], facts, draw) for group in groups]
    order = tuple(bid for part in broken for bid in part.order)
    return TieBreak(order, (row, *(below for part in broken for below in part.rows)))


def _counted(facts: Facts, bid: str, step: TieStep) -> Decimal | None:
    evidence = facts.get(bid, {}).get(step.code)
    return evidence.counted(step) if evidence else None


def _place(figure: Decimal | None, step: TieStep) -> tuple[bool, Decimal]:
    """Sort key: proved before unproved, better before worse."""
    if figure is None:
        return True, Decimal(0)
    return False, -figure if step.is_higher_better else figure


def _drawn(tied: Collection[str], draw: Draw | None) -> TieBreak:
    if draw is None:
        raise DomainError(
            _l("The bids %(bids)s are still equal: the draw of the notice must be made.", bids=", ".join(sorted(tied))),
            code="draw_needed",
        )
    order = tuple(sorted(tied, key=lambda bid: (draw.mark(bid), bid)))
    return TieBreak(order, (TieRow("draw", tuple((bid, draw.mark(bid)) for bid in order)),))
