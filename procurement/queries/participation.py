"""Evidence for reserved lots, and the award register's memory of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, or_, select

from core.db import db
from procurement.models.bid import Bid, BidPartner
from procurement.models.evaluation import Award
from procurement.models.participation import ParticipationEvidence
from procurement.models.tender import Lot, Tender


def evidence_of(organisation_id: int | None) -> Sequence[ParticipationEvidence]:
    """What stands, one of each kind."""
    query = select(ParticipationEvidence).where(
        ParticipationEvidence.organisation_id == organisation_id, ParticipationEvidence.replaced_at.is_(None)
    )
    return db.session.execute(query.order_by(ParticipationEvidence.kind)).scalars().all()


def last_reserved_award(organisation_id: int | None, tender: Tender) -> dt.datetime | None:
    """The latest award under Art. 77 for the services of `tender`, alone or as a partner; lots of one procedure do not
    bar each other. The reservation is kept on the award's lot."""
    as_partner = select(BidPartner.bid_id).where(
        BidPartner.organisation_id == organisation_id, BidPartner.state == "confirmed"
    )
    query = (
        select(func.max(Award.decided_at))
        .join(Lot, Lot.id == Award.lot_id)
        .join(Tender, Tender.id == Lot.tender_id)
        .join(Bid, Bid.id == Award.bid_id)
        .where(
            Lot.reservation == "res-pub-ser",
            Tender.service_line == tender.service_line,
            Tender.id != tender.id,
            or_(Bid.organisation_id == organisation_id, Bid.id.in_(as_partner)),
            Award.state.in_(("decided", "contracted")),
        )
    )
    return db.session.execute(query).scalar_one_or_none()
