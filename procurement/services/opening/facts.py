"""Figures of the workforce that were sealed with a bid join the bidder's record once the prices are open."""

from __future__ import annotations

from collections.abc import Iterable

from core import clock
from core.actors import Actor
from core.config import fund
from procurement import workforce
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from providers.facts import catalogue_on
from providers.services.facts import Source, Statement, take_over


def keep_facts(tender: Tender, bids: Iterable[Bid], *, by: Actor) -> None:
    """Not before: a mark could lean on them. What a joint bid says is of all partners together, so nobody's own, and
    special-category figures stay in the bid, where a tie alone asks for them."""
    on = clock.local_day(tender.closes_at, fund().zone)
    facts = catalogue_on(on).facts
    for bid in sorted(bids, key=lambda row: row.organisation_id):
        stated = workforce.stated(bid.content("quality").get("workforce", {}))
        said = [
            Statement(code, figure, on, evidence, period)
            for code, period, figure, evidence in stated
            if code in facts and not facts[code].is_special
        ]
        if said and not bid.joined:
            who = Actor(None, f"bid {bid.public_id}", bid.receipt.sent_by if bid.receipt else bid.bidder, frozenset())
            take_over(bid.organisation, said, source=Source("bid", tender.number), said_by=who, by=by)
