"""How many persons are booked at a place: what the register below takes off the licensed places."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import and_, func, or_, select

from care.models import Placement, PlacementSlot
from care.queries.grants import OPEN_STATES
from core.codes import Service
from providers.free_places import Moment, Place

DAY = 1440


def persons_booked(place: Place, moment: Moment, with_restricted: bool) -> Any:
    """A booking that names no site takes a place at each site of its provider."""
    query = _booked(select(func.count(Placement.member_id.distinct())), place, moment, with_restricted)
    if moment.minute is not None:
        query = query.where(_slot(moment.on, moment.minute))
    return query.correlate_except(Placement, Service).scalar_subquery()


def minutes_booked(place: Place, moment: Moment, with_restricted: bool) -> Any:
    """Of the whole day; a night counts on the day on which it begins."""
    query = select(func.coalesce(func.sum(PlacementSlot.minutes), 0)).join(PlacementSlot.placement)
    query = _booked(query, place, moment, with_restricted).where(PlacementSlot.weekday == moment.on.weekday())
    return query.correlate_except(Placement, PlacementSlot, Service).scalar_subquery()


def _booked(query: Any, place: Place, moment: Moment, with_restricted: bool) -> Any:
    """Placements of that day, offered ones too, for the kind of care of the place."""
    if not with_restricted:
        query = query.where(~Service.is_restricted)
    return query.join(Service, Service.code == Placement.service).where(
        Service.service_line == place.service_line,
        Placement.organisation_id == place.organisation_id,
        or_(Placement.site_id == place.site_id, Placement.site_id.is_(None)),
        Placement.state.in_(OPEN_STATES),
        Placement.valid_from <= moment.on,
        Placement.valid_until >= moment.on,
    )


def _slot(on: dt.date, minute: int) -> Any:
    """A slot of that minute, or a night of the day before that is not over."""
    starts, length = PlacementSlot.starts_minute, PlacementSlot.minutes
    today = and_(PlacementSlot.weekday == on.weekday(), starts <= minute, starts + length > minute)
    night = and_(PlacementSlot.weekday == (on.weekday() - 1) % 7, starts + length > minute + DAY)
    return select(PlacementSlot.id).where(PlacementSlot.placement_id == Placement.id, or_(today, night)).exists()
