"""Everything that publishing reads of a set of tenders: a fixed number of statements, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from core import audit, clock
from core.acts import Act
from core.audit import AuditEntry
from core.config import fund
from core.db import db
from core.organisations import Organisation
from procurement.models.bid import Bid, BidPartner
from procurement.models.complaint import Complaint
from procurement.models.contract import Contract
from procurement.models.elsewhere import ElsewhereProcedure
from procurement.models.evaluation import Award, LotResult
from procurement.models.notice import NoticeVersion, TenderQuestion
from procurement.models.participation import ParticipationEvidence
from procurement.models.planning import PurchasePlan
from procurement.models.portal import PortalProcedure
from procurement.models.tender import Lot, Tender
from procurement.ocds.outcome import Outcome
from procurement.queries.breaches import found_breaches
from procurement.queries.endings import carried_out
from procurement.queries.paid import paid_by_month
from procurement.queries.withholding import prices_withheld
from providers.queries import SseRecords

AT_ONCE = 500
Row = TypeVar("Row")


def outcomes(tender_ids: Collection[int]) -> Iterator[Outcome]:
    """Everything public about these tenders, a set at a time."""
    ids = sorted(tender_ids)
    for start in range(0, len(ids), AT_ONCE):
        yield from _outcomes(ids[start : start + AT_ONCE])


def _outcomes(ids: Sequence[int]) -> Iterator[Outcome]:
    tenders = _of(Tender, Tender.id, ids)
    bids, awards = _bids(ids), _awards(ids)
    contracts = _contracts(tenders, awards)
    results = _by(_results(ids), lambda row: row.lot.tender_id)
    questions, versions = (_by(_of(kind, kind.tender_id, ids), _tender) for kind in (TenderQuestion, NoticeVersion))
    complaints = _by(_of(Complaint, Complaint.tender_id, ids), _tender)
    plans, portals = ({row.tender_id: row for row in _of(k, k.tender_id, ids)} for k in (PurchasePlan, PortalProcedure))
    there = {row.tender_id: row.ocid for row in _of(ElsewhereProcedure, ElsewhereProcedure.tender_id, ids)}
    away = prices_withheld(ids, clock.today(fund().zone))
    joined, changes, paid = partners(bids), _changes(contracts), paid_by_month(contracts)
    units = {bid.organisation_id for bid in bids} | {unit.id for row in joined.values() for unit in row}
    workers, records = _workers(units), SseRecords(units)
    broken, ended = found_breaches([row.id for row in contracts]), carried_out([row.id for row in contracts])
    bids_of, awards_of = _by(bids, _tender), _by(awards, lambda row: row.lot.tender_id)
    numbers = {row.id: row.lot.tender.number for row in awards}
    of_tender = _by(contracts, lambda row: numbers.get(row.award_id or 0) or row.origin_reference.partition(" ")[0])
    for tender in tenders:
        own, closed = bids_of[tender.id], clock.local_day(tender.closes_at, fund().zone)
        yield Outcome(
            tender, own, results[tender.id], awards_of[tender.id], of_tender[tender.number],
            {bid.id: bid.lots for bid in own}, questions[tender.id], versions[tender.id], plans.get(tender.id),
            joined, workers, complaints[tender.id], portals.get(tender.id), there.get(tender.id, ""), changes, paid,
            away, frozenset(key for key in units if records.on(key, closed).is_sse), broken, ended,
        )  # fmt: skip


def partners(bids: Iterable[Bid]) -> dict[int, list[Organisation]]:
    """Bid id → units that joined it with a yes of their own."""
    query = select(BidPartner).where(BidPartner.bid_id.in_([bid.id for bid in bids]), BidPartner.state == "confirmed")
    found: dict[int, list[Organisation]] = defaultdict(list)
    for row in db.session.execute(query.order_by(BidPartner.id)).scalars():
        found[row.bid_id].append(row.organisation)
    return found


def _of(kind: Any, column: Any, ids: Sequence[int]) -> list[Any]:
    key = kind.__mapper__.primary_key[0]
    return list(db.session.execute(select(kind).where(column.in_(ids)).order_by(key)).scalars().unique())


def _by(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _tender(row: Any) -> int:
    return int(row.tender_id)


def _bids(ids: Sequence[int]) -> Sequence[Bid]:
    """Those that were sent or taken over, and not taken back."""
    sent = select(Bid).where(Bid.tender_id.in_(ids), Bid.state.not_in(("draft", "withdrawn", "lapsed")))
    return db.session.execute(sent.order_by(Bid.id)).scalars().all()


def _results(ids: Sequence[int]) -> Sequence[LotResult]:
    query = select(LotResult).join(Lot, Lot.id == LotResult.lot_id).where(Lot.tender_id.in_(ids))
    return db.session.execute(query.order_by(LotResult.lot_id, LotResult.bid_id)).scalars().all()


def _awards(ids: Sequence[int]) -> Sequence[Award]:
    query = select(Award).join(Lot, Lot.id == Award.lot_id).where(Lot.tender_id.in_(ids), Award.state != "sent_back")
    return db.session.execute(query.order_by(Award.id)).scalars().all()


def _contracts(tenders: Sequence[Tender], awards: Sequence[Award]) -> Sequence[Contract]:
    named = [f"{tender.number} lot {lot.number}" for tender in tenders for lot in tender.lots]
    there = (Contract.origin == "award_elsewhere") & Contract.origin_reference.in_(named)
    query = select(Contract).where(or_(Contract.award_id.in_([row.id for row in awards]), there))
    query = query.options(selectinload(Contract.indicators)).order_by(Contract.number)
    found = db.session.execute(query).scalars().all()
    follow = select(Contract).where(Contract.follows_id.in_([row.id for row in found]))
    return [*found, *db.session.execute(follow.options(selectinload(Contract.indicators))).scalars()]


def _changes(contracts: Sequence[Contract]) -> Mapping[str, Sequence[AuditEntry]]:
    """Contract number → prices agreed and amendments in force since it was signed."""
    if not contracts:
        return {}
    numbers = {row.number for row in contracts}
    told = [row for row in audit.entries("contracts", Act.RATE_AGREED, Act.CONTRACT_AMENDED) if row.subject in numbers]
    return _by(told, lambda row: row.subject)


def _workers(organisation_ids: Collection[int]) -> dict[int, Decimal]:
    """Organisation id → all its workers, by the newest evidence that counted them and is still valid."""
    today = clock.today(fund().zone)
    query = select(ParticipationEvidence.organisation_id, ParticipationEvidence.total).where(
        ParticipationEvidence.organisation_id.in_(organisation_ids),
        ParticipationEvidence.total.is_not(None),
        ParticipationEvidence.replaced_at.is_(None),
        ParticipationEvidence.valid_until >= today,
    )
    return {key: total for key, total in db.session.execute(query) if total is not None}
