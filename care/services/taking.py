"""Judged rows about sites and places, handed to the services that keep them; what they touch is closed again."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from care import queries
from care.records import ClosureRow, DutyRow, HoursRow, ShiftRow
from care.services.closing import close_records
from care.services.premises import close_site_on, open_site_on, record_roster, set_opening_hours
from core import clock
from core.actors import Actor
from core.config import fund
from core.db import db
from core.imports import Outcome, Sender
from providers.models import Site


def take_roster(rows: Sequence[DutyRow], sender: Sender) -> Outcome:
    """A file is the roster of the days it names; a form says one worker's day beside the others."""
    by_site: dict[int, list[DutyRow]] = defaultdict(list)
    for row in rows:
        by_site[row.site_id].append(row)
    for site_id, named in by_site.items():
        days = {row.day for row in named}
        shifts = [
            ShiftRow(row.worker, row.day, row.starts_minute, row.ends_minute)
            for row in named
            if row.starts_minute is not None and row.ends_minute is not None
        ]
        if not sender.is_whole:
            shifts += queries.sites.others_on_duty(site_id, days, {row.worker for row in named})
        record_roster(_site(site_id), shifts, days=days, source=sender.source, by=sender.by)
    _close(by_site, [row.day for row in rows], sender.by)
    return Outcome(added=len(rows), rows=len(rows))


def take_hours(rows: Sequence[HoursRow], sender: Sender) -> Outcome:
    for row in sorted(rows, key=lambda row: row.valid_from):
        set_opening_hours(_site(row.site_id), row.hours, valid_from=row.valid_from, by=sender.by)
    days = [row.valid_from for row in rows]
    _close({row.site_id for row in rows}, [*days, clock.today(fund().zone)] if days else [], sender.by)
    return Outcome(added=len(rows), rows=len(rows))


def take_closures(rows: Sequence[ClosureRow], sender: Sender) -> Outcome:
    for row in rows:
        if row.is_closed:
            close_site_on(_site(row.site_id), row.days, reason=row.reason, by=sender.by)
        else:
            open_site_on(_site(row.site_id), row.days, reason=row.reason, by=sender.by)
    _close({row.site_id for row in rows}, [day for row in rows for day in row.days], sender.by)
    return Outcome(added=len(rows), rows=len(rows))


def _site(site_id: int) -> Site:
    found = db.session.get(Site, site_id)
    assert found is not None  # the judge found it
    return found


def _close(site_ids: Iterable[int], days: Sequence[dt.date], by: Actor) -> None:
    """Records of days that have passed are compared with what is known now."""
    past = [day for day in days if day <= clock.today(fund().zone)]
    if past:
        mine = sorted({_site(site_id).organisation_id for site_id in site_ids})
        close_records(min(past), max(past), by=by, organisation_ids=mine)
