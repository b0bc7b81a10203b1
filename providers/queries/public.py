"""The register as anyone may know it: who is accredited today for care that is no secret.

A kind of care is restricted when all its services are. Who gives nothing else, and sites for nothing else, are absent
here under every address; so are such kinds themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import contains_eager

from core.codes import Service, ServiceLine
from core.db import db
from core.organisations import Organisation
from providers.models import Provider, ProviderServiceLine, Site, SiteCapacity
from providers.queries.records import WHOLE
from providers.queries.standing import accredited, covers


def restricted_lines() -> Select[str]:
    """As a part of a query."""
    least = func.min(case((Service.is_restricted, 1), else_=0))
    return select(Service.service_line).group_by(Service.service_line).having(least == 1)


def open_lines() -> dict[str, str]:
    """Code → name, in the order of the catalogue."""
    query = select(ServiceLine.code, ServiceLine.name).where(ServiceLine.code.not_in(restricted_lines()))
    return {row.code: row.name for row in db.session.execute(query.order_by(ServiceLine.position))}


def public_providers(on: dt.date, *, limit: int, offset: int = 0, **wanted: Any) -> Sequence[Provider]:
    """By name and number. `wanted`: words, service_line, district, places (the least of one site)."""
    query = _narrowed(select(Provider).join(Provider.organisation), on, **wanted)
    query = query.options(contains_eager(Provider.organisation), *WHOLE)
    ordered = query.order_by(Organisation.name, Provider.number).limit(limit).offset(offset)
    return db.session.execute(ordered).scalars().all()


def public_count(on: dt.date, **wanted: Any) -> int:
    query = select(func.count()).select_from(Provider).join(Provider.organisation)
    return int(db.session.execute(_narrowed(query, on, **wanted)).scalar_one())


def public_provider(number: str, on: dt.date) -> Provider | None:
    query = _narrowed(select(Provider).join(Provider.organisation), on).where(Provider.number == number)
    return db.session.execute(query.options(*WHOLE)).scalar_one_or_none()


def districts(on: dt.date) -> Sequence[str]:
    """Where accredited providers have a site that may be known."""
    query = select(Site.district).distinct().where(accredited(Site.organisation_id, on), _open_site(on))
    return db.session.execute(query.order_by(Site.district)).scalars().all()


def _narrowed(
    query: Select,  # type: ignore[type-arg]
    on: dt.date,
    words: str = "",
    service_line: str = "",
    district: str = "",
    places: int = 0,
) -> Select:  # type: ignore[type-arg]
    given: Any = ProviderServiceLine.service_line.not_in(restricted_lines())
    if service_line:
        given &= ProviderServiceLine.service_line == service_line
    query = query.where(accredited(Provider.organisation_id, on), Provider.service_lines.any(given))
    if words:
        query = query.where(or_(Organisation.name.icontains(words, autoescape=True), Provider.number == words.upper()))
    if district or places:
        here = _open_site(on, service_line, places)
        query = query.where(Provider.sites.any(here & (Site.district == district) if district else here))
    return query


def _open_site(on: dt.date, service_line: str = "", places: int = 0) -> Any:
    """A site is known by the open care that it is licensed for on the day."""
    known: Any = covers(SiteCapacity, on) & SiteCapacity.service_line.not_in(restricted_lines())
    known &= SiteCapacity.licensed_places >= places
    return Site.capacities.any(known & (SiteCapacity.service_line == service_line) if service_line else known)
