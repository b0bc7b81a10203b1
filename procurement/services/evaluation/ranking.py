"""The ranking, its draw, and what would turn it round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.documents import in_house_language
from core.errors import InputErrors, Problem
from core.words import _l
from procurement.models.evaluation import LotResult
from procurement.models.tender import Lot, Tender
from procurement.queries import tenders as queries
from procurement.scoring.ranking import ReversalReport, rank_reversal, ranking
from procurement.scoring.sensitivity import Shift, sensitivity
from procurement.scoring.ties import Draw, Evidence, TieRow
from procurement.sealing import Manifest
from procurement.services.complaining import refuse_suspended
from procurement.services.declaring import refuse_undeclared
from procurement.services.evaluation.pricing import rescore
from procurement.services.evaluation.sheets import sheet_of
from procurement.states.tender import LOT, TENDER
from procurement.terms import price_terms
from procurement.workforce import QUESTIONS, Typed, evidence, is_small
from providers.queries import sse


def rank(tender: Tender, *, by: Actor) -> None:
    """The chair fixes the ranking of every lot; each flagged price was decided before."""
    tender = queries.locked_tender(tender.number)
    target = TENDER.after(tender.state, "rank")
    refuse_undeclared(tender, by)
    lots = [lot for lot in tender.lots if lot.state == "open"]
    for lot in lots:
        refuse_suspended(tender, lot)
    undecided = [
        Problem(f"lot {lot.number}", _l("%(bidder)s: decide about the low price first.", bidder=row.bid.bidder))
        for lot in lots
        for row in queries.results_of(lot)
        if row.flags and not row.flag_decision
    ]
    if undecided:
        raise InputErrors(undecided)
    for lot in lots:
        _rank_lot(tender, lot, by)
    tender.state = target
    db.session.flush()


def enter_draw(tender: Tender, value: str, *, by: Actor) -> None:
    """The public value that the notice named, once it is known: it breaks ties that no fact breaks."""
    if tender.state not in ("opened_price", "abnormal_review"):
        TENDER.after(tender.state, "rank")
    refuse_undeclared(tender, by)
    if not value.strip():
        raise InputErrors.at("draw_value", _l("Enter the public value that the notice named."))
    before, tender.draw_value = tender.draw_value, value.strip()
    db.session.flush()
    after = {"draw_value": tender.draw_value}
    audit.record(tender.stream, Act.TENDER_CHANGED, tender.number, by=by, before={"draw_value": before}, after=after)


def reversal(lot: Lot, results: Sequence[LotResult]) -> ReversalReport | None:
    """Would the winner still win without each of the others? None with fewer than one ranked bid."""
    ranked = [row for row in results if row.rank and row.price is not None]
    if not ranked:
        return None
    prices = {row.bid.public_id: row.price or 0 for row in ranked}
    price_code = lot.tender.criteria_of("price")[0].code
    others = {row.bid.public_id: row.total - Decimal(row.sheet[price_code]["points"]) for row in ranked}
    equals = [row.bid.public_id for row in ranked]
    return rank_reversal(price_terms(lot.tender, lot.ceiling, lot.floor), prices, others, equals)


def shifts(lot: Lot, results: Sequence[LotResult]) -> list[Shift]:
    """Weights of the price, five points more or less, under which another bid would win."""
    ranked = [row for row in results if row.rank and row.price is not None]
    if not ranked:
        return []
    criterion = lot.tender.criteria_of("price")[0]
    prices = {row.bid.public_id: Decimal(row.sheet[criterion.code]["points"]) for row in ranked}
    others = {row.bid.public_id: row.total - prices[row.bid.public_id] for row in ranked}
    return sensitivity(criterion.weighed().weight, prices, others, [row.bid.public_id for row in ranked])


@in_house_language
def _rank_lot(tender: Tender, lot: Lot, by: Actor) -> None:
    results = queries.results_of(lot)
    for row in results:
        if row.flag_decision == "rejected":
            row.excluded_reason = str(_l("Abnormally low price: %(reason)s", reason=row.flag_reason))
    rescore(lot, results)
    standing = [row for row in results if row.is_admitted]
    if not standing:
        lot.state = LOT.after(lot.state, "end_without_result")
        lot.ended_code, lot.ended_reason = "all-rej", str(_l("No bid could be admitted."))
        audit.record(tender.stream, Act.LOT_UNSUCCESSFUL, f"{tender.number} lot {lot.number}", by=by, reason="all-rej")
        return
    places = {row.bid.public_id: row for row in standing}
    draw = Draw(Manifest.from_json(tender.manifest or {}).root_octets, tender.draw_value) if tender.draw_value else None
    facts = {name: _facts(tender, row) for name, row in places.items()}
    for standing_row in ranking({name: sheet_of(row) for name, row in places.items()}, tender.tie_ladder, facts, draw):
        row = places[standing_row.bid]
        row.rank = standing_row.rank
        if standing_row.tie_break:
            row.tie_break = [_rung(rung, places) for rung in standing_row.tie_break.rows]
    lot.state = LOT.after(lot.state, "rank")
    after = {name: {"rank": row.rank, "total": str(row.total), "price": row.price} for name, row in places.items()}
    audit.record(tender.stream, Act.LOT_RANKED, f"{tender.number} lot {lot.number}", by=by, after=after)


def _rung(rung: TieRow, places: Mapping[str, LotResult]) -> dict[str, Any]:
    """One step of the ladder, with the bids whose figure tells of fewer than five people."""
    small = [bid for bid, _figure in rung.figures if is_small(_workforce(places[bid]), rung.step)]
    return {"step": rung.step, "figures": dict(rung.figures)} | ({"withheld": small} if small else {})


def _facts(tender: Tender, row: LotResult) -> dict[str, Evidence]:
    """What a tie is broken by: facts on record and facts of the envelope, never the hour of the bid."""
    closes_on = clock.local_day(tender.closes_at, fund().zone)
    quality = sum((Decimal(row.sheet[c.code]["points"]) for c in tender.criteria_of("quality")), Decimal(0))
    of_workforce = {step: evidence(_workforce(row), step) for step in tender.tie_ladder if step in QUESTIONS}
    return {
        "social_economy": Evidence.single(Decimal(sse(row.bid.organisation_id, closes_on).is_sse)),
        "quality": Evidence.single(quality),
        "price": Evidence.single(Decimal(row.price or 0)),
    } | {step: found for step, found in of_workforce.items() if found}


def _workforce(row: LotResult) -> Typed:
    found: Typed = row.bid.content("quality").get("workforce", {})
    return found
