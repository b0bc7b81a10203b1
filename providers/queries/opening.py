"""Conditions about hours, written once: whether a site is open for a kind of care at a moment."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from providers.free_places import Moment
from providers.models import OpeningHours, SiteCapacity, SiteClosure
from providers.opening_times import DAY, HOLIDAY, is_holiday
from providers.queries.lines import restricted_lines
from providers.queries.standing import covers


def is_open(site_id: Any, service_line: Any, moment: Moment) -> Any:
    """As anyone may know it: hours of all of a site say nothing where restricted care is licensed too.

    `site_id` and `service_line` are columns. A kind of care with hours of its own does not follow the site's.
    """
    found = select(OpeningHours.id).where(_of_care(site_id, service_line, moment.on), _at(site_id, moment))
    closed = select(SiteClosure.day).where(SiteClosure.site_id == site_id, SiteClosure.day == moment.on)
    return found.correlate_except(OpeningHours).exists() & ~closed.correlate_except(SiteClosure).exists()


def open_minutes(site_id: Any, service_line: Any, on: dt.date) -> Any:
    """Of a day as a scalar; a night counts on the day on which it begins."""
    length = func.coalesce(func.sum(OpeningHours.closes_minute - OpeningHours.opens_minute), 0)
    query = select(length).where(_of_care(site_id, service_line, on), _said_for(site_id, on))
    return query.correlate_except(OpeningHours).scalar_subquery()


def _of_care(site_id: Any, service_line: Any, on: dt.date) -> Any:
    """Rows that speak of this kind of care on the day."""
    own, capacity = aliased(OpeningHours), aliased(SiteCapacity)
    has_own = select(own.id).where(own.site_id == site_id, own.service_line == service_line, covers(own, on))
    hidden = select(capacity.id).where(capacity.site_id == site_id, capacity.service_line.in_(restricted_lines()))
    follows = ~has_own.correlate_except(own).exists() & ~hidden.correlate_except(capacity).exists()
    return and_(
        OpeningHours.site_id == site_id,
        covers(OpeningHours, on),
        or_(OpeningHours.service_line == service_line, OpeningHours.service_line.is_(None) & follows),
    )


def _at(site_id: Any, moment: Moment) -> Any:
    """Today's spans, and the nights of the day before."""
    before = moment.on - dt.timedelta(days=1)
    opens, closes = OpeningHours.opens_minute, OpeningHours.closes_minute
    if moment.minute is None:
        return or_(_said_for(site_id, moment.on), and_(_said_for(site_id, before), closes > DAY))
    late = moment.minute + DAY
    return or_(
        and_(_said_for(site_id, moment.on), opens <= moment.minute, closes > moment.minute),
        and_(_said_for(site_id, before), opens <= late, closes > late),
    )


def _said_for(site_id: Any, day: dt.date) -> Any:
    """A public holiday has hours of its own where the site says any."""
    weekday = OpeningHours.weekday == day.weekday()
    if not is_holiday(day):
        return weekday
    other = aliased(OpeningHours)
    said = select(other.id).where(other.site_id == site_id, other.weekday == HOLIDAY, covers(other, day))
    return or_(OpeningHours.weekday == HOLIDAY, and_(weekday, ~said.correlate_except(other).exists()))
