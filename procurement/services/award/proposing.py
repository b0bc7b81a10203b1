"""An award is proposed: whom the rule names, with a reason for every bidder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError, InputErrors, Problem
from core.numbers import next_number
from core.words import _l
from procurement.models.evaluation import Award, LotResult
from procurement.models.tender import Lot
from procurement.queries import tenders as queries
from procurement.services.award.choosing import PROPOSED, Choice, choose, refuse_unsettled
from procurement.services.complaining import refuse_suspended
from procurement.services.declaring import refuse_undeclared
from procurement.services.moments import lot_after
from procurement.states.tender import AWARD


def propose_award(lot: Lot, reasons: Mapping[str, str], *, by: Actor) -> Award:
    """Propose the first who may take the lot. `reasons`: bid public id → what its bidder will read; one for each."""
    tender = queries.locked_tender(lot.tender.number)
    db.session.refresh(lot)  # what was read before the lock may be old
    target = lot_after(lot, "propose")
    refuse_suspended(tender, lot)
    refuse_undeclared(tender, by)
    results, now = queries.results_of(lot), clock.now()
    _refuse_unreasoned(results, reasons)
    choice = choose(lot, clock.local_day(now, fund().zone))
    refuse_unsettled(lot, choice, PROPOSED)
    winner = _winner(choice)
    award = Award(
        number=next_number("A", clock.local_day(now, fund().zone).year),
        lot_id=lot.id,
        bid_id=winner.bid_id,
        state=AWARD.initial,
        amount=winner.price,
        reasons={row.bid.public_id: reasons[row.bid.public_id].strip() for row in results},
        passed_over=[row.to_json() for row in choice.passed_over],
        proposer=by.person,
        proposer_name=by.name,
        proposed_at=now,
    )
    db.session.add(award)
    lot.state = target
    db.session.flush()
    audit.record(tender.stream, Act.AWARD_PROPOSED, award.number, by=by, after=award.summary)
    return award


def _refuse_unreasoned(results: Sequence[LotResult], reasons: Mapping[str, str]) -> None:
    missing = [
        Problem(f"reason-{row.bid.public_id}", _l("%(bidder)s: write the reason.", bidder=row.bid.bidder))
        for row in results
        if not reasons.get(row.bid.public_id, "").strip()
    ]
    if missing:
        raise InputErrors(missing)


def _winner(choice: Choice) -> LotResult:
    if choice.winner is None:
        why = " ".join(row.why for row in choice.passed_over)
        message = _l("Nobody of the ranking may take this lot; end it without result. %(why)s", why=why)
        raise DomainError(message, code="nobody_left")
    return choice.winner
