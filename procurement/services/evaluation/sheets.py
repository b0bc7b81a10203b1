"""The score sheets of a bid, by criterion."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from procurement.bidding import promised_value
from procurement.models.bid import Bid
from procurement.models.evaluation import LotResult, Mark
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.scoring.ranking import Sheet
from procurement.scoring.rubric import Combination, Rating, rubric_score
from procurement.scoring.social import social_score
from procurement.scoring.trace import Score


def quality_sheet(tender: Tender, bid: Bid) -> dict[str, Score]:
    """Points of each rubric question, from marks handed in and moderated."""
    marks: dict[int, list[Mark]] = {}
    for row in bid_queries.submitted_marks(tender):
        if row.bid_id == bid.id:
            marks.setdefault(row.criterion_id, []).append(row)
    agreed = {row.criterion_id: row for row in bid_queries.moderations_of(tender) if row.bid_id == bid.id}
    sheet = {}
    for question in tender.criteria_of("quality"):
        found = agreed.get(question.id)
        rating = Rating(found.moderator_name, found.mark, found.reason) if found else None
        rated, combination = rated_by(marks.get(question.id, [])), Combination(tender.combination)
        sheet[question.code] = rubric_score(question.weighed().weight, rated, combination, rating)
    return sheet


def social_sheet(tender: Tender, bid: Bid) -> dict[str, Score]:
    """Points of each promise, by its published marks."""
    promises = bid.content("quality").get("promises", {})
    return {
        row.code: social_score(row.weighed().weight, row.scale(), promised_value(row, promises.get(row.code, "")))
        for row in tender.criteria_of("social")
    }


def sheet_of(row: LotResult) -> Sheet:
    """The stored points as the arithmetic takes them; the traces stay in the row."""
    from procurement.scoring.trace import Trace

    return {
        code: Score(Decimal(value["points"]), Decimal(value["maximum"]), Trace(value["trace"]["formula"], (), ()))
        for code, value in row.sheet.items()
    }


def rated_by(rows: Sequence[Mark]) -> list[Rating]:
    return [Rating(f"{row.evaluator.name} ({row.evaluator_id})", row.mark, row.reason) for row in rows]
