"""What one bidder is told, from the stored results: its own points with reasons, and where the winner did better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from procurement.models.bid import Bid
from procurement.models.evaluation import Award, LotResult
from procurement.models.tender import Criterion, Lot, Tender
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.queries.withholding import withheld
from procurement.withholding import Withheld


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion: own points of the most there are, the winner's, and the reasons that evaluators gave."""

    criterion: Criterion
    points: Decimal
    winner_points: Decimal | None
    trace: dict[str, Any]
    reasons: Sequence[str]

    @property
    def behind(self) -> Decimal:
        """By how much the winner was better here; 0 if it was not, or if its points are withheld."""
        return max((self.winner_points or Decimal(0)) - self.points, Decimal(0))


@dataclass(frozen=True, slots=True)
class Debrief:
    lot: Lot
    award: Award
    own: LotResult
    winner: LotResult
    members: Sequence[LotResult]
    bidders: int
    lines: Sequence[Line]
    away: Withheld

    def withheld(self, field: str) -> str:
        """The sentence in place of a field of the winner; empty: it is shown."""
        return self.away.words(self.winner.bid_id, field, self.own.bid_id)

    @property
    def is_winner(self) -> bool:
        return self.own.bid_id in [row.bid_id for row in self.members]

    @property
    def advantages(self) -> list[Line]:
        """Where the winner was better, the widest gap first."""
        return sorted((row for row in self.lines if row.behind), key=lambda row: -row.behind)


def debrief(tender: Tender, bid: Bid) -> list[Debrief]:
    """Decided lots that `bid` was for. Reasons stand without the evaluators' names."""
    found, away = [], withheld(tender)
    for lot in tender.lots:
        awards, results = queries.standing_awards(lot), queries.results_of(lot)
        own = next((row for row in results if row.bid_id == bid.id), None)
        if awards and own:
            won = {award.bid_id for award in awards}
            members = [row for row in results if row.bid_id in won]
            lines = _lines(tender, own, members[0], is_away=away.of(members[0].bid_id, "points", bid.id) is not None)
            latest = max((award.decision for award in awards), key=lambda award: award.id)
            found.append(Debrief(lot, latest, own, members[0], members, len(results), lines, away))
    return found


def _lines(tender: Tender, own: LotResult, winner: LotResult, *, is_away: bool) -> list[Line]:
    reasons = _reasons(tender, own.bid)
    return [
        Line(
            row,
            Decimal(own.sheet[row.code]["points"]),
            None if is_away else Decimal(winner.sheet.get(row.code, {}).get("points", "0")),
            own.sheet[row.code]["trace"],
            reasons.get(row.id, ()),
        )
        for row in tender.criteria
        if row.code in own.sheet
    ]


def _reasons(tender: Tender, bid: Bid) -> dict[int, list[str]]:
    """Criterion id → what evaluators wrote, the agreed reason first."""
    found: dict[int, list[str]] = {}
    for agreed in bid_queries.moderations_of(tender):
        if agreed.bid_id == bid.id:
            found.setdefault(agreed.criterion_id, []).append(agreed.reason)
    for mark in bid_queries.submitted_marks(tender):
        if mark.bid_id == bid.id:
            found.setdefault(mark.criterion_id, []).append(f"{mark.mark}: {mark.reason}")
    return found
