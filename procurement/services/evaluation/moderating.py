"""Where marks differ: moderation, then quality is locked."""

from __future__ import annotations

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import DomainError, InputErrors
from core.words import _l
from procurement.models.bid import Bid
from procurement.models.evaluation import Mark, Moderation
from procurement.models.tender import Criterion, Tender
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.scoring.ranking import total
from procurement.scoring.rubric import Rating, needs_moderation
from procurement.services.admission import undecided
from procurement.services.complaining import refuse_suspended
from procurement.services.declaring import refuse_undeclared
from procurement.services.evaluation.passing import fallen
from procurement.services.evaluation.pricing import evaluate
from procurement.services.evaluation.sheets import quality_sheets, rated_by
from procurement.states.tender import BID, TENDER


def moderate(tender: Tender, bid: Bid, criterion_code: str, mark: int, reason: str, *, by: Actor) -> None:
    """The mark the evaluators agreed on; the originals stay."""
    TENDER.after(tender.state, "lock_scores")
    refuse_undeclared(tender, by)
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
        if bid_id in bids and (bid_id, criterion_id) not in moderated and needs_moderation(rated_by(rows))
    ]


def lock_scores(tender: Tender, *, by: Actor) -> None:
    """The chair closes quality: all marks in, all moderated; who does not pass keeps its price shut."""
    tender = queries.locked_tender(tender.number)
    target = TENDER.after(tender.state, "lock_scores")
    refuse_suspended(tender)
    refuse_undeclared(tender, by)
    _refuse_unfinished(tender)
    bids = queries.bids_in(tender, "opened")
    sheets = quality_sheets(tender, bids)
    _refuse_unadmitted(tender)
    short = fallen(tender, bids, sheets)
    for bid in bids:
        if bid.id in short:
            bid.state, bid.fell_short = BID.after(bid.state, "fall_short"), short[bid.id]
    tender.state, tender.locked_at = target, clock.now()
    db.session.flush()
    after = {bid.public_id: str(total(sheets[bid.id])) for bid in bids}
    audit.record(tender.stream, Act.SCORES_LOCKED, tender.number, by=by, after=after)
    if tender.price_opened_at and not bid_queries.shut_prices(tender):  # scored again after a complaint
        tender.state = TENDER.after(tender.state, "keep_prices")
        db.session.flush()
        evaluate(tender)


def _refuse_unfinished(tender: Tender) -> None:
    active = [row for row in tender.people_as("evaluator") if row.is_active]
    waiting = [row.name for row in active if row.submitted_at is None]
    if not active or waiting:
        raise DomainError(
            _l("Marks are still missing from: %(names)s.", names=", ".join(waiting) or "–"), code="marks_missing"
        )


def _refuse_unadmitted(tender: Tender) -> None:
    if left := undecided(tender):
        names = ", ".join(bid.bidder for bid in left)
        raise DomainError(_l("Not yet admitted or excluded: %(names)s.", names=names), code="not_admitted")
