"""Grievances. `members` given: those of these public ids, nobody else's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, select

from core.db import db
from members.models import Member
from providers.models import Provider
from quality.grievances.models import Grievance
from quality.grievances.states import SAFETY


def grievance(number: str, members: Collection[str] | None = None) -> Grievance | None:
    query = _of(select(Grievance).where(Grievance.number == number), members)
    return db.session.execute(query).scalar_one_or_none()


def locked(number: str) -> Grievance:
    """The row held until the end of the transaction, as the database has it now."""
    query = select(Grievance).where(Grievance.number == number).with_for_update(of=Grievance)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def grievances(
    members: Collection[str] | None = None, *, states: Collection[str] = (), limit: int = 50, offset: int = 0
) -> Sequence[Grievance]:
    """Someone's safety first, then what is to be answered first, then the answered ones."""
    query = _of(select(Grievance), members)
    if states:
        query = query.where(Grievance.state.in_(states))
    order = (Grievance.state == "answered", Grievance.kind != SAFETY, Grievance.due_at, Grievance.id)
    return db.session.execute(query.order_by(*order).limit(limit).offset(offset)).scalars().all()


def count(members: Collection[str] | None = None) -> int:
    return int(db.session.execute(_of(select(func.count(Grievance.id)), members)).scalar_one())


def provider_numbered(number: str) -> Provider | None:
    return db.session.execute(select(Provider).where(Provider.number == number)).scalar_one_or_none()


def is_member(public_id: str) -> bool:
    return db.session.execute(select(Member.id).where(Member.public_id == public_id)).first() is not None


def _of(query: Any, members: Collection[str] | None) -> Any:
    return query if members is None else query.where(Grievance.member_number.in_(members))
