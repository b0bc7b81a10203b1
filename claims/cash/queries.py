"""What a month in cash needs to know beside what deciding reads, and its statements as their readers see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from care.models import CareGrant
from claims.cash.models import CashStatementRow
from claims.models import Claim, ClaimWaiting
from core.among import among
from core.db import db
from members.models import Household, Member

PAGE = 50


def assessed(partition: int, first: dt.date, last: dt.date, after: int, limit: int) -> Sequence[Any]:
    """(member, public id, household, died_on) of up to `limit` people of a partition with a care level in a month."""
    level = select(CareGrant.id).where(
        CareGrant.member_id == Member.id,
        CareGrant.care_level.is_not(None),
        CareGrant.valid_from <= last,
        CareGrant.valid_until >= first,
    )
    query = select(Member.id, Member.public_id, Member.household_id, Member.died_on).join(Household)
    query = query.where(Household.partition == partition, Member.id > after, level.exists())
    return db.session.execute(query.order_by(Member.id).limit(limit)).all()


def person(public_id: str) -> Any:
    query = select(Member.id, Member.public_id, Member.household_id, Member.died_on)
    return db.session.execute(query.where(Member.public_id == public_id)).one_or_none()


def undecided(member_ids: Collection[int], first: dt.date, last: dt.date) -> set[int]:
    """Whose claims of these days no run has decided, or settled with a budget, yet."""
    query = select(ClaimWaiting.member_id).join(Claim, Claim.id == ClaimWaiting.claim_id)
    query = query.where(Claim.service_from <= last, Claim.service_until >= first)
    found = db.session.execute(query.where(among(ClaimWaiting.member_id, member_ids))).scalars()
    return {member_id for member_id in found if member_id is not None}


def latest(member_ids: Collection[int], month: dt.date) -> dict[int, CashStatementRow]:
    """Member → the newest statement of the month."""
    query = select(CashStatementRow).where(CashStatementRow.month == month)
    query = query.where(among(CashStatementRow.member_id, member_ids)).order_by(CashStatementRow.version)
    return {row.member_id: row for row in db.session.execute(query).scalars()}


def statements_of(public_ids: Iterable[str] | None, page: int) -> Sequence[Any]:
    """(statement, public id), the newest month first; None: of everybody."""
    query = select(CashStatementRow, Member.public_id).join(Member, Member.id == CashStatementRow.member_id)
    if public_ids is not None:
        query = query.where(among(Member.public_id, list(public_ids)))
    order = (CashStatementRow.month.desc(), Member.public_id, CashStatementRow.version.desc())
    return db.session.execute(query.order_by(*order).offset((page - 1) * PAGE).limit(PAGE)).all()


def statement_count(public_ids: Iterable[str] | None) -> int:
    query = select(func.count()).select_from(CashStatementRow)
    if public_ids is not None:
        theirs = select(Member.id).where(among(Member.public_id, list(public_ids)))
        query = query.where(CashStatementRow.member_id.in_(theirs))
    return db.session.execute(query).scalar_one()


def months(limit: int = 12) -> Sequence[Any]:
    """(month, people, minor units posted for it), the newest first."""
    people = func.count(CashStatementRow.member_id.distinct()).label("people")
    query = select(CashStatementRow.month, people, func.sum(CashStatementRow.posted).label("posted"))
    query = query.group_by(CashStatementRow.month).order_by(CashStatementRow.month.desc())
    return db.session.execute(query.limit(limit)).all()
