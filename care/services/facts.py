"""What crosses households, computed in one set step and stored on the record (DECISIONS 17)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from typing import Any

from sqlalchemy import select, update

from care.models import Attendance, CareGrant, Placement, Visit
from care.sweep import Interval, most_at_once, overlaps
from core import audit, events
from core.actors import Actor
from core.acts import Act
from core.db import db
from providers.models import SiteCapacity


def close_records(valid_from: dt.date, valid_until: dt.date, *, by: Actor) -> int:
    """Store crowding and overlaps of all records of these days (both inclusive); the number of records that changed.

    A changed record is published, so that the cases it touches are decided again.
    """
    touched = _store_crowding(valid_from, valid_until) | _store_overlaps(valid_from, valid_until)
    after = {"from": valid_from, "until": valid_until, "changed": len(touched)}
    audit.record("care", Act.CARE_RECORDS_CLOSED, f"{valid_from} {valid_until}", by=by, after=after)
    publish_changed(touched, valid_from, source="facts")
    return len(touched)


def publish_changed(touched: Iterable[tuple[str, int, int]], effective_from: dt.date, *, source: str) -> None:
    """Say upwards whose records changed; `touched` are (kind, record, member)."""
    if member_ids := sorted({member_id for _, _, member_id in touched}):
        events.publish("care.records_changed", source, effective_from=effective_from, data={"member_ids": member_ids})


def _store_crowding(valid_from: dt.date, valid_until: dt.date) -> set[tuple[str, int, int]]:
    days: dict[tuple[int, dt.date], list[Any]] = defaultdict(list)
    query = select(
        Attendance.id,
        Attendance.member_id,
        Attendance.site_id,
        Attendance.placement_id,
        Attendance.day,
        Attendance.arrived_minute,
        Attendance.left_minute,
        Attendance.children_present,
        Attendance.licensed_places,
    ).where(Attendance.day.between(valid_from, valid_until))
    for row in db.session.execute(query):
        days[row.site_id, row.day].append(row)
    places = _Places({row.placement_id for rows in days.values() for row in rows if row.placement_id})
    changes: list[dict[str, Any]] = []
    touched: set[tuple[str, int, int]] = set()
    for (site_id, day), rows in days.items():
        present = most_at_once((row.arrived_minute, row.left_minute) for row in rows)
        licensed = places.on(site_id, day, rows)
        for row in rows:
            if (row.children_present, row.licensed_places) != (present, licensed):
                changes.append({"id": row.id, "children_present": present, "licensed_places": licensed})
                touched.add(("attendance", row.id, row.member_id))
    if changes:
        db.session.execute(update(Attendance), changes)
    return touched


class _Places:
    """Licensed places by site and day, for the service line that most children of the day are placed for."""

    def __init__(self, placement_ids: set[int]) -> None:
        lines = select(Placement.id, CareGrant.service_line).join(Placement.grant)
        self._lines = {row[0]: row[1] for row in db.session.execute(lines)} if placement_ids else {}
        self._capacities: dict[int, list[SiteCapacity]] = defaultdict(list)
        for row in db.session.execute(select(SiteCapacity)).scalars():
            self._capacities[row.site_id].append(row)

    def on(self, site_id: int, day: dt.date, rows: list[Any]) -> int | None:
        """None when no licence is known, or several and nobody's placement says which."""
        held = {
            row.service_line: row.licensed_places
            for row in self._capacities[site_id]
            if row.valid_from <= day and (row.valid_until is None or day <= row.valid_until)
        }
        counted = Counter(self._lines[row.placement_id] for row in rows if row.placement_id in self._lines)
        if counted:
            return held.get(counted.most_common(1)[0][0])
        return next(iter(held.values())) if len(held) == 1 else None


def _store_overlaps(valid_from: dt.date, valid_until: dt.date) -> set[tuple[str, int, int]]:
    one = dt.timedelta(days=1)  # a visit of the evening before may run into the first day
    query = select(
        Visit.id,
        Visit.service_on,
        Visit.member_id,
        Visit.organisation_id,
        Visit.worker,
        Visit.started_at,
        Visit.ended_at,
        Visit.overlaps_visit_id,
    ).where(Visit.service_on.between(valid_from - one, valid_until + one))
    rows = db.session.execute(query).all()
    groups: dict[Hashable, list[Interval]] = defaultdict(list)
    for row in rows:
        if row.started_at and row.ended_at:
            interval = Interval(row.id, row.started_at, row.ended_at)
            groups["member", row.member_id].append(interval)
            if row.worker:
                groups["worker", row.organisation_id, row.worker].append(interval)
    found = overlaps(groups)
    changed = [
        row
        for row in rows
        if (row.overlaps_visit_id is None) != (row.id not in found)
        # Of the days around, only a new overlap is certain: what stood there may have its cause further out.
        and (valid_from <= row.service_on <= valid_until or row.id in found)
    ]
    if changed:
        db.session.execute(update(Visit), [{"id": row.id, "overlaps_visit_id": found.get(row.id)} for row in changed])
    return {("visits", row.id, row.member_id) for row in changed}
