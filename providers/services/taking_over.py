"""What the register holds goes over at a succession: kinds of care, sites, licences, hours, languages, rooms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from core.alike import alike
from core.db import db
from providers.models import ProviderServiceLine, Site, SiteCapacity, SiteClosure, Succession
from providers.models.places import OpeningHours

ONE = dt.timedelta(days=1)


def take_over_care(row: Succession) -> None:
    held = {line.service_line for line in row.successor.service_lines}
    new = [line.service_line for line in row.provider.service_lines if line.service_line not in held]
    db.session.add_all(ProviderServiceLine(organisation_id=row.successor_id, service_line=line) for line in new)
    db.session.flush()
    db.session.expire(row.successor, ["service_lines"])


def take_over_sites(row: Succession) -> None:
    """Each site goes on under the successor; its licences end there on the day before and go on here as they were."""
    taken = max((site.number for site in row.successor.sites), default=0)
    for number, old in enumerate(row.provider.sites, start=taken + 1):
        new = alike(old, organisation_id=row.successor_id, number=number, succeeds_id=old.id)
        db.session.add(new)
        db.session.flush()
        db.session.add_all(_from(row.takes_over_on, new, (*old.capacities, *old.hours)))
        db.session.add_all(alike(one, site_id=new.id) for one in (*old.languages, *old.rooms))
        closed = SiteClosure.site_id == old.id, SiteClosure.day >= row.takes_over_on
        db.session.add_all(alike(one, site_id=new.id) for one in db.session.query(SiteClosure).where(*closed))
        _close_places(old, row.takes_over_on - ONE)
    db.session.flush()
    for provider in (row.provider, row.successor):
        db.session.expire(provider, ["sites"])


def _from(
    first: dt.date, site: Site, rows: Iterable[SiteCapacity | OpeningHours]
) -> Iterable[SiteCapacity | OpeningHours]:
    """Those with days from the first on, cut to them."""
    for one in rows:
        if one.valid_until is None or one.valid_until >= first:
            yield alike(one, site_id=site.id, valid_from=max(one.valid_from, first))


def _close_places(site: Site, on: dt.date) -> None:
    for place in list(site.capacities):
        if place.valid_from > on:
            db.session.delete(place)
        elif place.valid_until is None or place.valid_until > on:
            place.valid_until = on
