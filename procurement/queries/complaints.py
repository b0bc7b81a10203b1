"""Complaints, by reader: the fund, the complaints officer, the bidder who made them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select

from core.db import db
from core.errors import NotFound
from core.words import _l
from procurement.models.bid import Bid
from procurement.models.complaint import Complaint, ComplaintLetter, Superseded
from procurement.models.evaluation import LotResult, PastResult
from procurement.models.tender import Lot, Tender

SENT = ("sealed", "unconfirmed", "opened", "unreadable", "below_minimum", "excluded")


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


def bidders_concerned(row: Complaint) -> Sequence[int]:
    """Organisations whose bid was sent; of one lot, when it is known who bid for it, only those."""
    query = select(Bid.organisation_id).where(Bid.tender_id == row.tender_id, Bid.state.in_(SENT))
    if row.lot_id is not None:
        of_lot = select(LotResult.bid_id).where(LotResult.lot_id == row.lot_id)
        query = query.where(Bid.id.in_(of_lot) | ~of_lot.exists())
    return db.session.execute(query.order_by(Bid.organisation_id)).scalars().all()


def letter_of(number: str, organisation_id: int | None) -> ComplaintLetter:
    """The decision as this organisation got it."""
    query = select(ComplaintLetter).join(Complaint).where(Complaint.number == number)
    row = db.session.execute(query.where(ComplaintLetter.organisation_id == organisation_id)).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("There is no decision here."))
    return row


def superseded_by(row: Complaint) -> Sequence[Superseded]:
    """What stood before, in the order of the tender."""
    query = select(Superseded).where(Superseded.complaint_id == row.id)
    return db.session.execute(query.order_by(Superseded.bid_id, Superseded.criterion_id, Superseded.id)).scalars().all()


def reopened_at(tender: Tender) -> dt.datetime | None:
    """When marks or admissions were last taken off the scales: what is older and still there stands."""
    query = select(func.max(Superseded.ended_at)).join(Complaint, Complaint.id == Superseded.complaint_id)
    return db.session.execute(query.where(Complaint.tender_id == tender.id)).scalar_one_or_none()


def decided_for(organisation_id: int | None, tender: Tender) -> Sequence[Complaint]:
    """Decisions about complaints of others that this bidder was told of."""
    query = select(Complaint).join(ComplaintLetter).where(ComplaintLetter.organisation_id == organisation_id)
    query = query.where(Complaint.tender_id == tender.id, Complaint.organisation_id != organisation_id)
    return db.session.execute(query.order_by(Complaint.id)).scalars().all()


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
