"""Checklists, admissions and what was asked of bidders."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from core.db import db
from core.errors import NotFound
from core.words import _l
from procurement.models.admission import Admission, AdmissionCheck, BidRequest
from procurement.models.bid import Bid
from procurement.models.tender import Lot, Tender


def checks_of(bid: Bid, organisation_id: int | None = None) -> Sequence[AdmissionCheck]:
    """Of everybody who bids together, or of one of them."""
    query = select(AdmissionCheck).where(AdmissionCheck.bid_id == bid.id)
    if organisation_id is not None:
        query = query.where(AdmissionCheck.organisation_id == organisation_id)
    query = query.order_by(AdmissionCheck.organisation_id, AdmissionCheck.code)
    return db.session.execute(query).scalars().all()


def refused_proofs(tender: Tender, codes: Collection[str]) -> dict[int, list[str]]:
    """Bid id → lines of `codes` that an officer found not met."""
    query = select(AdmissionCheck).join(Bid, Bid.id == AdmissionCheck.bid_id).order_by(AdmissionCheck.code)
    query = query.where(Bid.tender_id == tender.id, AdmissionCheck.code.in_(codes), AdmissionCheck.finding == "not_met")
    found: dict[int, list[str]] = {}
    for row in db.session.execute(query).scalars():
        found.setdefault(row.bid_id, []).append(row.code)
    return found


def admission_of(bid: Bid) -> Admission | None:
    return db.session.get(Admission, bid.id)


def admissions_of(tender: Tender) -> dict[int, Admission]:
    """Bid id → decision."""
    query = select(Admission).join(Bid, Bid.id == Admission.bid_id).where(Bid.tender_id == tender.id)
    return {row.bid_id: row for row in db.session.execute(query).scalars()}


def requests_of(bid: Bid, kind: str = "", lot: Lot | None = None) -> Sequence[BidRequest]:
    """Oldest first."""
    query = select(BidRequest).where(BidRequest.bid_id == bid.id)
    if kind:
        query = query.where(BidRequest.kind == kind)
    if lot is not None:
        query = query.where(BidRequest.lot_id == lot.id)
    return db.session.execute(query.order_by(BidRequest.id)).scalars().all()


def open_requests(organisation_id: int | None) -> Sequence[BidRequest]:
    """What a bidder has not answered yet."""
    query = select(BidRequest).join(Bid).where(Bid.organisation_id == organisation_id, BidRequest.answered_at.is_(None))
    return db.session.execute(query.order_by(BidRequest.due_at)).scalars().all()


def own_request(request_id: int, organisation_id: int | None) -> BidRequest:
    query = select(BidRequest).join(Bid).where(BidRequest.id == request_id, Bid.organisation_id == organisation_id)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("There is no such request here."))
    return row


def opened_bid(tender: Tender, public_id: str) -> Bid:
    """A bid that was opened, admitted or not."""
    states = ("opened", "below_minimum", "excluded")
    query = select(Bid).where(Bid.tender_id == tender.id, Bid.public_id == public_id, Bid.state.in_(states))
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("There is no such bid here."))
    return row
