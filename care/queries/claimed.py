"""Site-months beside what was claimed of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, select

from care.models import Attendance, SiteMonth
from core.among import among
from core.db import db
from providers.models import Site


def uncounted(upto: dt.date, limit: int) -> dict[dt.date, list[int]]:
    """Month → providers with site-months up to `upto` of which nobody said what was claimed, the oldest first."""
    query = select(SiteMonth.month, Site.organisation_id).join(Site, Site.id == SiteMonth.site_id)
    query = query.where(SiteMonth.claimed_minutes.is_(None), SiteMonth.month <= upto)
    found: dict[dt.date, list[int]] = defaultdict(list)
    for month, organisation_id in db.session.execute(
        query.distinct().order_by(SiteMonth.month, Site.organisation_id).limit(limit)
    ):
        found[month].append(organisation_id)
    return found


def claimed_minutes(organisation_ids: Collection[int], month: dt.date) -> dict[int, int | None]:
    """Site → what was claimed of its month, of the sites of these providers that have records in it."""
    query = select(SiteMonth.site_id, SiteMonth.claimed_minutes).join(Site, Site.id == SiteMonth.site_id)
    query = query.where(among(Site.organisation_id, organisation_ids), SiteMonth.month == month)
    return {row.site_id: row.claimed_minutes for row in db.session.execute(query)}


def children_of(site_ids: Collection[int], first: dt.date, last: dt.date) -> Sequence[int]:
    """Members with attendance at these sites on these days."""
    query = select(Attendance.member_id).where(among(Attendance.site_id, site_ids))
    query = query.where(Attendance.day.between(first, last))
    return db.session.execute(query.distinct().order_by(Attendance.member_id)).scalars().all()


def billable_days(
    organisation_ids: Collection[int], member_ids: Collection[int], first: dt.date, last: dt.date
) -> Sequence[Any]:
    """(organisation, member, site, day, minutes that may be billed) of these members at these providers."""
    minutes = func.coalesce(Attendance.billable_minutes, 0)
    query = select(Attendance.organisation_id, Attendance.member_id, Attendance.site_id, Attendance.day, minutes)
    query = query.where(among(Attendance.organisation_id, organisation_ids), among(Attendance.member_id, member_ids))
    return db.session.execute(query.where(Attendance.day.between(first, last)).order_by(Attendance.id)).all()
