"""Grants and placements, one and many."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from care.models import CareGrant, Placement, PlacementSlot
from core.actors import Actor
from core.among import among
from core.db import db
from core.organisations import Organisation
from core.restricted import known_to, restricted_services, sees_restricted
from members.models import Member
from procurement.models.contract import Contract, ContractLine
from procurement.queries.endings import goes_on
from providers.models import Site, SiteCapacity

OPEN_STATES = ("offered", "accepted")


def grant(number: str, who: Actor) -> CareGrant | None:
    """A grant with its member and placements, if `who` may know of it."""
    query = select(CareGrant).where(CareGrant.number == number, *_known(who)).options(joinedload(CareGrant.member))
    query = query.options(selectinload(CareGrant.placements).joinedload(Placement.organisation))
    return db.session.execute(query).scalar_one_or_none()


def grants(
    who: Actor,
    *,
    service_line: str = "",
    on: dt.date | None = None,
    member: str = "",
    limit: int = 50,
    offset: int = 0,
) -> tuple[Sequence[CareGrant], int]:
    """A page of grants that `who` may know of, latest start first, and how many there are in all."""
    query = select(CareGrant).join(CareGrant.member).options(contains_eager(CareGrant.member)).where(*_known(who))
    if service_line:
        query = query.where(CareGrant.service_line == service_line)
    if on:
        query = query.where(CareGrant.valid_from <= on, CareGrant.valid_until >= on)
    if member:
        query = query.where(Member.public_id == member)
    total = db.session.execute(query.with_only_columns(func.count(CareGrant.id))).scalar_one()
    page = query.order_by(CareGrant.valid_from.desc(), CareGrant.id.desc()).limit(limit).offset(offset)
    return db.session.execute(page).scalars().all(), total


def ending_grants(who: Actor, on: dt.date, until: dt.date, limit: int = 20) -> Sequence[CareGrant]:
    """Grants in force that end soon and that no later grant of the same line follows."""
    later = select(CareGrant.member_id, CareGrant.service_line, func.max(CareGrant.valid_until).label("last"))
    later = later.group_by(CareGrant.member_id, CareGrant.service_line)
    last = later.subquery()
    query = select(CareGrant).join(
        last,
        (last.c.member_id == CareGrant.member_id)
        & (last.c.service_line == CareGrant.service_line)
        & (last.c.last == CareGrant.valid_until),
    )
    query = query.where(CareGrant.valid_until.between(on, until), *_known(who)).options(joinedload(CareGrant.member))
    return db.session.execute(query.order_by(CareGrant.valid_until, CareGrant.id).limit(limit)).scalars().all()


def placement(number: str, who: Actor, organisation_id: int | None = None) -> Placement | None:
    """A placement that `who` may know of; with `organisation_id` only if it is theirs."""
    query = _placements().where(Placement.number == number, *known_to(who, Placement.service))
    if organisation_id is not None:
        query = query.where(Placement.organisation_id == organisation_id)
    return db.session.execute(query).scalar_one_or_none()


def placements(
    who: Actor, *, organisation_id: int | None = None, state: str = "", limit: int = 50, offset: int = 0
) -> tuple[Sequence[Placement], int]:
    """A page of placements that `who` may know of, newest first, and how many there are in all."""
    query = _placements().where(*known_to(who, Placement.service))
    if organisation_id is not None:
        query = query.where(Placement.organisation_id == organisation_id)
    if state:
        query = query.where(Placement.state == state)
    total = db.session.execute(query.with_only_columns(func.count(Placement.id)).order_by(None)).scalar_one()
    page = query.order_by(Placement.id.desc()).limit(limit).offset(offset)
    return db.session.execute(page).scalars().all(), total


def placements_to_answer(organisation_id: int) -> Sequence[Placement]:
    query = _placements().where(Placement.organisation_id == organisation_id, Placement.state == "offered")
    return db.session.execute(query.order_by(Placement.id)).scalars().all()


def declined_placements(who: Actor, limit: int = 20) -> Sequence[Placement]:
    """Declined ones whose grant has no other placement yet: somebody still waits for care."""
    other = select(Placement.grant_id).where(Placement.state.in_((*OPEN_STATES, "ended")))
    query = _placements().where(Placement.state == "declined", Placement.grant_id.not_in(other))
    query = query.where(*known_to(who, Placement.service))
    return db.session.execute(query.order_by(Placement.id.desc()).limit(limit)).scalars().all()


def placements_from(organisation_id: int, on: dt.date) -> Sequence[Placement]:
    """Offered and accepted ones with days from `on`, the oldest first, whoever they are for."""
    query = select(Placement).where(Placement.organisation_id == organisation_id, Placement.valid_until >= on)
    query = query.where(Placement.state.in_(("offered", "accepted"))).options(selectinload(Placement.pattern))
    return db.session.execute(query.order_by(Placement.id)).scalars().all()


def contracted_organisations(service: str, valid_from: dt.date, valid_until: dt.date) -> Sequence[Organisation]:
    """Who has a running contract with a line for `service` on the first day and still on the last."""
    query = (
        select(Organisation)
        .join(Contract, Contract.organisation_id == Organisation.id)
        .join(ContractLine, ContractLine.contract_id == Contract.id)
        .where(ContractLine.service == service, Contract.state == "active")
        .where(ContractLine.valid_from <= valid_from, Contract.valid_from <= valid_from)
        .where(ContractLine.valid_until >= valid_until, Contract.valid_until >= valid_until, goes_on(valid_until))
    )
    return db.session.execute(query.distinct().order_by(Organisation.name)).scalars().all()


def sites_of(organisation_ids: Iterable[int]) -> Sequence[Site]:
    """With their rooms."""
    query = select(Site).where(Site.organisation_id.in_(list(organisation_ids))).options(selectinload(Site.rooms))
    return db.session.execute(query.order_by(Site.organisation_id, Site.number)).scalars().all()


def day_sites(organisation_id: int | None) -> Sequence[Site]:
    """Sites with licensed places, of one provider or of all."""
    licensed = select(SiteCapacity.site_id).where(SiteCapacity.licensed_places > 0)
    query = select(Site).where(Site.id.in_(licensed))
    if organisation_id is not None:
        query = query.where(Site.organisation_id == organisation_id)
    return db.session.execute(query.order_by(Site.organisation_id, Site.number)).scalars().all()


def free_places(site_id: int, service_line: str, valid_from: dt.date, valid_until: dt.date) -> dict[int, int] | None:
    """Weekday → places of the site not yet booked at any time of these days; None: no licence for the line."""
    licensed = select(func.min(SiteCapacity.licensed_places)).where(
        SiteCapacity.site_id == site_id,
        SiteCapacity.service_line == service_line,
        SiteCapacity.valid_from <= valid_until,
        (SiteCapacity.valid_until.is_(None)) | (SiteCapacity.valid_until >= valid_from),
    )
    places = db.session.execute(licensed).scalar()
    if places is None:
        return None
    booked = (
        select(PlacementSlot.weekday, func.count(Placement.member_id.distinct()))
        .join(PlacementSlot.placement)
        .where(Placement.site_id == site_id, Placement.kind == "day", Placement.state.in_(OPEN_STATES))
        .where(Placement.valid_from <= valid_until, Placement.valid_until >= valid_from)
        .group_by(PlacementSlot.weekday)
    )
    taken = Counter({row[0]: row[1] for row in db.session.execute(booked)})
    return {weekday: places - taken[weekday] for weekday in range(7)}


def _known(who: Actor) -> list[Any]:
    """A grant tells of a service by its own code and by where it was placed."""
    placed = select(Placement.grant_id).where(Placement.service.in_(restricted_services()))
    return [*known_to(who, CareGrant.service), *([] if sees_restricted(who) else [CareGrant.id.not_in(placed)])]


def veiled(subjects: Collection[str]) -> set[str]:
    """Numbers of grants and placements among `subjects` that tell of a restricted service."""
    hidden = restricted_services()
    placed = select(Placement.number, CareGrant.number).join(CareGrant)
    placed = placed.where(
        Placement.service.in_(hidden), or_(among(Placement.number, subjects), among(CareGrant.number, subjects))
    )
    granted = select(CareGrant.number).where(CareGrant.service.in_(hidden), among(CareGrant.number, subjects))
    found = {number for row in db.session.execute(placed) for number in row}
    return (found | set(db.session.execute(granted).scalars())) & set(subjects)


def _placements() -> Select[Placement]:
    return select(Placement).options(
        joinedload(Placement.grant),
        joinedload(Placement.member),
        joinedload(Placement.organisation),
        joinedload(Placement.site),
        selectinload(Placement.pattern),
    )
