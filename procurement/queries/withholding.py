"""Fields of bids that are withheld."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import select

from core import clock
from core.config import fund
from core.db import db
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.models.withheld import WithheldField
from procurement.withholding import Withheld


def withheld_in(tender: Tender) -> Sequence[WithheldField]:
    """Every one there ever was, newest first."""
    query = select(WithheldField).join(WithheldField.bid).where(Bid.tender_id == tender.id)
    return db.session.execute(query.order_by(WithheldField.id.desc())).scalars().unique().all()


def withheld(tender: Tender, on: dt.date | None = None) -> Withheld:
    """As of `on`, else today."""
    today = on or clock.today(fund().zone)
    return Withheld({(row.bid_id, row.field): row for row in withheld_in(tender) if row.withheld_until >= today})


def prices_withheld(tender_ids: Collection[int], on: dt.date) -> frozenset[int]:
    """Ids of bids whose price is not told on `on`."""
    query = select(WithheldField.bid_id).join(Bid, Bid.id == WithheldField.bid_id)
    query = query.where(Bid.tender_id.in_(tender_ids), WithheldField.field == "price")
    return frozenset(db.session.execute(query.where(WithheldField.withheld_until >= on)).scalars())
