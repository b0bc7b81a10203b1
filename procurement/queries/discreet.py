"""Tenders for restricted services: known to the fund and to those who could give that care, to nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, false, or_, select

from core import clock
from core.actors import Actor
from core.config import fund
from core.db import db
from core.restricted import restricted_services
from core.roles import FUND_STAFF
from procurement.models.bid import Bid, BidPartner
from procurement.models.tender import Lot, LotService, Tender
from providers.models import ProviderServiceLine
from providers.queries import is_accredited


def is_discreet() -> Any:
    """A condition on a query of tenders: a lot asks for a restricted service."""
    asked = select(LotService.lot_id).join(Lot, LotService.lot_id == Lot.id).where(Lot.tender_id == Tender.id)
    return exists(asked.where(LotService.service.in_(restricted_services())))


def known_to(who: Actor | None) -> list[Any]:
    """What narrows a query of published tenders; `who` None: the public."""
    if who is not None and who.organisation_id is not None:
        return [or_(~is_discreet(), _takes_part(who.organisation_id), _could_bid(who.organisation_id))]
    return [] if who is not None and who.has(*FUND_STAFF) else [~is_discreet()]


def discreet_ids() -> set[int]:
    """Of all tenders for restricted services."""
    return set(db.session.execute(select(Tender.id).where(is_discreet())).scalars())


def discreet_notices() -> Sequence[Tender]:
    """Published ones, the latest deadline first: for short notices, which say number and dates only."""
    query = select(Tender).where(Tender.published_at.is_not(None), is_discreet())
    return db.session.execute(query.order_by(Tender.closes_at.desc(), Tender.id.desc())).scalars().all()


def _takes_part(organisation_id: int) -> Any:
    """Whoever bid, alone or with others, goes on reading what became of it."""
    own = select(Bid.id).where(Bid.tender_id == Tender.id)
    joined = select(BidPartner.id).join(Bid, BidPartner.bid_id == Bid.id).where(Bid.tender_id == Tender.id)
    return or_(
        exists(own.where(Bid.organisation_id == organisation_id)),
        exists(joined.where(BidPartner.organisation_id == organisation_id)),
    )


def _could_bid(organisation_id: int) -> Any:
    """Accredited today, and registered for this kind of care."""
    today: dt.date = clock.today(fund().zone)
    if not is_accredited(organisation_id, today):
        return false()
    line = select(ProviderServiceLine.service_line).where(ProviderServiceLine.organisation_id == organisation_id)
    return exists(line.where(ProviderServiceLine.service_line == Tender.service_line))
