"""Sites that exist already, brought in as a set at the opening of a fund and taken back with their file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from core.db import bulk_insert, db
from core.errors import Conflict
from core.words import _l
from providers import queries
from providers.models import Site, SiteCapacity


@dataclass(frozen=True, slots=True)
class RunningSite:
    """One place of care with its licensed places per service line; `facility`: outpatient, inpatient or empty."""

    organisation_id: int
    name: str
    district: str
    address: str
    facility: str
    places: Sequence[tuple[str, int, dt.date, dt.date | None]]  # service line, places, first and last day


def bring_in_sites(rows: Sequence[RunningSite]) -> list[int]:
    """Write them behind the sites that a provider has already; their ids."""
    taken = queries.last_site_numbers({row.organisation_id for row in rows})
    values = []
    for row in rows:
        taken[row.organisation_id] = taken.get(row.organisation_id, 0) + 1
        said = {name: getattr(row, name) for name in ("organisation_id", "name", "district", "address", "facility")}
        values.append(said | {"number": taken[row.organisation_id]})
    bulk_insert(Site.__table__, values)
    known = queries.site_ids({row.organisation_id for row in rows})
    ids = [known[value["organisation_id"], value["number"]] for value in values]
    places = [
        {"site_id": key, "service_line": line, "licensed_places": count, "valid_from": first, "valid_until": last}
        for key, row in zip(ids, rows, strict=True)
        for line, count, first, last in row.places
    ]
    bulk_insert(SiteCapacity.__table__, places)
    return ids


def take_back_sites(ids: Collection[int]) -> None:
    """Refused as soon as anything stands on one of them: a placement, a record, a claim."""
    try:
        with db.session.begin_nested():
            db.session.execute(delete(SiteCapacity).where(SiteCapacity.site_id.in_(ids)))
            db.session.execute(delete(Site).where(Site.id.in_(ids)))
    except IntegrityError as error:
        raise Conflict(_l("Something stands on a site of this file, so the file stays.")) from error
