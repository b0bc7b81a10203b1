"""The register as anyone may know it: who is accredited today for care that is no secret.

Who gives nothing but restricted care, and sites for nothing else, are absent here under every address; so are such
kinds and services themselves. One place and one moment must fit all that is asked: a site in the district, licensed
for the kind of care, open for it at that hour, with the language spoken there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from core.codes import Service
from core.db import db
from core.organisations import Organisation
from core.restricted import SMALLEST
from providers.free_places import Moment, Place, booked
from providers.models import Provider, ProviderServiceLine, Site, SiteCapacity, SiteLanguage, Succession
from providers.offers import offering
from providers.queries.lines import restricted_lines
from providers.queries.opening import is_open
from providers.queries.standing import accredited, covers
from providers.wanted import Wanted

_SITES = selectinload(Provider.sites)
OPEN = (
    selectinload(Provider.service_lines),
    selectinload(Provider.accreditations),
    selectinload(Provider.authorisations),
    selectinload(Provider.assessments),
    _SITES.selectinload(Site.capacities),
    _SITES.selectinload(Site.hours),
    _SITES.selectinload(Site.languages),
)
"""What a record that anyone may see is made of: no paper, no decision, no account."""

ANYTHING = Wanted()


def public_providers(on: dt.date, wanted: Wanted, *, limit: int, offset: int = 0) -> Sequence[Provider]:
    """By name and number."""
    query = _narrowed(select(Provider).join(Provider.organisation), on, wanted, is_page=not wanted.district)
    query = query.options(contains_eager(Provider.organisation), *OPEN)
    ordered = query.order_by(Organisation.name, Provider.number).limit(limit).offset(offset)
    return db.session.execute(ordered).scalars().all()


def public_count(on: dt.date, wanted: Wanted) -> int:
    query = select(func.count()).select_from(Provider)
    if wanted.words:
        query = query.join(Provider.organisation)
    return int(db.session.execute(_narrowed(query, on, wanted)).scalar_one())


def public_provider(number: str, on: dt.date) -> Provider | None:
    query = _narrowed(select(Provider).join(Provider.organisation), on, ANYTHING).where(Provider.number == number)
    return db.session.execute(query.options(*OPEN)).scalar_one_or_none()


def followed_provider(number: str, on: dt.date) -> Succession | None:
    """Of a unit that ended and gave care that is no secret, if who follows is public too."""
    open_care = Provider.service_lines.any(ProviderServiceLine.service_line.not_in(restricted_lines()))
    query = select(Succession).join(Succession.provider).where(Provider.number == number, open_care)
    query = query.where(Succession.state == "approved", Succession.takes_over_on <= on)
    row = db.session.execute(query).scalar_one_or_none()
    return row if row is not None and public_provider(row.successor.number, on) is not None else None


def districts(on: dt.date) -> Sequence[str]:
    """Where accredited providers have a site that may be known: the first of each district is enough."""
    every = select(Site.district).distinct().subquery()
    known = select(Site.id).where(Site.district == every.c.district, _known_site(on))
    query = select(every.c.district).where(known.correlate_except(Site).exists())
    return db.session.execute(query.order_by(every.c.district)).scalars().all()


def languages(on: dt.date) -> Sequence[str]:
    """Spoken at a site that may be known."""
    every = select(SiteLanguage.language).distinct().subquery()
    spoken = select(Site.id).join(SiteLanguage, SiteLanguage.site_id == Site.id)
    spoken = spoken.where(SiteLanguage.language == every.c.language, _known_site(on))
    query = select(every.c.language).where(spoken.correlate_except(Site, SiteLanguage).exists())
    return db.session.execute(query.order_by(every.c.language)).scalars().all()


def places_of_sites(site_ids: Collection[int], moment: Moment) -> Mapping[tuple[int, str], tuple[int, int]]:
    """(site, kind of care) → licensed places and persons booked then, for all sites of a page in one query."""
    place = Place(Site.organisation_id, Site.id, SiteCapacity.service_line)
    query = select(Site.id, SiteCapacity.service_line, SiteCapacity.licensed_places, booked(place, moment))
    query = query.join(SiteCapacity.site).where(Site.id.in_(site_ids), covers(SiteCapacity, moment.on))
    return {(row[0], row[1]): (row[2], row[3]) for row in db.session.execute(query)}


def _narrowed(query: Select, on: dt.date, wanted: Wanted, *, is_page: bool = False) -> Select:  # type: ignore[type-arg]
    """`is_page`: few of many are read in order, so each is asked for its sites; else the sites are gathered first."""
    given: Any = ProviderServiceLine.service_line.not_in(restricted_lines())
    if wanted.service:
        given &= ProviderServiceLine.service_line.in_(_lines(wanted.service))
    query = query.where(accredited(Provider.organisation_id, on), Provider.service_lines.any(given))
    if wanted.words:
        named = Organisation.name.icontains(wanted.words, autoescape=True)
        query = query.where(or_(named, Provider.number == wanted.words.upper()))
    if wanted.service:
        single = select(Service.code).where(Service.code == wanted.service).exists()
        for offers in offering(wanted.service, on):
            query = query.where(~single | Provider.organisation_id.in_(offers))
    if wanted.district or wanted.language or wanted.has_hour or wanted.free:
        fitting = _fitting(on, wanted)
        own = fitting.where(Site.organisation_id == Provider.organisation_id).correlate(Provider).exists()
        query = query.where(own if is_page else Provider.organisation_id.in_(fitting))
    return query


def _lines(service: str) -> Select[str]:
    """The kind of care of a code: its own, or that of a single service that is no secret."""
    single = select(Service.service_line).where(Service.code == service, ~Service.is_restricted)
    return single.union(select(Service.service_line).where(Service.service_line == service))  # type: ignore[return-value]


def _fitting(on: dt.date, wanted: Wanted) -> Select[int]:
    """Organisations with a site that fits all that is asked of a site."""
    query = select(Site.organisation_id).join(Site.capacities).where(_known(on))
    if wanted.service:
        query = query.where(SiteCapacity.service_line.in_(_lines(wanted.service)))
    if wanted.district:
        query = query.where(Site.district == wanted.district)
    if wanted.language:
        spoken = SiteLanguage.language == wanted.language
        query = query.join(SiteLanguage, (SiteLanguage.site_id == Site.id) & spoken)
    moment = wanted.moment(on)
    if wanted.has_hour:
        query = query.where(is_open(Site.id, SiteCapacity.service_line, moment))
    if wanted.free:
        place = Place(Site.organisation_id, Site.id, SiteCapacity.service_line)
        has_room = SiteCapacity.licensed_places > booked(place, moment)
        query = query.where(SiteCapacity.licensed_places > 0, or_(SiteCapacity.licensed_places < SMALLEST, has_room))
    return query


def _known(on: dt.date) -> Any:
    """A licence that anyone may know of."""
    return covers(SiteCapacity, on) & SiteCapacity.service_line.not_in(restricted_lines())


def _known_site(on: dt.date) -> Any:
    return accredited(Site.organisation_id, on) & Site.capacities.any(_known(on))
