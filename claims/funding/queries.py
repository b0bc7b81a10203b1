"""What is posted under contracts and how it was shared out, as sets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from claims.funding.models import FundingLine, FundingPart, FundingShare
from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.queries.records import line_as_sent, lines_of_version, versions_of_claim
from core.actors import Actor
from core.among import among
from core.db import db
from core.organisations import Organisation
from payments.models import Journal, LedgerAccount, Payable, Posting
from procurement.models.contract import Contract
from procurement.queries.contracts import known_contracts

Span = tuple[dt.date, dt.date]  # first and last day of posting


def locked_organisation(organisation_id: int) -> Organisation:
    """One split of a provider's payables at a time."""
    query = select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    return db.session.execute(query).scalar_one()


def organisations_posted(span: Span) -> list[int]:
    """Who is owed something that was posted in these days."""
    query = select(Payable.organisation_id).join(Journal, Journal.id == Payable.journal_id)
    query = query.where(Journal.occurred_on.between(*span), Payable.organisation_id.is_not(None))
    return [key for (key,) in db.session.execute(query.distinct().order_by(Payable.organisation_id)) if key]


def unsplit(organisation_id: int, span: Span, after: int, limit: int) -> Sequence[Any]:
    """(id, business key, amount, contract or None, summary, day of posting) of payables that stand in no part yet."""
    row = Payable
    query = select(row.id, row.business_key, row.amount, row.contract_id, row.summary, Journal.occurred_on)
    query = query.join(Journal, Journal.id == Payable.journal_id).outerjoin(
        FundingLine, FundingLine.payable_id == Payable.id
    )
    query = query.where(Payable.organisation_id == organisation_id, Journal.occurred_on.between(*span))
    query = query.where(FundingLine.payable_id.is_(None), Payable.id > after)
    return db.session.execute(query.order_by(Payable.id).limit(limit)).all()


def decided_lines(claim_ids: Collection[int]) -> Sequence[Any]:
    """Paid lines of every adjudicated version of these claims, with what tells their contract."""
    query = select(
        Claim.id, ClaimVersion.version, LineVersion.benefit, ClaimLine.service, ClaimLine.service_from,
        ClaimLine.service_until, Claim.site_id, Claim.service_line, Claim.received_at,
    )  # fmt: skip
    query = query.join(ClaimVersion, versions_of_claim()).join(LineVersion, lines_of_version())
    query = query.join(ClaimLine, line_as_sent())
    query = query.where(among(Claim.id, claim_ids), ClaimVersion.state == "adjudicated", LineVersion.benefit != 0)
    return db.session.execute(query).all()


def contracts_of(organisation_id: int) -> dict[int, tuple[str, str]]:
    """Contract → its number and service line."""
    query = select(Contract.id, Contract.number, Contract.service_line)
    rows = db.session.execute(query.where(Contract.organisation_id == organisation_id))
    return {key: (number, line) for key, number, line in rows}


def last_places(contract_ids: Collection[int], month: dt.date) -> dict[int, int]:
    query = select(FundingPart.contract_id, func.max(FundingPart.place)).where(FundingPart.month == month)
    query = query.where(among(FundingPart.contract_id, contract_ids)).group_by(FundingPart.contract_id)
    return {key: place for key, place in db.session.execute(query)}  # noqa: C416 - rows are not pairs to mypy


def parts(first: dt.date, last: dt.date, funder: str = "") -> Sequence[FundingPart]:
    """Of the months from `first` to `last`, with their shares; those that a funder has a share in."""
    query = select(FundingPart).options(selectinload(FundingPart.shares))
    if funder:
        query = query.where(FundingPart.id.in_(select(FundingShare.part_id).where(FundingShare.funder == funder)))
    query = query.join(Contract).where(FundingPart.month.between(first, last))
    return db.session.execute(query.order_by(FundingPart.month, Contract.number, FundingPart.place)).scalars().all()


def known_contract_ids(who: Actor) -> set[int]:
    """Contracts that `who` may know of."""
    return set(db.session.execute(select(Contract.id).where(*known_contracts(who))).scalars())


def part(part_id: int) -> FundingPart | None:
    return db.session.get(FundingPart, part_id)


def lines_of(part_id: int, limit: int, offset: int) -> Sequence[FundingLine]:
    query = select(FundingLine).where(FundingLine.part_id == part_id).join(FundingLine.payable)
    query = query.options(selectinload(FundingLine.payable)).order_by(Payable.id)
    return db.session.execute(query.limit(limit).offset(offset)).scalars().all()


def line_sums(first: dt.date, last: dt.date) -> dict[int, int]:
    """Part → sum of its payables' portions."""
    query = select(FundingLine.part_id, func.sum(FundingLine.amount)).join(FundingPart)
    query = query.where(FundingPart.month.between(first, last)).group_by(FundingLine.part_id)
    return {key: int(amount) for key, amount in db.session.execute(query)}


def posted_sums(span: Span) -> Sequence[Any]:
    """(payable ids counted, minor units) of what was posted to organisations in these days, shared out or not."""
    shared = select(FundingLine.payable_id, func.sum(FundingLine.amount).label("amount"))
    one = shared.group_by(FundingLine.payable_id).subquery()
    query = select(
        func.count(Payable.id), func.coalesce(func.sum(Payable.amount), 0), func.coalesce(func.sum(one.c.amount), 0),
        func.count(one.c.payable_id),
    )  # fmt: skip
    query = query.join(Journal, Journal.id == Payable.journal_id).outerjoin(one, one.c.payable_id == Payable.id)
    query = query.where(Journal.occurred_on.between(*span), Payable.organisation_id.is_not(None))
    return db.session.execute(query).one()


def ledger_sums(first: dt.date, last: dt.date) -> dict[str, int]:
    """Account → minor units of the journals of these parts."""
    query = select(LedgerAccount.code, func.sum(Posting.amount)).join(Posting, Posting.account_id == LedgerAccount.id)
    query = query.join(FundingPart, FundingPart.journal_id == Posting.journal_id)
    query = query.where(FundingPart.month.between(first, last)).group_by(LedgerAccount.code)
    return {code: int(amount) for code, amount in db.session.execute(query)}
