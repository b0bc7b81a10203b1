"""A lot ranked again: what stood is kept as a version, the award falls, points and flags are computed anew."""

from __future__ import annotations

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from procurement.models.evaluation import LotResult, PastResult
from procurement.models.tender import Lot
from procurement.queries import tenders as queries
from procurement.services.declaring import refuse_undeclared
from procurement.services.evaluation.pricing import evaluate
from procurement.services.moments import lot_after
from procurement.states.tender import AWARD, TENDER


def reopen_ranking(lot: Lot, reason: str, *, by: Actor) -> None:
    """Open a ranked, proposed or awarded lot for a new ranking. Other lots stay as they are."""
    tender = queries.locked_tender(lot.tender.number)
    target = lot_after(lot, "redo_ranking")
    refuse_undeclared(tender, by)
    award = queries.living_award(lot)
    if award is not None:
        award.state = AWARD.after(award.state, "annul")
    results = queries.results_of(lot)
    for row in results:
        db.session.add(_past(row, reason))
        row.version, row.rank, row.tie_break = row.version + 1, None, None
    lot.state = target
    if tender.state in ("ranked", "awarded"):
        tender.state = TENDER.after(tender.state, "redo_ranking")
    db.session.flush()
    evaluate(tender)
    after = {"version": max((row.version for row in results), default=1), "award": award.number if award else ""}
    subject = f"{tender.number} lot {lot.number}"
    audit.record(tender.stream, Act.RANKED_AGAIN, subject, by=by, reason=reason, after=after)


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
