"""The record of a bidder: its published quality scores of past years, read once when bids are opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from core.errors import InputErrors
from core.money import round_half_up
from core.words import _l
from procurement.scoring.trace import Figure, Score, scored, shown

RECORD: Final = "record"  # the block of criteria that nobody promises and nobody marks
MOST: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Member:
    """Who bids, alone or with others. `share`: per cent of the work; `score`: 0 to 100, None for who is new."""

    name: str
    share: Decimal
    score: Decimal | None
    periods: int

    def __post_init__(self) -> None:
        if self.score is None:
            return
        if not self.score.is_finite() or not 0 <= self.score <= MOST or self.periods < 1:
            message = _l("%(name)s: a record lies between 0 and 100 and rests on a period or more.", name=self.name)
            raise InputErrors.at("record", message, f"{self.score} ({self.periods})")


@dataclass(frozen=True, slots=True)
class Record:
    """What counts for a bid. `peer_mean` is of `peers` providers of the same care; None where nobody has a record."""

    members: tuple[Member, ...]
    peer_mean: Decimal | None
    peers: int

    @property
    def value(self) -> Fraction | None:
        """0 to 100, weighted by the shares of the work; None where nobody has a record."""
        if self.peer_mean is None:
            return None
        parts = [Fraction(row.share) * Fraction(row.score if row.score is not None else self.peer_mean)
                 for row in self.members]  # fmt: skip
        return sum(parts, Fraction(0)) / sum((Fraction(row.share) for row in self.members), Fraction(0))

    def to_json(self) -> dict[str, Any]:
        members = [
            {"name": row.name, "share": shown(row.share), "periods": row.periods,
             "score": None if row.score is None else shown(row.score)}
            for row in self.members
        ]  # fmt: skip
        return {"members": members, "peer_mean": self.peer_mean and shown(self.peer_mean), "peers": self.peers}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Record:
        members = tuple(
            Member(row["name"], Decimal(row["share"]), None if row["score"] is None else Decimal(row["score"]),
                   row["periods"])
            for row in raw["members"]
        )  # fmt: skip
        return cls(members, None if raw["peer_mean"] is None else Decimal(raw["peer_mean"]), raw["peers"])


def mean_of(scores: Sequence[Decimal]) -> Decimal | None:
    """To three decimals, half up, as records are kept; None where there is none."""
    if not scores:
        return None
    exact = sum(map(Fraction, scores), Fraction(0)) / len(scores)
    return Decimal(round_half_up(exact * 1000)).scaleb(-3)


def record_score(weight: Decimal, record: Record) -> Score:
    """Weight × record ÷ 100. Where nobody has a record, nobody gets a point, and the trace says so."""
    value, inputs = record.value, tuple(figure for row in record.members for figure in _told(row, record))
    if value is None:
        return scored("record_none", weight, Fraction(0), inputs)
    return scored(RECORD, weight, value / Fraction(MOST), inputs, record=value)


def _told(row: Member, record: Record) -> list[Figure]:
    """One member's figures; a share only where there are several."""
    share = [Figure(f"{row.name}, share of the work", shown(row.share))] if len(record.members) > 1 else []
    if row.score is not None:
        return [Figure(row.name, shown(row.score)), Figure(f"{row.name}, periods", str(row.periods)), *share]
    if record.peer_mean is None:
        return [Figure(f"{row.name}, periods", "0"), *share]
    name = f"{row.name}, new: peer mean of {record.peers}"
    return [Figure(name, shown(record.peer_mean)), *share]
