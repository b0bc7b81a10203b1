"""Who is to be told of what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from claims.models import Claim, ClaimVersion
from claims.queries.records import is_live, versions_of_claim
from claims.telling.models import ClaimTold
from core.accounts.models import Account
from core.db import db
from members.models import Member
from members.readers import WHOM, reading


def decided(first_claim: int, last_claim: int, on: dt.date, limit: int) -> Sequence[Any]:
    """(claim, version, number, is_restricted, account, email, locale) of decisions nobody was told of yet."""
    query: Any = select(Claim.id, ClaimVersion.version, Claim.number, Claim.is_restricted, *WHOM)
    query = query.join(ClaimVersion, versions_of_claim()).join(Member, Member.id == Claim.member_id)
    query = reading(query, on).where(Claim.id.between(first_claim, last_claim), is_live())
    told = select(ClaimTold.claim_id).where(ClaimTold.claim_id == Claim.id, ClaimTold.version == ClaimVersion.version)
    query = query.where(ClaimVersion.state.in_(("adjudicated", "denied")), ~told.exists())
    return db.session.execute(query.order_by(Claim.id, Account.id).limit(limit)).all()
