"""A federation that acts for two bidders of one lot knows both prices: refused by the plan, or shown to officers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core import clock
from core.actors import Actor
from core.config import fund
from core.errors import InputErrors, Problem
from core.words import _l
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.queries import bids as queries
from procurement.services import rules


@dataclass(frozen=True, slots=True)
class Conflict:
    """`bidders` of one lot whose bids a person of the same federation sent, or that are its own."""

    federation: str
    lot: int
    bidders: tuple[str, ...]


def refuse_two_bidders(tender: Tender, bid: Bid, lots: Collection[int], by: Actor) -> None:
    """With the tender's row locked: of two that come at once one sees the other."""
    closes_on = clock.local_day(tender.closes_at, fund().zone)
    if not rules.periods(closes_on).refuses_two_bidders:
        return
    agent_id = by.mandate.agent_id if by.mandate else bid.organisation_id
    taken = {lot for other in queries.sent_by(tender.id, agent_id) if other.id != bid.id for lot in other.lots}
    found = [
        Problem("lots", _l("Your federation has sent a bid of another unit for lot %(lot)s.", lot=lot), str(lot))
        for lot in sorted(taken & set(lots))
    ]
    if found:
        raise InputErrors(found)


def conflicts(tender: Tender) -> list[Conflict]:
    """What the officers read once bids are open, by lot."""
    bids = queries.sent_in(tender.id)
    agents = {row.agent_id: row.agent.name for row in bids if row.agent_id is not None and row.agent is not None}
    found = []
    for agent_id, name in sorted(agents.items()):
        mine = [row for row in bids if agent_id in (row.agent_id, row.organisation_id)]
        for lot in sorted({number for row in mine for number in row.lots}):
            together = tuple(row.organisation.name for row in mine if lot in row.lots)
            if len(together) > 1:
                found.append(Conflict(name, lot, together))
    return found
