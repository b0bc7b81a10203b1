"""What was claimed of site-months, as who pays for them says: it decides the hourly price (DECISIONS 17)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import update

from care.models import SiteMonth
from care.queries import claimed as queries
from care.queries.months import last_day
from care.services.closing import publish_changed
from core import audit
from core.actors import Actor
from core.acts import Act
from core.db import db


def record_claimed(month: dt.date, minutes: Mapping[int, int], *, by: Actor, at: dt.datetime) -> None:
    """Store what was claimed of a month by site, and publish whose children that touches; give only what changed."""
    if not minutes:
        return
    said = {"claimed_by": by.person, "claimed_at": at}
    rows = [
        {"site_id": site_id, "month": month, "claimed_minutes": claimed, **said} for site_id, claimed in minutes.items()
    ]
    db.session.execute(update(SiteMonth), rows)
    after = {"month": f"{month:%Y-%m}", "sites": len(minutes), "minutes": sum(minutes.values())}
    audit.record("care", Act.CLAIMED_HOURS_COUNTED, f"{month:%Y-%m}", by=by, after=after)
    until = last_day(month)
    children = queries.children_of(minutes, month, until)
    publish_changed([("site_month", 0, member_id) for member_id in children], month, until, source="claimed")
