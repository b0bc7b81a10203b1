"""Who is placed at providers that would stop, and which places are free elsewhere: four statements for any number."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import func, select

from care.models import Placement
from care.queries.planned import AGREED_STATES
from core.actors import Actor
from core.among import among
from core.codes import Service
from core.db import db
from core.restricted import known_to
from members.models import Household, Member
from procurement.models.contract import Contract, ContractLine
from procurement.queries.endings import goes_on
from providers.models import Site, SiteCapacity
from providers.queries.standing import accredited, covers


class Placed(NamedTuple):
    """An agreed placement that lasts until the day or begins later; `district` is the member's."""

    number: str
    member_id: int
    public_id: str
    organisation_id: int
    site_id: int | None
    service: str
    kind: str
    service_line: str
    district: str
    valid_from: dt.date
    valid_until: dt.date


@dataclass(slots=True)
class Elsewhere:
    """Who could take somebody over on a day: by service the providers, by (line, district) their free places.

    A visit at home takes no place: who is licensed for the line in the district, with 0 places too, is `there`.
    """

    offers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    free: dict[tuple[str, str], Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    there: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))


def placed_at(organisation_ids: Collection[int], on: dt.date, who: Actor | None = None) -> Sequence[Placed]:
    """Of these providers, from that day on; of what `who` may know, all of it for the house itself."""
    columns = (
        Placement.number, Placement.member_id, Member.public_id, Placement.organisation_id, Placement.site_id,
        Placement.service, Placement.kind, Service.service_line, Household.district, Placement.valid_from,
        Placement.valid_until,
    )  # fmt: skip
    query = select(*columns).join(Member, Member.id == Placement.member_id)
    query = query.join(Household, Household.id == Member.household_id)
    query = query.join(Service, Service.code == Placement.service)
    query = query.where(among(Placement.organisation_id, organisation_ids), Placement.state.in_(AGREED_STATES))
    query = query.where(Placement.valid_until >= on, *(known_to(who, Placement.service) if who else ()))
    return [Placed._make(row) for row in db.session.execute(query.order_by(Placement.id))]


def elsewhere(services: Collection[str], lines: Collection[str], on: dt.date) -> Elsewhere:
    """Contracted for the service, accredited and not suspended on the day, with licensed places nobody holds."""
    found = Elsewhere()
    for service, organisation_id in db.session.execute(_contracted(services, on)):
        found.offers[service].add(organisation_id)
    taken = {(row[0], row[1]): row[2] for row in db.session.execute(_taken(lines, on))}
    for line, district, organisation_id, site_id, places in db.session.execute(_licensed(lines, on)):
        found.there[line, district].add(organisation_id)
        free = places - taken.get((line, site_id), 0)
        if free > 0:
            found.free[line, district][organisation_id] += free
    return found


def _contracted(services: Collection[str], on: dt.date) -> Any:
    query = select(ContractLine.service, Contract.organisation_id).join(ContractLine.contract).distinct()
    query = query.where(among(ContractLine.service, services), Contract.state == "active")
    query = query.where(Contract.valid_from <= on, Contract.valid_until >= on, goes_on(on))
    query = query.where(ContractLine.valid_from <= on, ContractLine.valid_until >= on)
    return query.where(accredited(Contract.organisation_id, on))


def _licensed(lines: Collection[str], on: dt.date) -> Any:
    query = select(
        SiteCapacity.service_line, Site.district, Site.organisation_id, Site.id, func.max(SiteCapacity.licensed_places)
    ).join(Site, Site.id == SiteCapacity.site_id)
    query = query.where(among(SiteCapacity.service_line, lines), covers(SiteCapacity, on))
    return query.group_by(SiteCapacity.service_line, Site.district, Site.organisation_id, Site.id)


def _taken(lines: Collection[str], on: dt.date) -> Any:
    """Members with a place; one cared for from the provider, not at a site, holds a place of its first site."""
    first = select(Site.organisation_id, func.min(Site.id).label("site_id")).group_by(Site.organisation_id).subquery()
    site = func.coalesce(Placement.site_id, first.c.site_id)
    query = select(Service.service_line, site, func.count(Placement.member_id.distinct())).select_from(Placement)
    query = query.join(Service, Service.code == Placement.service).where(among(Service.service_line, lines))
    query = query.outerjoin(first, first.c.organisation_id == Placement.organisation_id)
    query = query.where(Placement.state.in_(("offered", *AGREED_STATES)))
    query = query.where(Placement.valid_from <= on, Placement.valid_until >= on)
    return query.group_by(Service.service_line, site)


def without_place(rows: Sequence[Placed], others: Elsewhere, but: int) -> Iterator[Placed]:
    """Those for whom no place is left with another provider in their district; a place is given once.

    Services that few give come first. The number may be one too high, never too low.
    """
    left = {place: Counter(free) for place, free in others.free.items()}
    for row in sorted(rows, key=lambda row: (len(others.offers.get(row.service, ())), row.member_id, row.number)):
        place = row.service_line, row.district
        room, able = left.get(place, Counter()), others.offers.get(row.service, set()) - {but}
        if row.kind == "visit":
            if not able & others.there.get(place, set()):
                yield row
        elif found := next((key for key in sorted(able) if room[key]), None):
            room[found] -= 1
        else:
            yield row
