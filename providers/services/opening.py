"""Providers that are accredited already, as sets: the opening of a fund, an import, the demo (DECISIONS 30)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert, db
from core.errors import Conflict, InputErrors, Problem
from core.events import Event
from core.numbers import numbers
from core.organisations import LEGAL_FORMS, Organisation
from core.words import _l
from providers import queries
from providers.models import Accreditation, Authorisation, Provider, ProviderServiceLine, SiteCapacity
from providers.models import Site as SiteRow
from providers.services.registration import STREAM, SiteFacts


@dataclass(frozen=True, slots=True)
class AccreditedProvider:
    """One row of an opening. Register numbers are taken as the source has them; dates are inclusive."""

    name: str
    legal_form: str
    register_scheme: str
    register_number: str
    district: str
    service_lines: Sequence[str]
    valid_from: dt.date
    valid_until: dt.date
    sites: Sequence[SiteFacts] = ()
    summary: str = ""
    email: str = ""
    phone: str = ""
    founded_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """Where a row went; `site_ids` in the order of the row's sites."""

    organisation_id: int
    number: str
    site_ids: Sequence[int] = field(default=())


def register_accredited(
    rows: Sequence[AccreditedProvider], *, source: str, by: Actor, year: int | None = None
) -> list[Registered]:
    """Write organisations, providers, sites, places and accreditations in a few statements, in the order given."""
    _check(rows)
    if not rows:
        return []
    now = clock.now()
    year = year or clock.local_day(now, fund().zone).year
    organisation_ids = _organisations(rows, now, year)
    given = numbers("P", year, len(rows))
    _providers(rows, organisation_ids, given, now)
    _accreditations(rows, organisation_ids, now, by, source)
    sites = _sites(rows, organisation_ids)
    _tell(rows, organisation_ids, given, now, by, source)
    return [
        Registered(key, number, tuple(sites[key, place] for place in range(1, len(row.sites) + 1)))
        for key, number, row in zip(organisation_ids, given, rows, strict=True)
    ]


def _check(rows: Sequence[AccreditedProvider]) -> None:
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows, start=1):
        if row.legal_form not in LEGAL_FORMS:
            problems.append(Problem(f"row {place}, legal_form", _l("Unknown legal form."), row.legal_form))
        if row.valid_until < row.valid_from:
            problems.append(Problem(f"row {place}, valid_until", _l("The last day lies before the first.")))
        if any(count < 0 for site in row.sites for count in site.places.values()):
            problems.append(Problem(f"row {place}, sites", _l("Licensed places are 0 or more.")))
        first = seen.setdefault((row.register_scheme, row.register_number), place)
        if first != place:
            words = _l("The same register number stands in row %(row)s.", row=first)
            problems.append(Problem(f"row {place}, register_number", words, row.register_number))
    if problems:
        raise InputErrors(problems)


def _organisations(rows: Sequence[AccreditedProvider], now: dt.datetime, year: int) -> list[int]:
    given = numbers("O", year, len(rows))
    names = ("name", "legal_form", "register_scheme", "register_number", "district", "email", "phone", "founded_on")
    values = [
        {"number": number, "created_at": now, **{name: getattr(row, name) for name in names}}
        for number, row in zip(given, rows, strict=True)
    ]
    found = db.session.execute(insert(Organisation).returning(Organisation.number, Organisation.id), values)
    ids = dict(found.all())
    return [ids[number] for number in given]


def _providers(rows: Sequence[AccreditedProvider], ids: Sequence[int], given: Sequence[str], now: dt.datetime) -> None:
    values = [
        {
            "organisation_id": key, "number": number, "state": "accredited", "summary": row.summary, "lang": "en",
            "submitted_at": now, "registrar_note": "",
        }
        for key, number, row in zip(ids, given, rows, strict=True)
    ]  # fmt: skip
    bulk_insert(Provider.__table__, values)
    lines = [
        {"organisation_id": key, "service_line": line}
        for key, row in zip(ids, rows, strict=True)
        for line in dict.fromkeys(row.service_lines)
    ]
    bulk_insert(ProviderServiceLine.__table__, lines)


def _accreditations(
    rows: Sequence[AccreditedProvider], ids: Sequence[int], now: dt.datetime, by: Actor, source: str
) -> None:
    values = [
        {
            "organisation_id": key, "valid_from": row.valid_from, "valid_until": row.valid_until,
            "decided_by": by.person, "decided_at": now, "reason": source,
        }
        for key, row in zip(ids, rows, strict=True)
    ]  # fmt: skip
    for stage in (Authorisation, Accreditation):  # who gave care before the books were opened has both
        bulk_insert(stage.__table__, values)


def _sites(rows: Sequence[AccreditedProvider], ids: Sequence[int]) -> Mapping[tuple[int, int], int]:
    """Sites, then their places; (organisation, number) → site id."""
    placed = [
        (key, number, site, row.valid_from)
        for key, row in zip(ids, rows, strict=True)
        for number, site in enumerate(row.sites, start=1)
    ]
    bulk_insert(
        SiteRow.__table__,
        [
            {
                "organisation_id": key,
                "number": number,
                "name": site.name,
                "district": site.district,
                "address": site.address,
            }
            for key, number, site, _day in placed
        ],
    )
    found = queries.site_ids(ids)
    places = [
        {
            "site_id": found[key, number], "service_line": line, "licensed_places": count,
            "valid_from": day, "valid_until": None,
        }
        for key, number, site, day in placed
        for line, count in site.places.items()
    ]  # fmt: skip
    bulk_insert(SiteCapacity.__table__, places)
    return found


def _tell(
    rows: Sequence[AccreditedProvider],
    ids: Sequence[int],
    given: Sequence[str],
    now: dt.datetime,
    by: Actor,
    source: str,
) -> None:
    """An event each, and one entry in the trail with the root over all rows."""
    told = [
        {
            "kind": "provider.accredited", "subject": number, "effective_from": row.valid_from,
            "data": {"organisation_id": key}, "recorded_at": now,
        }
        for key, number, row in zip(ids, given, rows, strict=True)
    ]  # fmt: skip
    bulk_insert(Event.__table__, told)
    leaves = [
        audit.canonical([number, row.register_scheme, row.register_number, row.valid_from, row.valid_until])
        for number, row in zip(given, rows, strict=True)
    ]
    after = {"providers": len(rows), "merkle_root": audit.merkle_root(leaves).hex()}
    audit.record(STREAM, Act.PROVIDER_ACCREDITED, f"{len(rows)} providers", by=by, reason=source, after=after)


def take_back(source: str, *, by: Actor) -> None:
    """Remove the units of an opening file; refused as soon as anything else stands on one of them."""
    rows = queries.accreditations_for(source)
    ids = [row.organisation_id for row in rows]
    for row in rows:
        data = {"organisation_id": row.organisation_id}
        subject = f"organisation {row.organisation_id}"
        events.publish("provider.withdrawn", subject, effective_from=row.valid_from, data=data)
    audit.record(STREAM, Act.PROVIDER_WITHDRAWN, source, by=by, reason="taken back", after={"providers": len(ids)})
    try:
        with db.session.begin_nested():
            for part in (Accreditation, Authorisation, ProviderServiceLine, Provider):
                db.session.execute(delete(part).where(part.organisation_id.in_(ids)))
            db.session.execute(delete(Organisation).where(Organisation.id.in_(ids)))
    except IntegrityError as error:
        raise Conflict(_l("Something stands on a provider of this file, so the file stays.")) from error
