"""One provider with all that its page shows, its papers and its sites, and who looks like it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from core.db import db
from core.organisations import Organisation
from payments.queries.payees import same_account
from providers.models import Accreditation, Provider, ProviderDocument, Reminder, Site, Succession, Suspension

WHOLE = (
    selectinload(Provider.service_lines),
    selectinload(Provider.documents).joinedload(ProviderDocument.file),
    selectinload(Provider.sites).selectinload(Site.capacities),
    selectinload(Provider.successions),
    selectinload(Provider.authorisations),
    selectinload(Provider.accreditations),
    selectinload(Provider.suspensions).selectinload(Suspension.appeal),
    selectinload(Provider.renewals),
    selectinload(Provider.requests),
)


def provider_by_number(number: str, organisation_id: int | None = None) -> Provider | None:
    """With everything its page shows."""
    sites = selectinload(Provider.sites)
    described = sites.selectinload(Site.hours), sites.selectinload(Site.languages)
    query = select(Provider).where(Provider.number == number).options(*WHOLE, *described)
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
    query = select(Provider).where(Provider.organisation_id == organisation_id).options(*WHOLE)
    return None if organisation_id is None else db.session.execute(query).scalar_one_or_none()


def look_alikes(organisation: Organisation) -> Sequence[Organisation]:
    """Other organisations with the same register number under any scheme, the same name or bank account."""
    same_number = Organisation.register_number == organisation.register_number
    same_name = func.lower(Organisation.name) == organisation.name.lower()
    query = select(Organisation).where(
        Organisation.id != organisation.id,
        or_(same_number, same_name, Organisation.id.in_(same_account(organisation.id))),
    )
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


def succession_by_id(key: int) -> Succession:
    return db.session.get_one(Succession, key)


def successor_sites(row: Succession) -> dict[int, int]:
    """Site of the unit that ended → the site that goes on with it."""
    query = select(Site.succeeds_id, Site.id).where(Site.organisation_id == row.successor_id)
    before = select(Site.id).where(Site.organisation_id == row.organisation_id)
    found = db.session.execute(query.where(Site.succeeds_id.in_(before)))
    return {old: new for old, new in found if old is not None}


def provider_name(organisation_id: int) -> str:
    return db.session.get_one(Organisation, organisation_id).name


def provider_number(organisation_id: int) -> str:
    query = select(Provider.number).where(Provider.organisation_id == organisation_id)
    return db.session.execute(query).scalar_one()


def reminders(organisation_id: int, subject: str) -> Sequence[int]:
    """The steps that were mailed about this end; the provider's row is locked, so that no two workers mail one."""
    db.session.execute(select(Provider.number).where(Provider.organisation_id == organisation_id).with_for_update())
    query = select(Reminder.step).where(Reminder.organisation_id == organisation_id, Reminder.subject == subject)
    return db.session.execute(query).scalars().all()


def accreditations_for(reason: str) -> Sequence[Accreditation]:
    """Those that were decided for this reason: the mark of an opening file."""
    return db.session.execute(select(Accreditation).where(Accreditation.reason == reason)).scalars().all()
