"""Records of care written as sets: what is new is added, what differs is corrected, what is known stays."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from care.models import Attendance, Placement, Stay, Visit
from care.queries.former import KINDS
from care.queries.planned import AGREED_STATES, local_instant
from care.records import AttendanceRow, StayRow, VisitRow
from care.services.closing import publish_changed
from care.services.replacing import keep_replaced
from care.services.resolving import Numbers
from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert, db
from core.imports import Outcome

ATTENDANCE_VALUES = (
    "placement_id", "room", "arrived_minute", "left_minute", "is_absent", "absence_reason", "notified_on", "has_note",
)  # fmt: skip
ASKED_AT_ONCE = 10_000  # keys in one question: SQLite takes 32,766 values, PostgreSQL 65,535
VISIT_VALUES = (
    "member_id", "placement_id", "service", "worker", "due_at", "started_at", "ended_at", "place_code", "place_reason",
    "edited_on", "edit_reason",
)  # fmt: skip
STAY_VALUES = (
    "kind", "admitted_on", "discharged_on", "provider_code", "diagnosis", "discharge_group", "admission",
    "discharged_to",
)  # fmt: skip


def import_attendance(
    rows: Sequence[AttendanceRow],
    *,
    source: str,
    by: Actor,
    organisation_id: int | None = None,
    at: dt.datetime | None = None,
) -> Outcome:
    """Add or correct attendance days; the members, providers and sites must be known. `at`: when they came."""
    if not rows:
        return Outcome()
    numbers = Numbers({row.member for row in rows}, organisation_id)
    days = [row.day for row in rows]
    agreed = Agreed(min(days), max(days))
    wanted = {}
    for row in rows:
        organisation = numbers.organisation(row.provider)
        member_id, site_id = numbers.members[row.member].id, numbers.sites[organisation, row.site]  # type: ignore[index]
        placement = agreed.of(member_id, organisation, row.day)
        wanted[member_id, site_id, row.day] = {
            "member_id": member_id,
            "organisation_id": organisation,
            "site_id": site_id,
            "placement_id": placement.id if placement else None,
            "day": row.day,
            "room": row.room,
            "arrived_minute": row.arrived_minute,
            "left_minute": row.left_minute,
            "is_absent": bool(row.absence),
            "absence_reason": row.absence,
            "notified_on": row.notified_on,
            "has_note": row.has_note,
            "source": source,
        }
    query = select(Attendance.__table__).where(Attendance.day.between(min(days), max(days)))
    stored = {(row.member_id, row.site_id, row.day): row for row in db.session.execute(query)}
    return _write(Attendance, wanted, stored, ATTENDANCE_VALUES, rows, source, by, (min(days), max(days)), at)


def import_visits(
    rows: Sequence[VisitRow],
    *,
    source: str,
    by: Actor,
    organisation_id: int | None = None,
    at: dt.datetime | None = None,
) -> Outcome:
    """Add or correct visits, each matched to the placement it fulfils and the hour it was due."""
    if not rows:
        return Outcome()
    numbers = Numbers({row.member for row in rows}, organisation_id)
    days = [row.day for row in rows]
    agreed, zone = Agreed(min(days), max(days)), fund().zone
    wanted = {}
    for row in rows:
        organisation, member_id = numbers.organisation(row.provider), numbers.members[row.member].id
        placement = agreed.of(member_id, organisation, row.day, row.service)
        due = _due_minute(placement, row) if placement else None
        wanted[organisation, row.number] = {
            "number": row.number,
            "member_id": member_id,
            "organisation_id": organisation,
            "site_id": placement.site_id if placement else None,
            "placement_id": placement.id if placement else None,
            "service": row.service,
            "worker": row.worker,
            "due_at": None if due is None else local_instant(row.day, due, zone),
            "started_at": None if row.starts_minute is None else local_instant(row.day, row.starts_minute, zone),
            "ended_at": None if row.ends_minute is None else local_instant(row.day, row.ends_minute, zone),
            "service_on": row.day,
            "place_code": row.place,
            "place_reason": row.place_reason,
            "edited_on": row.edited_on,
            "edit_reason": row.edit_reason,
            "source": source,
        }
    stored = _stored_visits(list(wanted))
    return _write(Visit, wanted, stored, (*VISIT_VALUES, "service_on"), rows, source, by, (min(days), max(days)), at)


def _stored_visits(keys: Sequence[tuple[int | None, str]]) -> dict[Any, Any]:
    """The visits that stand under these keys already, asked for by their numbers, never a provider's whole past."""
    stored: dict[Any, Any] = {}
    for at in range(0, len(keys), ASKED_AT_ONCE):
        part = keys[at : at + ASKED_AT_ONCE]
        query = select(Visit.__table__).where(
            Visit.organisation_id.in_({key[0] for key in part}), Visit.number.in_([key[1] for key in part])
        )
        stored |= {(row.organisation_id, row.number): row for row in db.session.execute(query)}
    return stored


def import_stays(
    rows: Sequence[StayRow],
    *,
    source: str,
    by: Actor,
    organisation_id: int | None = None,
    at: dt.datetime | None = None,
) -> Outcome:
    """Add or correct stays; one reference of one member is one stay."""
    if not rows:
        return Outcome()
    numbers = Numbers({row.member for row in rows}, organisation_id)
    wanted = {
        (numbers.members[row.member].id, row.reference): {
            "member_id": numbers.members[row.member].id,
            "reference": row.reference,
            "source": source,
            **{name: getattr(row, name) for name in STAY_VALUES},
        }
        for row in rows
    }
    stored = {(row.member_id, row.reference): row for row in db.session.execute(select(Stay.__table__))}
    days = min(row.admitted_on for row in rows), max(row.discharged_on or row.admitted_on for row in rows)
    return _write(Stay, wanted, stored, STAY_VALUES, rows, source, by, days, at)


class Agreed:
    """The agreed placements that touch some days, by member and organisation."""

    def __init__(self, valid_from: dt.date, valid_until: dt.date) -> None:
        query = select(Placement).where(
            Placement.state.in_(AGREED_STATES), Placement.valid_from <= valid_until, Placement.valid_until >= valid_from
        )
        self._found: dict[tuple[int, int | None], list[Placement]] = defaultdict(list)
        for row in db.session.execute(query.options(selectinload(Placement.pattern))).scalars():
            self._found[row.member_id, row.organisation_id].append(row)

    def of(self, member_id: int, organisation_id: int | None, day: dt.date, service: str = "") -> Placement | None:
        """The placement of that day; with `service` the one for it."""
        for row in self._found.get((member_id, organisation_id), ()):
            if row.valid_from <= day <= row.valid_until and service in ("", row.service):
                return row
        return None


def _due_minute(placement: Placement, row: VisitRow) -> int | None:
    """The slot of that weekday nearest to the start: the visit it was meant to be."""
    slots = [slot.starts_minute for slot in placement.pattern if slot.weekday == row.day.weekday()]
    if not slots or row.starts_minute is None:
        return min(slots, default=None)
    start = row.starts_minute
    return min(slots, key=lambda minute: abs(minute - start))


def _write(
    model: type[Any],
    wanted: dict[Any, dict[str, Any]],
    stored: dict[Any, Any],
    compared: Iterable[str],
    rows: Sequence[Any],
    source: str,
    by: Actor,
    days: tuple[dt.date, dt.date],
    at: dt.datetime | None,
) -> Outcome:
    """Insert what is not stored, update what differs in a compared value and keep what it replaced; audit and publish
    once."""
    names, at = tuple(compared), at or clock.now()
    fresh = [values | {"recorded_at": at} for key, values in wanted.items() if key not in stored]
    changes = [
        {"id": stored[key].id, "source": source, **{name: values[name] for name in names}}
        for key, values in wanted.items()
        if key in stored and any(getattr(stored[key], name) != values[name] for name in names)
    ]
    bulk_insert(model.__table__, fresh)
    if changes:
        db.session.execute(update(model), changes)
    members = {values["member_id"] for values in fresh}
    changed = {change["id"] for change in changes}
    members |= {known.member_id for known in stored.values() if known.id in changed}
    members |= {values["member_id"] for key, values in wanted.items() if key in stored and stored[key].id in changed}
    kind, day = KINDS[model]
    leaves = [audit.canonical([getattr(row, name) for name in row.__slots__]) for row in rows]
    after = {"kind": kind, "rows": len(rows), "added": len(fresh), "changed": len(changes)}
    after["root"] = audit.merkle_root(leaves).hex()
    audit.record("care", Act.CARE_RECORDS_IMPORTED, source, by=by, after=after)
    corrected = [row for row in stored.values() if row.id in changed]
    keep_replaced(model, corrected, source=source, by=by, at=at)
    # A changed record also touches the day on which it stood before.
    first = min([days[0], *(getattr(row, day) for row in corrected)])
    publish_changed({(kind, 0, member) for member in members}, first, days[1], source=source)
    return Outcome(len(fresh), len(changes), len(rows))
