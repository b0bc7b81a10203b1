"""Who works for a provider, and whose qualification ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload

from core.db import db
from providers.models import Employment, Professional, Provider
from providers.states import HELD


def employments(organisation_id: int, on: dt.date | None = None) -> Sequence[Employment]:
    """Of a provider, those who work there on the day or later; None: ever."""
    query = select(Employment).where(Employment.organisation_id == organisation_id)
    if on is not None:
        query = query.where(or_(Employment.valid_until.is_(None), Employment.valid_until >= on))
    query = query.options(joinedload(Employment.site)).order_by(Employment.number, Employment.valid_from)
    return db.session.execute(query).scalars().all()


def qualifications_ending(first: dt.date, last: dt.date, on: dt.date) -> Sequence[tuple[Provider, Professional]]:
    """Spells that end on these days, that no later one follows, of people who work for a provider on the day."""
    later = aliased(Professional)
    follows = select(later.id).where(later.number == Professional.number, later.valid_from > Professional.valid_from)
    query = select(Provider, Professional).join(Employment, Employment.organisation_id == Provider.organisation_id)
    query = query.join(Professional, Professional.number == Employment.number)
    query = query.where(Professional.valid_until.between(first, last), ~follows.exists(), Provider.state.in_(HELD))
    query = query.where(Employment.valid_from <= on)
    query = query.where(or_(Employment.valid_until.is_(None), Employment.valid_until >= on)).distinct()
    return list(db.session.execute(query.order_by(Professional.valid_until, Professional.id)))
