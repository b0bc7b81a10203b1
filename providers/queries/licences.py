"""Licences of sites, and who may practise."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from core.among import among
from core.db import db
from core.organisations import Organisation
from providers.models import Professional, Provider, Site, SiteCapacity, SiteClosure, SiteRoom
from providers.queries.standing import covers


def sites_by_numbers(numbers: Collection[str]) -> dict[str, dict[str, Site]]:
    """Number of a provider or its organisation → site number → site with its licences."""
    query = select(Site, Provider.number, Organisation.number).join(Site.provider).join(Provider.organisation)
    query = query.where(or_(Provider.number.in_(numbers), Organisation.number.in_(numbers)))
    found: dict[str, dict[str, Site]] = defaultdict(dict)
    for site, *named in db.session.execute(query.options(selectinload(Site.capacities))):
        for number in named:
            found[number][str(site.number)] = site
    return found


def professionals(numbers: Collection[str]) -> dict[str, list[Professional]]:
    """Their spells, by register number."""
    found: dict[str, list[Professional]] = defaultdict(list)
    query = select(Professional).where(among(Professional.number, numbers)).order_by(Professional.valid_from)
    for row in db.session.execute(query).scalars():
        found[row.number].append(row)
    return found


def latest_professionals(limit: int = 60) -> Sequence[Professional]:
    return db.session.execute(select(Professional).order_by(Professional.id.desc()).limit(limit)).scalars().all()


def latest_licences(limit: int = 60) -> Sequence[tuple[SiteCapacity, Site, Provider]]:
    query = select(SiteCapacity, Site, Provider).join(SiteCapacity.site).join(Site.provider)
    return list(db.session.execute(query.order_by(SiteCapacity.id.desc()).limit(limit)))


def licensed_places(organisation_id: int, service_line: str, on: dt.date) -> int:
    """All sites of the provider together."""
    query = select(func.coalesce(func.sum(SiteCapacity.licensed_places), 0)).join(SiteCapacity.site)
    query = query.where(
        Site.organisation_id == organisation_id, SiteCapacity.service_line == service_line, covers(SiteCapacity, on)
    )
    return int(db.session.execute(query).scalar_one())


def site_ids(organisation_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(organisation, site number) → site id, for whole sets."""
    query = select(Site.organisation_id, Site.number, Site.id).where(Site.organisation_id.in_(organisation_ids))
    return {(row.organisation_id, row.number): row.id for row in db.session.execute(query)}


def site_names(organisation_id: int) -> dict[int, str]:
    """Site number → its name."""
    query = select(Site.number, Site.name).where(Site.organisation_id == organisation_id)
    return {row.number: row.name for row in db.session.execute(query)}


def rooms_of(site_ids: Collection[int]) -> dict[int, set[str]]:
    """Site → names of its rooms; a site that has named none is not there."""
    found: dict[int, set[str]] = defaultdict(set)
    for site_id, name in db.session.execute(select(SiteRoom.site_id, SiteRoom.name)):
        if site_id in site_ids:
            found[site_id].add(name)
    return dict(found)


def closures_written(site_id: int, days: Collection[dt.date]) -> dict[dt.date, dt.datetime | None]:
    """Closed day → when it was first said; None: before this was kept."""
    query = select(SiteClosure.day, SiteClosure.written_at)
    query = query.where(SiteClosure.site_id == site_id, SiteClosure.day.in_(days))
    return {row.day: row.written_at for row in db.session.execute(query)}


def last_site_numbers(organisation_ids: Collection[int]) -> dict[int, int]:
    """Organisation → number of its newest site."""
    query = select(Site.organisation_id, func.max(Site.number)).where(Site.organisation_id.in_(organisation_ids))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Site.organisation_id))}
