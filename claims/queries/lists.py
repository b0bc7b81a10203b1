"""The screens' lists, each narrowed to what its reader may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, literal_column, or_, select

from claims.models import Claim, ClaimLine, ClaimNumber, ClaimReceipt, ClaimVersion, LineVersion
from claims.queries.records import is_live, undecided, versions_of_claim
from claims.readers import Reader
from claims.states import CLAIM
from core.codes import Service
from core.db import db
from core.organisations import Organisation
from procurement.models.contract import Contract, ContractLine

PAGE = 20


@dataclass(frozen=True, slots=True)
class Filters:
    """`words`: the beginning of a claim, member or own number; `month`: first day of a service month."""

    words: str = ""
    state: str = ""
    month: dt.date | None = None


def _live(reader: Reader) -> Any:
    query = select(Claim, ClaimVersion).outerjoin(ClaimVersion, versions_of_claim())
    return query.where(is_live(), *reader.of_claims())


def _state() -> Any:
    """Of the live version; a claim without one is received."""
    return func.coalesce(ClaimVersion.state, literal_column(f"'{CLAIM.initial}'"))


def _filtered(query: Any, filters: Filters) -> Any:
    if filters.words:
        begins = f"{filters.words.strip().upper()}%"
        query = query.where(
            or_(Claim.number.like(begins), Claim.member_number.like(begins), Claim.provider_claim_no.like(begins))
        )
    if filters.state == "in_part":
        is_cut = or_(ClaimVersion.write_off > 0, ClaimVersion.headline.startswith("BEN-"))
        query = query.where(ClaimVersion.state == "adjudicated", is_cut)
    elif filters.state == CLAIM.initial:
        query = query.where(ClaimVersion.version.is_(None))
    elif filters.state:
        query = query.where(ClaimVersion.state == filters.state)
    if filters.month is not None:
        after = (filters.month + dt.timedelta(days=31)).replace(day=1)
        query = query.where(Claim.service_until >= filters.month, Claim.service_from < after)
    return query


def page_of_claims(reader: Reader, filters: Filters, page: int, size: int = PAGE) -> Sequence[Any]:
    query = _filtered(_live(reader), filters).order_by(Claim.received_at.desc(), Claim.id.desc())
    rows = db.session.execute(query.offset((page - 1) * size).limit(size))
    return [(claim, version or undecided(claim)) for claim, version in rows]


def count_claims(reader: Reader, filters: Filters) -> int:
    counted = select(func.count()).select_from(_filtered(_live(reader), filters).subquery())
    return db.session.execute(counted).scalar_one()


def lines_of_claims(claims: Collection[Claim]) -> dict[int, list[ClaimLine]]:
    """Lines of a page of claims: what a list says about the care."""
    found: dict[int, list[ClaimLine]] = {}
    query = select(ClaimLine).where(ClaimLine.claim_id.in_([claim.id for claim in claims]))
    for row in db.session.execute(query.order_by(ClaimLine.claim_id, ClaimLine.line_no)).scalars():
        found.setdefault(row.claim_id, []).append(row)
    return found


def sums_since(reader: Reader, since: dt.datetime) -> Any:
    """Claims received since an instant: how many, asked, what the fund pays, what is not decided yet."""
    query = (
        select(
            func.count().label("claims"),
            func.coalesce(func.sum(Claim.amount), 0).label("asked"),
            func.coalesce(func.sum(ClaimVersion.benefit), 0).label("benefit"),
            func.coalesce(func.sum(func.coalesce(ClaimVersion.undecided, Claim.amount)), 0).label("undecided"),
        )
        .select_from(Claim)
        .outerjoin(ClaimVersion, versions_of_claim())
        .where(is_live(), Claim.received_at >= since, _state().not_in(("voided", "replaced")))
    )
    return db.session.execute(query.where(*reader.of_claims())).one()


def _sent_back(reader: Reader) -> Any:
    """Sent back and not sent again under the same number."""
    holds = and_(
        ClaimNumber.organisation_id == Claim.organisation_id,
        ClaimNumber.provider_claim_no == Claim.provider_claim_no,
        ClaimNumber.claim_id == Claim.id,
    )
    return _live(reader).join(ClaimNumber, holds).where(ClaimVersion.state == "returned")


def sent_back(reader: Reader, limit: int = 20) -> Sequence[Any]:
    """The ones whose last day comes first."""
    return db.session.execute(_sent_back(reader).order_by(ClaimVersion.due_on, Claim.id).limit(limit)).all()


def sent_back_sums(reader: Reader) -> tuple[int, int]:
    rows = _sent_back(reader).subquery()
    query = select(func.count(), func.coalesce(func.sum(rows.c.amount), 0)).select_from(rows)
    count, amount = db.session.execute(query).one()
    return int(count), int(amount)


def queue(reader: Reader, headline: str = "", page: int = 1, size: int = PAGE) -> Sequence[Any]:
    """Claims that wait for a person: the oldest promise first, then the largest sum."""
    query = (
        select(Claim, ClaimVersion, Organisation.name.label("provider"))
        .join(ClaimVersion, versions_of_claim())
        .join(Organisation, Organisation.id == Claim.organisation_id)
        .where(ClaimVersion.state == "pended", is_live(), *reader.of_claims())
        .order_by(ClaimVersion.due_on, ClaimVersion.undecided.desc(), Claim.id)
    )
    if headline:
        query = query.where(ClaimVersion.headline == headline)
    return db.session.execute(query.offset((page - 1) * size).limit(size)).all()


def queue_counts(reader: Reader) -> Sequence[Any]:
    """Per deciding reason: claims, money, the oldest receipt."""
    query = (
        select(
            ClaimVersion.headline,
            func.count().label("claims"),
            func.sum(ClaimVersion.undecided).label("amount"),
            func.min(Claim.received_at).label("oldest"),
        )
        .join(Claim, versions_of_claim())
        .where(ClaimVersion.state == "pended", is_live(), *reader.of_claims())
        .group_by(ClaimVersion.headline)
        .order_by(ClaimVersion.headline)
    )
    return db.session.execute(query).all()


def pended_lines(claims: Collection[Claim]) -> dict[int, LineVersion]:
    """The first waiting line of each claim, from its live version."""
    query = (
        select(LineVersion)
        .join(
            ClaimVersion,
            and_(
                ClaimVersion.partition == LineVersion.partition,
                ClaimVersion.claim_id == LineVersion.claim_id,
                ClaimVersion.version == LineVersion.version,
            ),
        )
        .where(LineVersion.claim_id.in_([claim.id for claim in claims]), LineVersion.state == "pended", is_live())
        .order_by(LineVersion.claim_id, LineVersion.line_no.desc())
    )
    return {row.claim_id: row for row in db.session.execute(query).scalars()}


def units_of(services: Collection[str]) -> dict[str, str]:
    query = select(Service.code, Service.unit).where(Service.code.in_(set(services)))
    return {row.code: row.unit for row in db.session.execute(query)}


def organisation_names(ids: Collection[int]) -> dict[int, str]:
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(query)}


def receipts(reader: Reader, limit: int = 10) -> Sequence[ClaimReceipt]:
    query = select(ClaimReceipt).where(ClaimReceipt.channel == "file", *reader.of_receipts())
    return db.session.execute(query.order_by(ClaimReceipt.id.desc()).limit(limit)).scalars().all()


def receipt(receipt_id: int, reader: Reader) -> ClaimReceipt | None:
    query = select(ClaimReceipt).where(ClaimReceipt.id == receipt_id, *reader.of_receipts())
    return db.session.execute(query).scalar_one_or_none()


def states_of_receipt(receipt_id: int) -> dict[str, tuple[int, int]]:
    """Claims of a file by their live state: how many, what the fund pays."""
    paid = func.coalesce(func.sum(ClaimVersion.benefit), 0)
    query = select(_state(), func.count(), paid).select_from(Claim).outerjoin(ClaimVersion, versions_of_claim())
    rows = db.session.execute(query.where(Claim.receipt_id == receipt_id, is_live()).group_by(_state()))
    return {state: (count, benefit) for state, count, benefit in rows}


def tariff_of(organisation_id: int, on: dt.date) -> Sequence[Any]:
    """What the cooperative may bill that day: code, name, unit, agreed rate."""
    query = (
        select(ContractLine.service, func.coalesce(Service.name, ContractLine.service).label("name"), ContractLine.rate)
        .join(Contract)
        .outerjoin(Service, Service.code == ContractLine.service)
        .where(
            Contract.organisation_id == organisation_id,
            Contract.state != "drawn",
            ContractLine.valid_from <= on,
            ContractLine.valid_until >= on,
        )
        .order_by(case((Service.name.is_(None), 1), else_=0), Service.name, ContractLine.service)
        .limit(200)
    )
    return list({row.service: row for row in db.session.execute(query)}.values())
