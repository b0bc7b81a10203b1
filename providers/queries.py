"""What is read about providers. `organisation_id` given: that provider's own record, nobody else's."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from core.among import among
from core.db import db
from core.organisations import Organisation
from providers.models import (
    Accreditation,
    Professional,
    Provider,
    ProviderDocument,
    ProviderServiceLine,
    Site,
    SiteCapacity,
    Suspension,
)

_WHOLE = (
    selectinload(Provider.service_lines),
    selectinload(Provider.documents).joinedload(ProviderDocument.file),
    selectinload(Provider.sites).selectinload(Site.capacities),
    selectinload(Provider.accreditations),
)


def provider_by_number(number: str, organisation_id: int | None = None) -> Provider | None:
    """With everything its page shows."""
    query = select(Provider).where(Provider.number == number).options(*_WHOLE)
    if organisation_id is not None:
        query = query.where(Provider.organisation_id == organisation_id)
    return db.session.execute(query).scalar_one_or_none()


def provider_by_any_number(number: str, organisation_id: int | None = None) -> Provider | None:
    """By its own number or its organisation's."""
    query = select(Provider).join(Provider.organisation)
    query = query.where((Provider.number == number) | (Organisation.number == number))
    if organisation_id is not None:
        query = query.where(Provider.organisation_id == organisation_id)
    return db.session.execute(query).scalar_one_or_none()


def provider_of(organisation_id: int | None) -> Provider | None:
    query = select(Provider).where(Provider.organisation_id == organisation_id).options(*_WHOLE)
    return None if organisation_id is None else db.session.execute(query).scalar_one_or_none()


def providers(
    *,
    words: str = "",
    state: str = "",
    service_line: str = "",
    district: str = "",
    is_public: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Provider]:
    """By name; `is_public`: those accredited now, as anyone may know."""
    query = _filtered(select(Provider).join(Provider.organisation), words, state, service_line, district, is_public)
    query = query.options(contains_eager(Provider.organisation), *_WHOLE)
    return db.session.execute(query.order_by(Organisation.name).limit(limit).offset(offset)).scalars().all()


def provider_count(
    *, words: str = "", state: str = "", service_line: str = "", district: str = "", is_public: bool = False
) -> int:
    query = select(func.count()).select_from(Provider).join(Provider.organisation)
    return int(db.session.execute(_filtered(query, words, state, service_line, district, is_public)).scalar_one())


def state_counts() -> dict[str, int]:
    """State → number of providers in it."""
    query = select(Provider.state, func.count()).group_by(Provider.state)
    return dict(db.session.execute(query).all())


def applications() -> Sequence[Provider]:
    """Waiting for the registrar, the oldest first."""
    query = select(Provider).where(Provider.state == "submitted").order_by(Provider.submitted_at)
    return db.session.execute(query.options(*_WHOLE)).scalars().all()


def open_suspensions() -> Sequence[tuple[Provider, Suspension]]:
    """Suspended providers with the suspension that runs, the longest first."""
    query = select(Provider, Suspension).join(Suspension, Suspension.organisation_id == Provider.organisation_id)
    query = query.where(Provider.state == "suspended", Suspension.valid_until.is_(None))
    return list(db.session.execute(query.order_by(Suspension.valid_from)))


def suspensions_of(organisation_id: int) -> Sequence[Suspension]:
    query = select(Suspension).where(Suspension.organisation_id == organisation_id).order_by(Suspension.valid_from)
    return db.session.execute(query).scalars().all()


def look_alikes(organisation: Organisation) -> Sequence[Organisation]:
    """Other organisations with the same register number under any scheme, or the same name."""
    same_number = Organisation.register_number == organisation.register_number
    same_name = func.lower(Organisation.name) == organisation.name.lower()
    query = select(Organisation).where(Organisation.id != organisation.id, or_(same_number, same_name))
    return db.session.execute(query.order_by(Organisation.name)).scalars().all()


def organisation_by_register(scheme: str, number: str) -> Organisation | None:
    query = select(Organisation).where(Organisation.register_scheme == scheme, Organisation.register_number == number)
    return db.session.execute(query).scalar_one_or_none()


def document(organisation_id: int, document_id: int) -> ProviderDocument | None:
    query = select(ProviderDocument).where(
        ProviderDocument.id == document_id, ProviderDocument.organisation_id == organisation_id
    )
    return db.session.execute(query).scalar_one_or_none()


def site_by_number(organisation_id: int, number: int) -> Site | None:
    query = select(Site).where(Site.organisation_id == organisation_id, Site.number == number)
    return db.session.execute(query.options(selectinload(Site.capacities))).scalar_one_or_none()


def provider_number(organisation_id: int) -> str:
    query = select(Provider.number).where(Provider.organisation_id == organisation_id)
    return db.session.execute(query).scalar_one()


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


def districts() -> Sequence[str]:
    """Where accredited providers have a site."""
    query = select(Site.district).distinct().join(Site.provider).where(Provider.state == "accredited")
    return db.session.execute(query.order_by(Site.district)).scalars().all()


def is_accredited(organisation_id: int, on: dt.date) -> bool:
    """An accreditation covers the day and no suspension does."""
    accredited = select(Accreditation.id).where(
        Accreditation.organisation_id == organisation_id, _covers(Accreditation, on)
    )
    suspended = select(Suspension.id).where(Suspension.organisation_id == organisation_id, _covers(Suspension, on))
    found: bool = db.session.execute(select(accredited.exists() & ~suspended.exists())).scalar_one()
    return found


def licensed_places(organisation_id: int, service_line: str, on: dt.date) -> int:
    """All sites of the provider together."""
    query = select(func.coalesce(func.sum(SiteCapacity.licensed_places), 0)).join(SiteCapacity.site)
    query = query.where(
        Site.organisation_id == organisation_id, SiteCapacity.service_line == service_line, _covers(SiteCapacity, on)
    )
    return int(db.session.execute(query).scalar_one())


def site_ids(organisation_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(organisation, site number) → site id, for whole sets."""
    query = select(Site.organisation_id, Site.number, Site.id).where(Site.organisation_id.in_(organisation_ids))
    return {(row.organisation_id, row.number): row.id for row in db.session.execute(query)}


def last_site_numbers(organisation_ids: Collection[int]) -> dict[int, int]:
    """Organisation → number of its newest site."""
    query = select(Site.organisation_id, func.max(Site.number)).where(Site.organisation_id.in_(organisation_ids))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Site.organisation_id))}


def _covers(model: type[Accreditation] | type[Suspension] | type[SiteCapacity], on: dt.date):  # type: ignore[no-untyped-def]
    return (model.valid_from <= on) & (model.valid_until.is_(None) | (model.valid_until >= on))


def _filtered(query: Select, words: str, state: str, service_line: str, district: str, is_public: bool) -> Select:  # type: ignore[type-arg]
    query = query.where(Provider.state != "draft")  # a draft is its own people's business alone
    if words:
        like = f"%{words.strip()}%"
        query = query.where(or_(Organisation.name.ilike(like), Provider.number.ilike(like)))
    if state or is_public:
        query = query.where(Provider.state == ("accredited" if is_public else state))
    if service_line:
        query = query.where(Provider.service_lines.any(ProviderServiceLine.service_line == service_line))
    if district:
        query = query.where(Provider.sites.any(Site.district == district))
    return query


def accreditations_for(reason: str) -> Sequence[Accreditation]:
    """Those that were decided for this reason: the mark of an opening file."""
    return db.session.execute(select(Accreditation).where(Accreditation.reason == reason)).scalars().all()
