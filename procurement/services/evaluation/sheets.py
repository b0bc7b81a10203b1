"""The score sheets of a bid, by criterion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from procurement.models.bid import Bid
from procurement.models.evaluation import LotResult, Mark, Moderation
from procurement.models.tender import Criterion, Tender
from procurement.promising import read_promise, staff_share
from procurement.queries import bids as bid_queries
from procurement.scoring.ranking import Sheet
from procurement.scoring.record import RECORD, Record, record_score
from procurement.scoring.rubric import Combination, Rating, rubric_score
from procurement.scoring.social import social_score
from procurement.scoring.trace import Score, Trace


def quality_sheet(tender: Tender, bid: Bid) -> dict[str, Score]:
    """Points of each rubric question, from marks handed in and moderated."""
    return quality_sheets(tender, [bid])[bid.id]


def quality_sheets(tender: Tender, bids: Iterable[Bid]) -> dict[int, dict[str, Score]]:
    """The quality sheets of many bids by id; the marks of the tender are read once."""
    marks: dict[tuple[int, int], list[Mark]] = {}
    for row in bid_queries.submitted_marks(tender):
        marks.setdefault((row.bid_id, row.criterion_id), []).append(row)
    agreed = {(row.bid_id, row.criterion_id): row for row in bid_queries.moderations_of(tender)}
    questions, combination = tender.criteria_of("quality"), Combination(tender.combination)
    return {
        bid.id: {
            question.code: _quality_score(question, marks.get(key, []), agreed.get(key), combination)
            for question in questions
            for key in [(bid.id, question.id)]
        }
        for bid in bids
    }


def _quality_score(
    question: Criterion, marks: Sequence[Mark], agreed: Moderation | None, combination: Combination
) -> Score:
    rating = Rating(agreed.moderator_name, agreed.mark, agreed.reason) if agreed else None
    return rubric_score(question.weighed().weight, rated_by(marks), combination, rating)


def counted_sheet(tender: Tender, bid: Bid) -> dict[str, Score]:
    """Points that nobody judges: each promise by its published marks, and the record kept at the opening."""
    return _social_sheet(tender, bid) | _record_sheet(tender, bid)


def _record_sheet(tender: Tender, bid: Bid) -> dict[str, Score]:
    rows = tender.criteria_of(RECORD)
    return {row.code: record_score(row.weighed().weight, Record.from_json(bid.record or {})) for row in rows}


def _social_sheet(tender: Tender, bid: Bid) -> dict[str, Score]:
    promises = bid.content("quality").get("promises", {})
    return {
        row.code: social_score(
            row.weighed().weight,
            row.scale(),
            read_promise(row, promises.get(row.code, "")),
            staff_share(row, promises),
        )
        for row in tender.criteria_of("social")
    }


def sheet_of(row: LotResult) -> Sheet:
    """The stored points as the arithmetic takes them; the traces stay in the row."""
    return {
        code: Score(Decimal(value["points"]), Decimal(value["maximum"]), Trace(value["trace"]["formula"], (), ()))
        for code, value in row.sheet.items()
    }


def rated_by(rows: Sequence[Mark]) -> list[Rating]:
    return [Rating(f"{row.evaluator.name} ({row.evaluator_id})", row.mark, row.reason) for row in rows]
