"""What may have news, and what anyone may fetch: published releases only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Numeric, Select, cast, func, or_, select

from core.audit import AuditHead
from core.codes import Service
from core.db import db
from core.errors import NotFound
from core.words import _l
from procurement.models.contract import Contract, ContractIndicator, ContractLine
from procurement.models.evaluation import Award
from procurement.models.portal import PortalProcedure
from procurement.models.publication import OcdsRelease
from procurement.models.tender import Lot, Tender
from procurement.ocds.tender_section import Catalogue
from procurement.queries.discreet import is_discreet
from procurement.queries.paid import last_month

OF_TENDERS = ("award", "award_elsewhere")


def _fetchable() -> list[Any]:
    """What anyone may fetch: published, and not of a tender whose service was marked restricted, also since then."""
    discreet = select(Tender.id).where(is_discreet())
    return [OcdsRelease.state == "published", OcdsRelease.tender_id.not_in(discreet)]


def catalogue() -> Catalogue:
    return {row.code: row for row in db.session.execute(select(Service)).scalars()}


def bases() -> dict[int, str]:
    """Tender id → how far its trail and its contracts have come: a tender whose basis moved may have news."""
    ends = db.session.execute(select(AuditHead.stream, AuditHead.sequence))
    heads = {row.stream: row.sequence for row in ends}
    contracts = _standing_of_contracts()
    ours = or_(Tender.published_at.is_not(None), Tender.id.in_(_led_here()))
    query = select(Tender.id, Tender.number).where(ours, ~is_discreet())
    return {
        key: " ".join([str(heads.get(f"tender:{number}", 0)), *contracts[number]])
        for key, number in db.session.execute(query)
    }


def after_own_entry(basis: str) -> str:
    """The basis once the release itself stands in the trail: its own entry is no news."""
    head, blank, contracts = basis.partition(" ")
    return f"{int(head) + 1}{blank}{contracts}"


def _led_here() -> Select[int]:
    """Tenders of a portal with a decision: their portal published the notice, the rest is ours to tell."""
    decided = select(Lot.tender_id).join(Award, Award.lot_id == Lot.id).where(Award.decided_at.is_not(None))
    return decided.join(PortalProcedure, PortalProcedure.tender_id == Lot.tender_id)


def _standing_of_contracts() -> dict[str, list[str]]:
    """Tender number → its contracts: state, prices agreed, what was measured, and the month up to which it was paid."""
    found: dict[str, list[str]] = defaultdict(list)
    month, prices, measured = last_month().isoformat(), _prices(), _measured()
    columns = (Tender.number, Contract.id, Contract.number, Contract.state, Contract.origin_reference)
    query = select(*columns).select_from(Contract).outerjoin(Award, Award.id == Contract.award_id)
    query = query.outerjoin(Lot, Lot.id == Award.lot_id).outerjoin(Tender, Tender.id == Lot.tender_id)
    query = query.where(Contract.origin.in_(OF_TENDERS)).order_by(Contract.number)
    for tender, key, number, state, reference in db.session.execute(query):
        parts = [number, state, prices.get(key, ""), measured.get(key, ""), "" if state == "drawn" else month]
        found[tender or reference.partition(" ")[0]].append(":".join(parts))
    return found


def _prices() -> dict[int, str]:
    """Contract id → how many of its lines have a price: one may be agreed later, none is taken back."""
    query = select(ContractLine.contract_id, func.count(ContractLine.rate)).join(Contract)
    query = query.where(Contract.origin.in_(OF_TENDERS)).group_by(ContractLine.contract_id)
    return {key: str(count) for key, count in db.session.execute(query)}


def _measured() -> dict[int, str]:
    """Contract id → its latest day of observation and the sum of what was observed."""
    day, value = ContractIndicator.measured["on"].as_string(), ContractIndicator.measured["value"].as_string()
    columns = (ContractIndicator.contract_id, func.max(day), func.sum(cast(value, Numeric(24, 6))))
    query = select(*columns).join(Contract).where(day.is_not(None), Contract.origin.in_(OF_TENDERS))
    query = query.group_by(ContractIndicator.contract_id)
    return {key: f"{on}={total}" for key, on, total in db.session.execute(query)}


def last_bases() -> dict[int, str]:
    """Tender id → the basis of its latest release, published or refused."""
    latest = select(func.max(OcdsRelease.id)).group_by(OcdsRelease.tender_id)
    query = select(OcdsRelease.tender_id, OcdsRelease.basis).where(OcdsRelease.id.in_(latest))
    return {row.tender_id: row.basis for row in db.session.execute(query)}


def last_published(tender_id: int) -> OcdsRelease | None:
    query = select(OcdsRelease).where(OcdsRelease.tender_id == tender_id, OcdsRelease.state == "published")
    return db.session.execute(query.order_by(OcdsRelease.sequence.desc()).limit(1)).scalar_one_or_none()


def count_of(tender_id: int) -> int:
    query = select(func.count()).select_from(OcdsRelease).where(OcdsRelease.tender_id == tender_id)
    return int(db.session.execute(query).scalar_one())


def published_release(release_id: str) -> OcdsRelease:
    query = select(OcdsRelease).where(OcdsRelease.release_id == release_id, *_fetchable())
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("There is no release %(id)s.", id=release_id))
    return row


def releases_of(number: str) -> Sequence[OcdsRelease]:
    """All published releases of a procedure, the first first."""
    query = select(OcdsRelease).join(Tender).where(Tender.number == number, *_fetchable())
    rows = db.session.execute(query.order_by(OcdsRelease.sequence)).scalars().all()
    if not rows:
        raise NotFound(_l("There is no %(number)s here.", number=number))
    return rows


def all_releases_of(tender: Tender) -> Sequence[OcdsRelease]:
    """Also those that were kept back."""
    query = select(OcdsRelease).where(OcdsRelease.tender_id == tender.id).order_by(OcdsRelease.sequence)
    return db.session.execute(query).scalars().all()


def procedure_page(after: int, size: int) -> Sequence[int]:
    """Tender ids with a published release, after `after`, oldest first."""
    query = select(OcdsRelease.tender_id).where(*_fetchable(), OcdsRelease.tender_id > after)
    return db.session.execute(query.distinct().order_by(OcdsRelease.tender_id).limit(size)).scalars().all()


def latest_bodies(tender_ids: Sequence[int] | None = None) -> Iterator[OcdsRelease]:
    """The latest published release of each procedure, streaming."""
    latest = select(func.max(OcdsRelease.id)).where(*_fetchable()).group_by(OcdsRelease.tender_id)
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
    query = select(func.count(OcdsRelease.tender_id.distinct()), func.count()).where(*_fetchable())
    procedures, releases = db.session.execute(query).one()
    return int(procedures), int(releases)
