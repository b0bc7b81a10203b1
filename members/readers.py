"""Whose accounts read what is written to a member: its own and its representatives'."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_, select

from core.accounts.models import Account, Assignment
from core.among import among
from core.db import db
from core.roles import Role
from members.models import Member

WHOM = (Account.id.label("account_id"), Account.email, Account.locale)


def readers_of(member_ids: Collection[int], on: dt.date) -> Sequence[Any]:
    """(account, email, locale) of whoever reads for these members."""
    query = reading(select(*WHOM).select_from(Member), on).where(among(Member.id, member_ids))
    return db.session.execute(query.order_by(Account.id)).all()


def reading(query: Any, on: dt.date) -> Any:
    """Joined with the accounts that read for a member on a day and want messages."""
    query = query.join(Assignment, Assignment.scope == Member.public_id)
    query = query.join(Account, Account.id == Assignment.account_id).where(Account.active, Account.wants_messages)
    query = query.where(Assignment.role.in_((Role.MEMBER.value, Role.REPRESENTATIVE.value)))
    return query.where(Assignment.valid_from <= on, or_(Assignment.valid_until.is_(None), Assignment.valid_until >= on))
