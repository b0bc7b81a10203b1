"""Procedures that live on a portal, and who may have bid there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.db import db
from core.organisations import Organisation
from procurement.models.bid import Bid
from procurement.models.portal import PortalProcedure
from procurement.models.tender import Tender
from providers.models import ProviderServiceLine


def portal_procedure(tender_id: int) -> PortalProcedure | None:
    return db.session.get(PortalProcedure, tender_id)


def recorded_bids(tender: Tender) -> Sequence[Bid]:
    """In the order in which they were recorded, before and after they were taken over."""
    query = select(Bid).where(Bid.tender_id == tender.id, Bid.version > 0).order_by(Bid.id)
    return db.session.execute(query).scalars().all()


def bidders_for(tender: Tender) -> Sequence[Organisation]:
    """Registered for the service line, by name."""
    query = select(Organisation).join(ProviderServiceLine, ProviderServiceLine.organisation_id == Organisation.id)
    query = query.where(ProviderServiceLine.service_line == tender.service_line).order_by(Organisation.name)
    return db.session.execute(query).scalars().all()
