"""Visits due as promised: which are cancelled, which were given; and what was asked of providers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from care.models import CareRequest, Placement, Visit, VisitCancellation
from care.queries.planned import VisitDue, visits_due
from core.actors import Actor
from core.among import among
from core.db import db
from core.restricted import known_to, restricted_services, sees_restricted
from members.models import Member

LATEST = 60


def visits_by_hour(
    organisation_ids: Collection[int], days: Collection[dt.date]
) -> dict[tuple[int, int, str, dt.datetime], VisitDue]:
    """(organisation, member, service, due_at) → the visit due then."""
    if not days:
        return {}
    due = visits_due(organisation_ids, min(days), max(days))
    return {(row.organisation_id, row.member_id, row.service, row.due_at): row for row in due}


def visits_of_day(who: Actor, organisation_id: int, day: dt.date) -> list[VisitDue]:
    """Visits of a provider due that day that `who` may know of, by hour."""
    hidden = set() if sees_restricted(who) else set(db.session.execute(restricted_services()).scalars())
    rows = [row for row in visits_due([organisation_id], day, day) if row.service not in hidden]
    return sorted(rows, key=lambda row: (row.due_at, row.placement_id))


def visits_of_placement(placement: Placement, first: dt.date, last: dt.date) -> list[VisitDue]:
    """Visits due under one placement, by hour."""
    rows = visits_due([placement.organisation_id], first, last)
    return sorted((row for row in rows if row.placement_id == placement.id), key=lambda row: row.due_at)


def placement_numbers(placement_ids: Collection[int]) -> dict[int, str]:
    query = select(Placement.id, Placement.number).where(Placement.id.in_(placement_ids))
    return {row.id: row.number for row in db.session.execute(query)}


def cancellations(placement_ids: Collection[int], days: Collection[dt.date]) -> dict[tuple[int, dt.datetime], Any]:
    """(placement, due_at) → what is written of its cancellation, also if it was taken back."""
    if not days:
        return {}
    query = select(VisitCancellation.__table__).where(
        VisitCancellation.due_on.between(min(days), max(days)), among(VisitCancellation.placement_id, placement_ids)
    )
    return {(row.placement_id, row.due_at): row for row in db.session.execute(query)}


def started(organisation_ids: Collection[int], days: Collection[dt.date]) -> set[tuple[int, dt.datetime]]:
    """(placement, due_at) of visits that somebody began."""
    if not days:
        return set()
    query = select(Visit.placement_id, Visit.due_at).where(
        Visit.organisation_id.in_(organisation_ids),
        Visit.service_on.between(min(days), max(days)),
        Visit.placement_id.is_not(None),
        Visit.started_at.is_not(None),
    )
    return {(row.placement_id, row.due_at) for row in db.session.execute(query)}


def requests(numbers: Collection[str]) -> dict[tuple[int, str], Any]:
    """(provider, its number of the request) → the request."""
    query = select(CareRequest.__table__).where(among(CareRequest.number, numbers))
    return {(row.organisation_id, row.number): row for row in db.session.execute(query)}


def latest_cancellations(who: Actor, organisation_id: int | None) -> Sequence[Any]:
    """Due, member, service, reason, told and whether taken back, of the latest."""
    table = VisitCancellation
    query = select(table.due_at, Member.public_id, table.service, table.reason, table.told_at, table.is_withdrawn)
    query = query.join(Member, Member.id == table.member_id).where(*known_to(who, table.service))
    if organisation_id is not None:
        query = query.where(table.organisation_id == organisation_id)
    return db.session.execute(query.order_by(table.due_at.desc(), table.id.desc()).limit(LATEST)).all()


def latest_requests(who: Actor, organisation_id: int | None) -> Sequence[Any]:
    """Number, member, service, urgency, received, first contact of the latest; the unanswered stand first."""
    table = CareRequest
    query = select(
        table.number, Member.public_id, table.service, table.urgency, table.received_on, table.first_contact_on
    )
    query = query.join(Member, Member.id == table.member_id).where(*known_to(who, table.service))
    if organisation_id is not None:
        query = query.where(table.organisation_id == organisation_id)
    waits = table.first_contact_on.is_not(None)
    return db.session.execute(query.order_by(waits, table.received_on.desc(), table.id.desc()).limit(LATEST)).all()
