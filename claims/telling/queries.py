"""Who is to be told of what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_, select

from claims.models import Claim, ClaimVersion
from claims.queries.records import is_live, versions_of_claim
from claims.telling.models import ClaimTold
from core.accounts.models import Account, Assignment
from core.among import among
from core.db import db
from core.roles import Role
from members.models import Member


def decided(first_claim: int, last_claim: int, on: dt.date, limit: int) -> Sequence[Any]:
    """(claim, version, number, is_restricted, account, email, locale) of decisions nobody was told of yet."""
    query: Any = select(Claim.id, ClaimVersion.version, Claim.number, Claim.is_restricted, *_WHOM)
    query = query.join(ClaimVersion, versions_of_claim()).join(Member, Member.id == Claim.member_id)
    query = _readers(query, on).where(Claim.id.between(first_claim, last_claim), is_live())
    told = select(ClaimTold.claim_id).where(ClaimTold.claim_id == Claim.id, ClaimTold.version == ClaimVersion.version)
    query = query.where(ClaimVersion.state.in_(("adjudicated", "denied")), ~told.exists())
    return db.session.execute(query.order_by(Claim.id, Account.id).limit(limit)).all()


def paid(member_ids: Collection[int], on: dt.date) -> Sequence[Any]:
    """(account, email, locale) of whoever reads for these members."""
    query = _readers(select(*_WHOM).select_from(Member), on).where(among(Member.id, member_ids))
    return db.session.execute(query.order_by(Account.id)).all()


_WHOM = (Account.id.label("account_id"), Account.email, Account.locale)


def _readers(query: Any, on: dt.date) -> Any:
    """Accounts that read for a member on a day and want messages."""
    query = query.join(Assignment, Assignment.scope == Member.public_id)
    query = query.join(Account, Account.id == Assignment.account_id).where(Account.active, Account.wants_messages)
    query = query.where(Assignment.role.in_((Role.MEMBER.value, Role.REPRESENTATIVE.value)))
    return query.where(Assignment.valid_from <= on, or_(Assignment.valid_until.is_(None), Assignment.valid_until >= on))
