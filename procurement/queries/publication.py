"""What is read for publishing, and what anyone may fetch: published releases only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from core.audit import AuditHead
from core.codes import Service
from core.db import db
from core.errors import NotFound
from core.words import _l
from procurement.models.bid import Bid
from procurement.models.contract import Contract
from procurement.models.evaluation import Award, LotResult
from procurement.models.notice import NoticeVersion, TenderQuestion
from procurement.models.publication import OcdsRelease
from procurement.models.tender import Lot, Tender
from procurement.ocds.results import Outcome
from procurement.ocds.tender_section import Catalogue
from procurement.services.bids import lots_of

AT_ONCE = 500


def catalogue() -> Catalogue:
    return {row.code: row for row in db.session.execute(select(Service)).scalars()}


def bases() -> dict[int, str]:
    """Tender id → how far its trail and its contracts have come: a tender whose basis moved may have news."""
    ends = db.session.execute(select(AuditHead.stream, AuditHead.sequence))
    heads = {row.stream: row.sequence for row in ends}
    contracts: dict[int, list[str]] = defaultdict(list)
    query = select(Lot.tender_id, Contract.number, Contract.state).join(Award, Award.lot_id == Lot.id)
    query = query.join(Contract, Contract.award_id == Award.id).order_by(Contract.number)
    for tender_id, number, state in db.session.execute(query):
        contracts[tender_id].append(f"{number}:{state}")
    published = select(Tender.id, Tender.number).where(Tender.published_at.is_not(None))
    return {
        key: " ".join([str(heads.get(f"tender:{number}", 0)), *contracts[key]])
        for key, number in db.session.execute(published)
    }


def last_bases() -> dict[int, str]:
    """Tender id → the basis of its latest release, published or refused."""
    latest = select(func.max(OcdsRelease.id)).group_by(OcdsRelease.tender_id)
    query = select(OcdsRelease.tender_id, OcdsRelease.basis).where(OcdsRelease.id.in_(latest))
    return {row.tender_id: row.basis for row in db.session.execute(query)}


def outcomes(tender_ids: Collection[int]) -> Iterator[Outcome]:
    """Everything public about these tenders, a set at a time."""
    ids = sorted(tender_ids)
    for start in range(0, len(ids), AT_ONCE):
        yield from _outcomes(ids[start : start + AT_ONCE])


def _outcomes(ids: Sequence[int]) -> Iterator[Outcome]:
    tenders = db.session.execute(select(Tender).where(Tender.id.in_(ids)).order_by(Tender.id)).scalars().all()
    sent = select(Bid).where(Bid.tender_id.in_(ids), Bid.state.not_in(("draft", "withdrawn", "lapsed")))
    bids = db.session.execute(sent.order_by(Bid.id)).scalars().all()
    in_lots = select(Lot.id).where(Lot.tender_id.in_(ids))
    results = db.session.execute(select(LotResult).where(LotResult.lot_id.in_(in_lots))).scalars().all()
    living = select(Award).where(Award.lot_id.in_(in_lots), Award.state != "sent_back").order_by(Award.id)
    awards = db.session.execute(living).scalars().all()
    drawn = select(Contract).where(Contract.award_id.in_([row.id for row in awards])).order_by(Contract.number)
    contracts = db.session.execute(drawn.options(selectinload(Contract.indicators))).scalars().all()
    asked = db.session.execute(select(TenderQuestion).where(TenderQuestion.tender_id.in_(ids))).scalars().all()
    versions = db.session.execute(select(NoticeVersion).where(NoticeVersion.tender_id.in_(ids))).scalars().all()
    for tender in tenders:
        lots = {lot.id for lot in tender.lots}
        own = [bid for bid in bids if bid.tender_id == tender.id]
        decided = [row for row in awards if row.lot_id in lots]
        award_ids = {row.id for row in decided}
        yield Outcome(
            tender,
            own,
            [row for row in results if row.lot_id in lots],
            decided,
            [row for row in contracts if row.award_id in award_ids],
            {bid.id: lots_of(bid) for bid in own},
            [row for row in asked if row.tender_id == tender.id],
            [row for row in versions if row.tender_id == tender.id],
        )


def last_published(tender_id: int) -> OcdsRelease | None:
    query = select(OcdsRelease).where(OcdsRelease.tender_id == tender_id, OcdsRelease.state == "published")
    return db.session.execute(query.order_by(OcdsRelease.sequence.desc()).limit(1)).scalar_one_or_none()


def count_of(tender_id: int) -> int:
    query = select(func.count()).select_from(OcdsRelease).where(OcdsRelease.tender_id == tender_id)
    return int(db.session.execute(query).scalar_one())


def published_release(release_id: str) -> OcdsRelease:
    query = select(OcdsRelease).where(OcdsRelease.release_id == release_id, OcdsRelease.state == "published")
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("There is no release %(id)s.", id=release_id))
    return row


def releases_of(number: str) -> Sequence[OcdsRelease]:
    """All published releases of a procedure, the first first."""
    query = select(OcdsRelease).join(Tender).where(Tender.number == number, OcdsRelease.state == "published")
    rows = db.session.execute(query.order_by(OcdsRelease.sequence)).scalars().all()
    if not rows:
        raise NotFound(_l("There is no %(number)s here.", number=number))
    return rows


def procedure_page(after: int, size: int) -> Sequence[int]:
    """Tender ids with a published release, after `after`, oldest first."""
    query = select(OcdsRelease.tender_id).where(OcdsRelease.state == "published", OcdsRelease.tender_id > after)
    return db.session.execute(query.distinct().order_by(OcdsRelease.tender_id).limit(size)).scalars().all()


def latest_bodies(tender_ids: Sequence[int] | None = None) -> Iterator[OcdsRelease]:
    """The latest published release of each procedure, streaming."""
    latest = select(func.max(OcdsRelease.id)).where(OcdsRelease.state == "published").group_by(OcdsRelease.tender_id)
    query = select(OcdsRelease).where(OcdsRelease.id.in_(latest)).order_by(OcdsRelease.tender_id)
    if tender_ids is not None:
        query = query.where(OcdsRelease.tender_id.in_(tender_ids))
    yield from db.session.execute(query.execution_options(yield_per=100)).scalars()


def refused() -> Sequence[OcdsRelease]:
    """Latest releases that were kept back, for the fund's officers."""
    latest = select(func.max(OcdsRelease.id)).group_by(OcdsRelease.tender_id)
    query = select(OcdsRelease).where(OcdsRelease.id.in_(latest), OcdsRelease.state == "refused")
    return db.session.execute(query.order_by(OcdsRelease.id.desc())).scalars().all()


def published_count() -> tuple[int, int]:
    """(procedures, releases) that anyone can fetch."""
    query = select(func.count(OcdsRelease.tender_id.distinct()), func.count()).where(OcdsRelease.state == "published")
    procedures, releases = db.session.execute(query).one()
    return int(procedures), int(releases)
