"""What records are compared with: opening hours, days closed, rosters; who holds places, their certificates, quotes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import delete, select, update

from care.models import Certificate, Occupancy, OpeningHours, Quote, RosterShift, SiteClosure
from care.records import CertificateRow, OccupancyRow, QuoteRow, ShiftRow
from care.services.closing import publish_changed
from core import audit
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert, db
from core.errors import InputErrors
from core.imports import Outcome
from core.words import _l
from providers.models import Site

Hours = Iterable[tuple[int, int, int]]  # weekday 0 Monday … 6 Sunday, opening and closing minute of the day


def set_opening_hours(site: Site, hours: Hours, *, valid_from: dt.date, by: Actor) -> None:
    """From that day on; what held before ends the day before."""
    rows = sorted(hours)
    if not rows or any(not (0 <= weekday <= 6 and 0 <= opens < closes <= 1440) for weekday, opens, closes in rows):
        raise InputErrors.at("hours", _l("Give weekdays with an opening time before the closing time."), rows)
    same = OpeningHours.site_id == site.id
    db.session.execute(delete(OpeningHours).where(same, OpeningHours.valid_from >= valid_from))
    still = OpeningHours.valid_until.is_(None) | (OpeningHours.valid_until >= valid_from)
    until = valid_from - dt.timedelta(days=1)
    db.session.execute(update(OpeningHours).where(same, still).values(valid_until=until))
    names = ("weekday", "opens_minute", "closes_minute")
    db.session.add_all(
        OpeningHours(site_id=site.id, valid_from=valid_from, **dict(zip(names, row, strict=True))) for row in rows
    )
    db.session.flush()
    after = {"hours": rows, "from": valid_from}
    audit.record("care", Act.CARE_RECORDS_IMPORTED, f"opening hours {site.id}", by=by, after=after)


def close_site_on(site: Site, days: Iterable[dt.date], *, reason: str, by: Actor) -> None:
    """Closed on these days although their weekday is open; said again changes the reason."""
    chosen = sorted(set(days))
    db.session.execute(delete(SiteClosure).where(SiteClosure.site_id == site.id, SiteClosure.day.in_(chosen)))
    bulk_insert(SiteClosure.__table__, [{"site_id": site.id, "day": day, "reason": reason} for day in chosen])
    after = {"days": chosen, "reason": reason}
    audit.record("care", Act.CARE_RECORDS_IMPORTED, f"closure {site.id}", by=by, after=after)


def open_site_on(site: Site, days: Iterable[dt.date], *, reason: str, by: Actor) -> None:
    """Open after all on days that were said to be closed."""
    chosen = sorted(set(days))
    db.session.execute(delete(SiteClosure).where(SiteClosure.site_id == site.id, SiteClosure.day.in_(chosen)))
    after = {"open": chosen, "reason": reason}
    audit.record("care", Act.CARE_RECORDS_IMPORTED, f"closure {site.id}", by=by, after=after)


def record_roster(
    site: Site, rows: Sequence[ShiftRow], *, source: str, by: Actor, days: Collection[dt.date] = ()
) -> Outcome:
    """Replaces the shifts of the days it names, and of `days` on which nobody is on duty."""
    days = sorted({*days, *(row.day for row in rows)})
    db.session.execute(delete(RosterShift).where(RosterShift.site_id == site.id, RosterShift.day.in_(days)))
    values = [
        {
            "site_id": site.id,
            "worker": row.worker,
            "day": row.day,
            "starts_minute": row.starts_minute,
            "ends_minute": row.ends_minute,
        }
        for row in rows
    ]
    bulk_insert(RosterShift.__table__, values)
    after = {"kind": "roster", "site": site.id, "days": days, "rows": len(rows)}
    audit.record("care", Act.CARE_RECORDS_IMPORTED, source, by=by, after=after)
    return Outcome(len(rows), 0, len(rows))


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
