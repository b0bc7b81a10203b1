"""What the registrar writes down beside an accreditation: licences of sites, and who may practise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update

from core import audit, events
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert, db
from core.imports import Outcome
from providers import queries
from providers.models import Professional, Site, SiteCapacity
from providers.services.registration import STREAM

ONE = dt.timedelta(days=1)
SETTINGS = {"outpatient": "outpatient", "inpatient": "inpatient", "both": ""}


@dataclass(frozen=True, slots=True)
class Licence:
    """`setting`: a key of SETTINGS, or blank: as it is."""

    site: Site
    service_line: str
    places: int
    valid_from: dt.date
    reason: str
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Practice:
    """A spell in which the person of this register number may practise."""

    number: str
    qualification: str
    valid_from: dt.date
    valid_until: dt.date | None
    source: str


def license_site(licence: Licence, *, by: Actor) -> None:
    """From that day on; what held before ends the day before, what was to come is replaced."""
    site, since = licence.site, licence.valid_from
    before = {"setting": site.facility, "places": _places(site, licence.service_line, since)}
    for row in [row for row in site.capacities if row.service_line == licence.service_line]:
        if row.valid_from >= since:
            site.capacities.remove(row)
            db.session.delete(row)
        elif row.valid_until is None or row.valid_until >= since:
            row.valid_until = since - ONE
    site.capacities.append(
        SiteCapacity(service_line=licence.service_line, licensed_places=licence.places, valid_from=since)
    )
    site.facility = SETTINGS.get(licence.setting, site.facility)
    db.session.flush()
    subject = f"{queries.provider_number(site.organisation_id)} {site.number}"
    after = {"setting": site.facility, "places": licence.places, "line": licence.service_line, "from": since}
    audit.record(STREAM, Act.SITE_LICENSED, subject, by=by, reason=licence.reason, before=before, after=after)
    data = {"organisation_id": site.organisation_id}
    events.publish("provider.licence_changed", subject, effective_from=since, data=data)


def _places(site: Site, service_line: str, on: dt.date) -> int | None:
    held = [row for row in site.capacities if row.service_line == service_line and row.valid_from <= on]
    return next((row.licensed_places for row in held if row.valid_until is None or row.valid_until >= on), None)


def record_professionals(rows: Sequence[Practice], *, source: str, by: Actor) -> Outcome:
    """Add spells, or change the last day of one that stands; claims of these people are looked at again."""
    stored = queries.professionals({row.number for row in rows})
    known = {(row.number, row.valid_from): row for spells in stored.values() for row in spells}
    compared = ("qualification", "valid_until", "source")
    fresh, changes, days = [], [], []
    for row in rows:
        values = {name: getattr(row, name) for name in ("number", "valid_from", *compared)}
        stands = known.get((row.number, row.valid_from))
        if stands is None:
            fresh.append(values)
        elif any(getattr(stands, name) != values[name] for name in compared):
            changes.append({"id": stands.id, **values})
        else:
            continue
        days.append(row.valid_from)
    bulk_insert(Professional.__table__, fresh)
    if changes:
        db.session.execute(update(Professional), changes)
    after = {"rows": len(rows), "added": len(fresh), "changed": len(changes)}
    audit.record(STREAM, Act.PROFESSIONALS_RECORDED, source, by=by, after=after)
    if days:
        data = {"practitioners": sorted({values["number"] for values in fresh + changes})}
        events.publish("provider.professionals_changed", source, effective_from=min(days), data=data)
    return Outcome(len(fresh), len(changes), len(rows))
