"""An award is proposed: whom the rule names, with a reason for every bidder; in a framework all members at once."""

from __future__ import annotations

import datetime as dt
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
    """Propose who may take the lot, and return the first. `reasons`: bid public id → what its bidder will read."""
    tender = queries.locked_tender(lot.tender.number)
    db.session.refresh(lot)  # what was read before the lock may be old
    target = lot_after(lot, "propose")
    refuse_suspended(tender, lot)
    refuse_undeclared(tender, by)
    results, now = queries.results_of(lot), clock.now()
    _refuse_unreasoned(results, reasons)
    choice = choose(lot, clock.local_day(now, fund().zone))
    refuse_unsettled(lot, choice, PROPOSED)
    _refuse_nobody(choice)
    places = zip(choice.winners, _free(lot), strict=False)
    first, *others = (_award(lot, winner, place, now, by) for winner, place in places)
    first.reasons = {row.bid.public_id: reasons[row.bid.public_id].strip() for row in results}
    first.passed_over = [row.to_json() for row in choice.passed_over]
    lot.state = target
    for award in (first, *others):
        award.lead = None if award is first else first
        db.session.add(award)
        db.session.flush()
        audit.record(tender.stream, Act.AWARD_PROPOSED, award.number, by=by, after=award.summary)
    return first


def _award(lot: Lot, winner: LotResult, place: int, at: dt.datetime, by: Actor) -> Award:
    return Award(
        number=next_number("A", clock.local_day(at, fund().zone).year),
        lot_id=lot.id,
        bid_id=winner.bid_id,
        place=place,
        places=lot.members,
        state=AWARD.initial,
        amount=winner.price,
        reasons={},
        passed_over=[],
        proposer=by.person,
        proposer_name=by.name,
        proposed_at=at,
    )


def _free(lot: Lot) -> list[int]:
    """Places that no member holds."""
    held = {row.place for row in queries.standing_awards(lot)}
    return [place for place in range(1, lot.members + 1) if place not in held]


def _refuse_unreasoned(results: Sequence[LotResult], reasons: Mapping[str, str]) -> None:
    missing = [
        Problem(f"reason-{row.bid.public_id}", _l("%(bidder)s: write the reason.", bidder=row.bid.bidder))
        for row in results
        if not reasons.get(row.bid.public_id, "").strip()
    ]
    if missing:
        raise InputErrors(missing)


def _refuse_nobody(choice: Choice) -> None:
    if choice.winner is None:
        why = " ".join(row.why for row in choice.passed_over)
        message = _l("Nobody of the ranking may take this lot; end it without result. %(why)s", why=why)
        raise DomainError(message, code="nobody_left")
