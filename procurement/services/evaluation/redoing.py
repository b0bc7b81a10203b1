"""What stood before an upheld complaint: kept as a version, taken off the scales, computed anew."""

from __future__ import annotations

from collections.abc import Iterable

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from procurement.models.evaluation import Award, LotResult, PastResult
from procurement.models.tender import Lot, Tender
from procurement.queries import tenders as queries
from procurement.services.evaluation.pricing import evaluate
from procurement.services.moments import lot_after
from procurement.states.tender import AWARD, LOT, TENDER


def reopen(lot: Lot, reason: str, *, by: Actor) -> None:
    """Open a ranked, proposed, awarded or ended lot. Its results are kept as a version, its award falls."""
    award = annul(lot)
    results = queries.results_of(lot)
    for row in results:
        db.session.add(_past(row, reason))
        row.version, row.rank, row.tie_break = row.version + 1, None, None
    ended = lot.state == "unsuccessful"
    lot.state = LOT.after(lot.state, "take_up_again") if ended else lot_after(lot, "redo_ranking")
    lot.ended_code = lot.ended_reason = ""
    db.session.flush()
    after = {"version": max((row.version for row in results), default=1), "award": award.number if award else ""}
    subject = f"{lot.tender.number} lot {lot.number}"
    audit.record(lot.tender.stream, Act.RANKED_AGAIN, subject, by=by, reason=reason, after=after)


def annul(lot: Lot) -> Award | None:
    """What is proposed or decided of a lot falls and stays on record; a drawn contract of a framework stands."""
    fallen = [row for row in queries.living_awards(lot) if row.state != "contracted"]
    for row in fallen:
        row.state = AWARD.after(row.state, "annul")
    db.session.flush()
    return next(iter(fallen), None)


def compute_again(tender: Tender, lots: Iterable[Lot], *, keeps_flags: bool) -> None:
    """Points and flags of reopened lots anew; what people decided about low prices stays, or is asked again."""
    decided = {
        (lot.id, row.bid_id): (row.flag_decision, row.flag_reason, row.flag_decided_by)
        for lot in lots
        for row in queries.results_of(lot)
    }
    if tender.state in ("ranked", "awarded", "unsuccessful"):
        tender.state = TENDER.after(tender.state, "redo_ranking")
        tender.ended_reason = ""
    db.session.flush()
    evaluate(tender)
    for lot in lots if keeps_flags else ():
        for row in queries.results_of(lot):
            if row.flags:
                row.flag_decision, row.flag_reason, row.flag_decided_by = decided[lot.id, row.bid_id]
    db.session.flush()


def _past(row: LotResult, reason: str) -> PastResult:
    names = ("price", "sheet", "rank", "tie_break", "excluded_reason", "flags", "flag_decision", "flag_reason")
    content = {**{name: getattr(row, name) for name in names}, "total": str(row.total)}
    return PastResult(
        lot_id=row.lot_id,
        bid_id=row.bid_id,
        version=row.version,
        content=content,
        ended_at=clock.now(),
        ended_by=reason,
    )
