"""What records are compared with: rosters; who holds places, their certificates, quotes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, select, update

from care.models import Certificate, ForceMajeure, Occupancy, Quote, RosterShift
from care.models.sites import WORKED
from care.records import CertificateRow, MajeureRow, OccupancyRow, QuoteRow, ShiftRow
from care.services.closing import publish_changed
from care.services.replacing import keep_replaced
from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert, db
from core.imports import Outcome
from providers.models import Site


def record_roster(
    site: Site,
    rows: Sequence[ShiftRow],
    *,
    source: str,
    by: Actor,
    days: Collection[dt.date] = (),
    kind: str = WORKED,
) -> Outcome:
    """Replaces the shifts, planned or worked, of the days it names, and of `days` on which nobody is on duty.

    What it replaces is kept.
    """
    days, now = sorted({*days, *(row.day for row in rows)}), clock.now()
    _remove(
        RosterShift, RosterShift.site_id == site.id, RosterShift.kind == kind, RosterShift.day.in_(days),
        source=source, by=by, at=now,
    )  # fmt: skip
    values = [
        {
            "site_id": site.id,
            "room": row.room,
            "kind": kind,
            "worker": row.worker,
            "day": row.day,
            "starts_minute": row.starts_minute,
            "ends_minute": row.ends_minute,
            "recorded_at": now,
        }
        for row in rows
    ]
    bulk_insert(RosterShift.__table__, values)
    after = {"kind": f"roster {kind}", "site": site.id, "days": days, "rows": len(rows)}
    audit.record("care", Act.CARE_RECORDS_IMPORTED, source, by=by, after=after)
    return Outcome(len(rows), 0, len(rows))


def record_majeure(site: Site, row: MajeureRow, *, source: str, by: Actor) -> None:
    """The days leave both sides of what is measured, or come back; what was said before is kept."""
    now = clock.now()
    _remove(ForceMajeure, ForceMajeure.site_id == site.id, ForceMajeure.day.in_(row.days), source=source, by=by, at=now)
    if row.holds:
        said = {"reason": row.reason, "document": row.document, "recorded_by": by.person, "recorded_at": now}
        bulk_insert(ForceMajeure.__table__, [{"site_id": site.id, "day": day, **said} for day in row.days])
    after = {"kind": "force majeure", "site": site.id, "days": row.days, "holds": row.holds, "document": row.document}
    audit.record("care", Act.CARE_RECORDS_IMPORTED, source, by=by, reason=row.reason, after=after)


def _remove(model: Any, *named: Any, source: str, by: Actor, at: dt.datetime) -> None:
    keep_replaced(model, db.session.execute(select(model.__table__).where(*named)), source=source, by=by, at=at)
    db.session.execute(delete(model).where(*named))


def record_occupancies(organisation_id: int, rows: Sequence[OccupancyRow], *, source: str, by: Actor) -> Outcome:
    """Add, or end with the day of moving out; one member in one place from one day is one occupancy."""
    keys = ("place", "member_id", "moved_in_on")
    outcome = _write(Occupancy, organisation_id, rows, keys, ("kind", "moved_out_on"), {"source": source})
    _tell("occupancy", rows, outcome, source, by)
    if rows:
        first = min(row.moved_in_on for row in rows)
        last = max(row.moved_out_on or row.moved_in_on for row in rows)
        publish_changed({("occupancy", 0, row.member_id) for row in rows}, first, last, source=source)
    return outcome


def record_certificates(organisation_id: int, rows: Sequence[CertificateRow], *, source: str, by: Actor) -> Outcome:
    """Inspections and the like, each with its own number."""
    outcome = _write(Certificate, organisation_id, rows, ("kind", "number"), ("place", "valid_from", "valid_until"), {})
    _tell("certificate", rows, outcome, source, by)
    places = select(Occupancy.member_id).where(
        Occupancy.organisation_id == organisation_id, Occupancy.place.in_({row.place for row in rows})
    )
    touched = {("certificate", 0, member_id) for member_id in db.session.execute(places).scalars()}
    if rows:
        first, last = min(row.valid_from for row in rows), max(row.valid_until for row in rows)
        publish_changed(touched, first, last, source=source)
    return outcome


def record_quotes(organisation_id: int, rows: Sequence[QuoteRow], *, source: str, by: Actor) -> Outcome:
    """Quotes, and later the works accepted after them; amounts in minor units."""
    compared = ("member_id", "service", "amount", "quoted_on", "accepted_amount", "accepted_on")
    outcome = _write(Quote, organisation_id, rows, ("number",), compared, {})
    _tell("quote", rows, outcome, source, by)
    if rows:
        days = [row.quoted_on for row in rows]
        publish_changed({("quote", 0, row.member_id) for row in rows}, min(days), max(days), source=source)
    return outcome


def _write(
    model: Any, organisation_id: int, rows: Sequence[Any], keys: Sequence[str], compared: Sequence[str], more: Any
) -> Outcome:
    """Insert what is new under its key, update what differs."""
    query = select(model.__table__).where(model.organisation_id == organisation_id)
    stored = {tuple(getattr(row, key) for key in keys): row for row in db.session.execute(query)}
    fresh, changes = [], []
    for row in rows:
        values = {name: getattr(row, name) for name in (*keys, *compared)} | more
        known = stored.get(tuple(values[key] for key in keys))
        if known is None:
            fresh.append({"organisation_id": organisation_id, **values})
        elif any(getattr(known, name) != values[name] for name in compared):
            changes.append({"id": known.id, **values})
    bulk_insert(model.__table__, fresh)
    if changes:
        db.session.execute(update(model), changes)
    return Outcome(len(fresh), len(changes), len(rows))


def _tell(kind: str, rows: Sequence[Any], outcome: Outcome, source: str, by: Actor) -> None:
    after = {"kind": kind, "rows": len(rows), "added": outcome.added, "changed": outcome.changed}
    audit.record("care", Act.CARE_RECORDS_IMPORTED, source, by=by, after=after)
