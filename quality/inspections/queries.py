"""What is read about inspections: one with its answers, lists, who came last, how many are doubled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, selectinload

from core.accounts.models import Account, Assignment
from core.db import db
from core.roles import Role
from quality.inspections.models import Inspection
from quality.inspections.states import SEEN

_Row = Inspection


class Inspector(NamedTuple):
    person: str
    name: str


def inspectors(day: dt.date) -> Sequence[Inspector]:
    """People of the fund whom the role holds on the day."""
    query = select(Account.person, Account.name).join(Assignment, Assignment.account_id == Account.id)
    query = query.where(Assignment.role == Role.INSPECTOR.value, Account.active, Assignment.valid_from <= day)
    query = query.where(or_(Assignment.valid_until.is_(None), Assignment.valid_until >= day))
    return [Inspector(*row) for row in db.session.execute(query.distinct().order_by(Account.name))]


def inspection(number: str, organisation_id: int | None = None) -> Inspection | None:
    """With its answers. A provider finds its own report, and an announced visit; never the second of a pair."""
    query = select(_Row).where(_Row.number == number).options(selectinload(_Row.answers))
    query = query if organisation_id is None else query.where(*_of_provider(organisation_id))
    return db.session.execute(query).scalar_one_or_none()


def locked(row: Inspection) -> Inspection:
    query = select(_Row).where(_Row.id == row.id).with_for_update(of=_Row)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def listed(
    states: Sequence[str], organisation_id: int | None = None, *, inspector: str = "", limit: int = 50, offset: int = 0
) -> Sequence[Inspection]:
    """In these states, the next visit first."""
    query = select(_Row).where(_Row.state.in_(states))
    query = query if organisation_id is None else query.where(*_of_provider(organisation_id))
    query = query.where(_Row.inspector == inspector) if inspector else query
    query = query.order_by(_Row.visit_on, _Row.number).limit(limit).offset(offset)
    return db.session.execute(query).scalars().all()


def counts(organisation_id: int | None = None) -> dict[str, int]:
    """State → how many."""
    query = select(_Row.state, func.count()).group_by(_Row.state)
    query = query if organisation_id is None else query.where(*_of_provider(organisation_id))
    return dict(db.session.execute(query).all())


def last_inspectors(organisation_id: int, most: int) -> Sequence[str]:
    """Who came to the provider last, the latest first; the second of a pair does not count."""
    query = select(_Row.inspector).where(_Row.organisation_id == organisation_id, _Row.double_of_id.is_(None))
    query = query.where(_Row.state != "cancelled").order_by(_Row.visit_on.desc(), _Row.id.desc())
    return db.session.execute(query.limit(most)).scalars().all()


def twin(row: Inspection) -> Inspection | None:
    """The other inspection of the same visit, with its answers."""
    same = _Row.id == row.double_of_id if row.double_of_id else _Row.double_of_id == row.id
    query = select(_Row).where(same).options(selectinload(_Row.answers))
    return db.session.execute(query).scalar_one_or_none()


def doubled(first: dt.date, last: dt.date) -> tuple[int, int]:
    """Reported inspections of these days, and how many of them two inspectors filled."""
    second = aliased(Inspection)
    is_seen = _Row.state.in_(SEEN) & _Row.double_of_id.is_(None) & _Row.visit_on.between(first, last)
    query = select(func.count(_Row.id), func.count(second.id)).select_from(_Row)
    query = query.outerjoin(second, (second.double_of_id == _Row.id) & second.state.in_(SEEN)).where(is_seen)
    done, both = db.session.execute(query).one()
    return done, both


def reported(first: dt.date, last: dt.date) -> Sequence[Inspection]:
    """Signed reports of visits of these days; of a pair the first."""
    query = select(_Row).where(_Row.state.in_(SEEN), _Row.double_of_id.is_(None), _Row.mean.is_not(None))
    query = query.where(_Row.visit_on.between(first, last)).order_by(_Row.organisation_id, _Row.visit_on, _Row.id)
    return db.session.execute(query).scalars().all()


def _of_provider(organisation_id: int) -> tuple[Any, ...]:
    is_known = or_(_Row.state.in_(SEEN), _Row.is_announced & (_Row.state != "cancelled"))
    return _Row.organisation_id == organisation_id, _Row.double_of_id.is_(None), is_known
