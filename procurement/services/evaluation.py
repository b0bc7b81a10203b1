"""Scoring: blind marks, moderation, the lock; then prices, promises, flags and the ranking, each with its trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import DomainError, Forbidden, InputErrors, Problem
from core.words import _l
from procurement.bidding import lot_price, promised_value
from procurement.models.bid import Bid
from procurement.models.evaluation import LotResult, Mark, Moderation
from procurement.models.tender import Criterion, Lot, Tender, TenderPerson
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.scoring.abnormal import Flag, ua_prozorro, zero_price
from procurement.scoring.price import over_ceiling, price_scores
from procurement.scoring.ranking import ReversalReport, Sheet, rank_reversal, ranking, shortfalls, total
from procurement.scoring.rubric import Combination, Rating, needs_moderation, rubric_score
from procurement.scoring.social import social_score
from procurement.scoring.ties import Draw, Evidence
from procurement.scoring.trace import Score
from procurement.sealing import Manifest
from procurement.states.tender import BID, LOT, TENDER
from procurement.terms import floor_of, price_terms

Marks = Mapping[str, tuple[int, str]]
LADDER = ("social_economy", "quality", "price")


def save_marks(tender: Tender, bid_public_id: str, marks: Marks, *, by: Actor) -> None:
    """An evaluator's marks of one bid: criterion code → (0 to 5, reason). Open to change until handed in."""
    evaluator = _evaluator(tender, by)
    _refuse_handed_in(tender, evaluator)
    bid = bid_queries.bid_for_reader(tender, bid_public_id, by.person)
    criteria = {row.code: row for row in tender.criteria_of("quality")}
    _check_marks(evaluator, marks, criteria)
    known = {row.criterion_id: row for row in bid_queries.marks_by(tender, evaluator) if row.bid_id == bid.id}
    for code, (mark, reason) in marks.items():
        row = known.get(criteria[code].id)
        if row is None:
            row = Mark(bid_id=bid.id, criterion_id=criteria[code].id, evaluator_id=evaluator.id)
            db.session.add(row)
        row.mark, row.reason, row.saved_at = mark, reason.strip(), clock.now()
    db.session.flush()


def submit_marks(tender: Tender, *, by: Actor) -> None:
    """Hand in: every question of every bid has a mark, and nothing changes afterwards."""
    evaluator = _evaluator(tender, by)
    _refuse_handed_in(tender, evaluator)
    bids, questions = queries.bids_in(tender, "opened"), tender.criteria_of("quality")
    done = {(row.bid_id, row.criterion_id) for row in bid_queries.marks_by(tender, evaluator)}
    left = sum((bid.id, row.id) not in done for bid in bids for row in questions)
    if left:
        raise InputErrors.at("marks", _l("%(left)s marks are still missing.", left=left), left)
    evaluator.submitted_at = clock.now()
    db.session.flush()
    audit.record(tender.stream, Act.SCORES_SUBMITTED, tender.number, by=by, after={"marks": len(done)})


def moderate(tender: Tender, bid: Bid, criterion_code: str, mark: int, reason: str, *, by: Actor) -> None:
    """The mark the evaluators agreed on; the originals stay."""
    if tender.state != "opened_quality":
        TENDER.after(tender.state, "lock_scores")
    _refuse_unfinished(tender)
    Rating(by.name, mark, reason)
    criterion = next((row for row in tender.criteria_of("quality") if row.code == criterion_code), None)
    if criterion is None or bid.tender_id != tender.id:
        raise InputErrors.at("criterion", _l("This question is not part of the tender."), criterion_code)
    rows = {(row.bid_id, row.criterion_id): row for row in bid_queries.moderations_of(tender)}
    row = rows.get((bid.id, criterion.id))
    if row is None:
        row = Moderation(bid_id=bid.id, criterion_id=criterion.id)
        db.session.add(row)
    row.mark, row.reason, row.moderated_at = mark, reason.strip(), clock.now()
    row.moderator, row.moderator_name = by.person, by.name
    db.session.flush()


def to_moderate(tender: Tender) -> list[tuple[Bid, Criterion, list[Mark]]]:
    """Questions on which the evaluators lie two marks or more apart and nobody has moderated."""
    moderated = {(row.bid_id, row.criterion_id) for row in bid_queries.moderations_of(tender)}
    groups: dict[tuple[int, int], list[Mark]] = {}
    for row in bid_queries.submitted_marks(tender):
        groups.setdefault((row.bid_id, row.criterion_id), []).append(row)
    bids = {bid.id: bid for bid in queries.bids_in(tender, "opened", "below_minimum")}
    return [
        (bids[bid_id], rows[0].criterion, rows)
        for (bid_id, criterion_id), rows in groups.items()
        if (bid_id, criterion_id) not in moderated and needs_moderation(_ratings(rows))
    ]


def lock_scores(tender: Tender, *, by: Actor) -> None:
    """The chair closes quality: all marks in, all moderated; bids under the minimum keep their prices shut."""
    tender = queries.locked_tender(tender.number)
    target = TENDER.after(tender.state, "lock_scores")
    _refuse_unfinished(tender)
    bids = queries.bids_in(tender, "opened")
    sheets = {bid.id: quality_sheet(tender, bid) for bid in bids}
    blocks = {"quality": tender.quality_minimum} if tender.quality_minimum is not None else {}
    quality = [row.weighed() for row in tender.criteria_of("quality")]
    for bid in bids:
        if shortfalls(quality, sheets[bid.id], blocks):
            bid.state = BID.after(bid.state, "fall_short")
    tender.state, tender.locked_at = target, clock.now()
    db.session.flush()
    after = {bid.public_id: str(total(sheets[bid.id])) for bid in bids}
    audit.record(tender.stream, Act.SCORES_LOCKED, tender.number, by=by, after=after)


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
        ratings, combination = _ratings(marks.get(question.id, [])), Combination(tender.combination)
        sheet[question.code] = rubric_score(question.weighed().weight, ratings, combination, rating)
    return sheet


def social_sheet(tender: Tender, bid: Bid) -> dict[str, Score]:
    """Points of each promise, by its published marks."""
    promises = bid.content("quality").get("promises", {})
    return {
        row.code: social_score(row.weighed().weight, row.scale(), promised_value(row, promises.get(row.code, "")))
        for row in tender.criteria_of("social")
    }


def evaluate(tender: Tender) -> None:
    """Points for every bid of every lot, with flags; written anew each time, ranked later by the chair."""
    for lot in tender.lots:
        if lot.state == "open":
            _evaluate_lot(tender, lot)
    db.session.flush()


def decide_flag(lot: Lot, bid_public_id: str, decision: str, reason: str, *, by: Actor) -> None:
    """A person decides about an abnormally low price: kept or rejected, with a reason."""
    result = queries.result_of(lot, bid_public_id)
    if lot.tender.state != "opened_price":
        TENDER.after(lot.tender.state, "rank")
    if not result.flags or decision not in ("kept", "rejected"):
        raise InputErrors.at("decision", _l("Choose whether the price is kept or rejected."), decision)
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why: the bidder will read this reason."))
    result.flag_decision, result.flag_reason, result.flag_decided_by = decision, reason.strip(), by.name
    db.session.flush()
    act = Act.BID_ADMITTED if decision == "kept" else Act.BID_EXCLUDED
    audit.record(lot.tender.stream, act, bid_public_id, by=by, reason=reason, after={"lot": lot.number})


def rank(tender: Tender, *, by: Actor) -> None:
    """The chair fixes the ranking of every lot; each flagged price was decided before."""
    tender = queries.locked_tender(tender.number)
    target = TENDER.after(tender.state, "rank")
    lots = [lot for lot in tender.lots if lot.state == "open"]
    undecided = [
        Problem(
            f"lot {lot.number}", _l("%(bidder)s: decide about the low price first.", bidder=row.bid.organisation.name)
        )
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
    if tender.state != "opened_price":
        TENDER.after(tender.state, "rank")
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


def _evaluate_lot(tender: Tender, lot: Lot) -> None:
    for old in queries.results_of(lot):
        db.session.delete(old)
    db.session.flush()
    bids = [bid for bid in queries.sent_bids(tender) if lot.number in bid.content("quality").get("lots", ())]
    prices, why_out = _prices(tender, lot, bids)
    scores = price_scores(price_terms(tender, lot.ceiling, lot.floor), prices)
    price_code = tender.criteria_of("price")[0].code
    for bid in bids:
        sheet: dict[str, Score] = {}
        if bid.state in ("opened", "below_minimum"):
            sheet = {**quality_sheet(tender, bid), **social_sheet(tender, bid)}
        if bid.public_id in scores:
            sheet[price_code] = scores[bid.public_id]
        flags = _flags(tender, lot, bid.public_id, prices) if bid.public_id in prices else []
        db.session.add(
            LotResult(
                lot_id=lot.id,
                bid_id=bid.id,
                price=prices.get(bid.public_id),
                sheet={code: score.to_json() for code, score in sheet.items()},
                total=total(sheet),
                excluded_reason=str(why_out.get(bid.public_id, "")),
                flags=[{"detector": flag.detector, **flag.trace.to_json()} for flag in flags],
            )
        )


def _prices(tender: Tender, lot: Lot, bids: Sequence[Bid]) -> tuple[dict[str, int], dict[str, Any]]:
    """Admissible prices, and why the other bids have none."""
    prices: dict[str, int] = {}
    why_out: dict[str, Any] = {}
    for bid in bids:
        if bid.state == "below_minimum":
            why_out[bid.public_id] = _l("Under the quality minimum: the price envelope stayed shut.")
        elif bid.state == "unreadable":
            why_out[bid.public_id] = _l("An envelope could not be read.")
        else:
            try:
                rates = bid.content("price")["rates"][str(lot.number)]
                prices[bid.public_id] = lot_price(lot, {code: Decimal(rate) for code, rate in rates.items()})
            except (KeyError, ArithmeticError, InputErrors) as error:
                why_out[bid.public_id] = _l("The price sheet is not complete: %(why)s", why=str(error))
    for public_id in over_ceiling(price_terms(tender, lot.ceiling, lot.floor), prices):
        del prices[public_id]
        why_out[public_id] = _l("The price is above the published ceiling.")
    return prices, why_out


def _flags(tender: Tender, lot: Lot, bid: str, prices: Mapping[str, int]) -> list[Flag]:
    price, floor = prices[bid], floor_of(tender)
    others = [other for name, other in prices.items() if name != bid]
    above = sorted(other for other in others if other >= price)
    found = [
        floor.flag(price, lot.units) if floor else None,
        ua_prozorro(price, others, above[0] if above else None),
        zero_price(price),
    ]
    return [flag for flag in found if flag]


def _rank_lot(tender: Tender, lot: Lot, by: Actor) -> None:
    results = queries.results_of(lot)
    for row in results:
        if row.flag_decision == "rejected":
            row.excluded_reason = str(_l("Abnormally low price: %(reason)s", reason=row.flag_reason))
    standing = [row for row in results if row.is_admitted]
    if not standing:
        lot.state = LOT.after(lot.state, "end_without_result")
        lot.ended_code, lot.ended_reason = "all-rej", str(_l("No bid could be admitted."))
        audit.record(tender.stream, Act.LOT_UNSUCCESSFUL, f"{tender.number} lot {lot.number}", by=by, reason="all-rej")
        return
    places = {row.bid.public_id: row for row in standing}
    draw = Draw(Manifest.from_json(tender.manifest or {}).root_octets, tender.draw_value) if tender.draw_value else None
    facts = {name: _facts(tender, row) for name, row in places.items()}
    for standing_row in ranking({name: _sheet(row) for name, row in places.items()}, LADDER, facts, draw):
        row = places[standing_row.bid]
        row.rank = standing_row.rank
        if standing_row.tie_break:
            row.tie_break = [{"step": rung.step, "figures": dict(rung.figures)} for rung in standing_row.tie_break.rows]
    lot.state = LOT.after(lot.state, "rank")
    after = {name: {"rank": row.rank, "total": str(row.total), "price": row.price} for name, row in places.items()}
    audit.record(tender.stream, Act.LOT_RANKED, f"{tender.number} lot {lot.number}", by=by, after=after)


def _facts(tender: Tender, row: LotResult) -> dict[str, Evidence]:
    """What a tie is broken by: facts on record, never the hour of the bid."""
    quality = sum((Decimal(row.sheet[c.code]["points"]) for c in tender.criteria_of("quality")), Decimal(0))
    return {
        "social_economy": Evidence.single(Decimal(row.bid.organisation.is_sse)),
        "quality": Evidence.single(quality),
        "price": Evidence.single(Decimal(row.price or 0)),
    }


def _sheet(row: LotResult) -> Sheet:
    """The stored points as the arithmetic takes them; the traces stay in the row."""
    from procurement.scoring.trace import Trace

    return {
        code: Score(Decimal(value["points"]), Decimal(value["maximum"]), Trace(value["trace"]["formula"], (), ()))
        for code, value in row.sheet.items()
    }


def _check_marks(evaluator: TenderPerson, marks: Marks, criteria: Mapping[str, Criterion]) -> None:
    problems = []
    for code, (mark, reason) in marks.items():
        if code not in criteria:
            problems.append(Problem(code, _l("This question is not part of the tender.")))
            continue
        try:
            Rating(evaluator.name, mark, reason)
        except InputErrors as error:
            problems += [Problem(f"{p.where}-{code}", p.message, p.found) for p in error.problems]
    if problems:
        raise InputErrors(problems)


def _ratings(rows: Sequence[Mark]) -> list[Rating]:
    return [Rating(f"{row.evaluator.name} ({row.evaluator_id})", row.mark, row.reason) for row in rows]


def _evaluator(tender: Tender, by: Actor) -> TenderPerson:
    row = next((row for row in tender.people_as("evaluator") if row.person == by.person), None)
    if row is None:
        raise Forbidden(_l("You are not an evaluator of this tender."))
    if not row.may_read:
        raise Forbidden(_l("Declare first whether you have an interest in this tender."))
    return row


def _refuse_handed_in(tender: Tender, evaluator: TenderPerson) -> None:
    if tender.state != "opened_quality":
        TENDER.after(tender.state, "lock_scores")
    if evaluator.submitted_at:
        raise DomainError(_l("You handed in your marks: they no longer change."), code="handed_in")


def _refuse_unfinished(tender: Tender) -> None:
    active = [row for row in tender.people_as("evaluator") if not row.is_recused]
    waiting = [row.name for row in active if row.submitted_at is None]
    if not active or waiting:
        raise DomainError(
            _l("Marks are still missing from: %(names)s.", names=", ".join(waiting) or "–"), code="marks_missing"
        )
