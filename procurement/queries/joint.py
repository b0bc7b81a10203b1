"""Partners of joint bids: the lead sees its own, an invited unit sees what asks for its yes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.db import db
from core.errors import NotFound
from core.organisations import Organisation
from core.words import _l
from procurement.models.bid import Bid, BidPartner
from procurement.models.tender import Tender
from providers.models import Provider, ProviderServiceLine


def partners_of(bid: Bid) -> Sequence[BidPartner]:
    query = select(BidPartner).where(BidPartner.bid_id == bid.id).order_by(BidPartner.id)
    return db.session.execute(query).scalars().all()


def members_of(bid: Bid) -> Sequence[Organisation]:
    """Who bids, the lead first; partners as the envelope says."""
    numbers = [row["organisation"] for row in bid.joined]
    if not numbers:
        return [bid.organisation]
    query = select(Organisation).where(Organisation.number.in_(numbers)).order_by(Organisation.id)
    return [bid.organisation, *db.session.execute(query).scalars()]


def partner_of(bid: Bid, partner_id: int) -> BidPartner:
    query = select(BidPartner).where(BidPartner.bid_id == bid.id, BidPartner.id == partner_id)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("There is no such partner in your bid."))
    return row


def invitations(tender: Tender, organisation_id: int | None) -> Sequence[BidPartner]:
    """What this unit was asked to join; declined ones too."""
    query = select(BidPartner).join(Bid, Bid.id == BidPartner.bid_id)
    query = query.where(Bid.tender_id == tender.id, BidPartner.organisation_id == organisation_id)
    return db.session.execute(query.order_by(BidPartner.id)).scalars().all()


def invitation(tender: Tender, partner_id: int, organisation_id: int | None) -> BidPartner:
    row = next((row for row in invitations(tender, organisation_id) if row.id == partner_id), None)
    if row is None:
        raise NotFound(_l("There is no such invitation here."))
    return row


def waiting_invitations(organisation_id: int | None) -> Sequence[BidPartner]:
    query = select(BidPartner).where(BidPartner.organisation_id == organisation_id, BidPartner.state == "invited")
    return db.session.execute(query.order_by(BidPartner.id)).scalars().all()


def possible_partners(tender: Tender, lead_id: int) -> Sequence[Organisation]:
    """Accredited units of the service line, without the lead."""
    query = (
        select(Organisation)
        .join(Provider, Provider.organisation_id == Organisation.id)
        .join(ProviderServiceLine, ProviderServiceLine.organisation_id == Organisation.id)
        .where(
            ProviderServiceLine.service_line == tender.service_line,
            Provider.state == "accredited",
            Organisation.id != lead_id,
        )
    )
    return db.session.execute(query.order_by(Organisation.name)).scalars().all()
