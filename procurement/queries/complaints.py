"""Complaints, by reader: the fund, the complaints officer, the bidder who made them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.db import db
from core.errors import NotFound
from core.words import _l
from procurement.models.complaint import Complaint
from procurement.models.evaluation import PastResult
from procurement.models.tender import Lot, Tender


def complaints_of(tender: Tender) -> Sequence[Complaint]:
    query = select(Complaint).where(Complaint.tender_id == tender.id).order_by(Complaint.id)
    return db.session.execute(query).scalars().all()


def complaints_in(*states: str) -> Sequence[Complaint]:
    return (
        db.session.execute(select(Complaint).where(Complaint.state.in_(states)).order_by(Complaint.id)).scalars().all()
    )


def own_complaints(organisation_id: int | None, tender: Tender | None = None) -> Sequence[Complaint]:
    query = select(Complaint).where(Complaint.organisation_id == organisation_id)
    if tender is not None:
        query = query.where(Complaint.tender_id == tender.id)
    return db.session.execute(query.order_by(Complaint.id.desc())).scalars().all()


def complaint(number: str, organisation_id: int | None = None) -> Complaint:
    """Any complaint for the fund, only its own for a bidder."""
    query = select(Complaint).where(Complaint.number == number)
    if organisation_id is not None:
        query = query.where(Complaint.organisation_id == organisation_id)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("There is no complaint %(number)s here.", number=number))
    return row


def locked_complaint(number: str) -> Complaint:
    query = select(Complaint).where(Complaint.number == number).with_for_update(of=Complaint)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def that_stop(tender: Tender, lot: Lot | None, states: Sequence[str]) -> Sequence[Complaint]:
    """Complaints in `states` about the tender, or about this lot; without a lot about any of them."""
    query = select(Complaint).where(Complaint.tender_id == tender.id, Complaint.state.in_(states))
    if lot is not None:
        query = query.where((Complaint.lot_id == lot.id) | Complaint.lot_id.is_(None))
    return db.session.execute(query.order_by(Complaint.id)).scalars().all()


def past_results(lot: Lot) -> Sequence[PastResult]:
    query = select(PastResult).where(PastResult.lot_id == lot.id)
    return db.session.execute(query.order_by(PastResult.version, PastResult.bid_id)).scalars().all()
