"""A cooperative registers: facts, service lines, sites, documents, each saved on its own, then sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core import audit, clock, codes, files
from core.accounts.models import Account
from core.accounts.services import assign
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, DomainError, Forbidden, InputErrors, Problem
from core.numbers import next_number
from core.organisations import LEGAL_FORMS, Organisation
from core.roles import Role
from core.words import _l
from providers import queries
from providers.identifiers import checked_number
from providers.models import Provider, ProviderDocument, ProviderServiceLine, Site, SiteCapacity
from providers.states import PROVIDER

STREAM = "providers"
PAPERS = ("application/pdf", "image/png", "image/jpeg")
DOCUMENT_KINDS = {
    "statutes": _l("Statutes"),
    "licence": _l("Licence to give care"),
    "minutes": _l("Minutes of the last assembly"),
    "accounts": _l("Annual accounts"),
    "insurance": _l("Insurance"),
    "other": _l("Another document"),
}
MOST_PLACES = 5000


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What the first task asks for."""

    name: str
    legal_form: str
    register_scheme: str
    register_number: str
    district: str
    email: str = ""
    phone: str = ""
    founded_on: dt.date | None = None
    summary: str = ""
    worker_members: int | None = None


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A place of care; `places`: service line → licensed places."""

    name: str
    district: str
    address: str = ""
    places: Mapping[str, int] = field(default_factory=dict)


def start(facts: OrganisationFacts, *, by: Actor, account: Account | None = None, lang: str = "en") -> Provider:
    """A new organisation with a draft registration; `account` becomes its manager."""
    if by.organisation_id is not None:
        raise Conflict(_l("You act for an organisation already. Sign in with another account to register a new one."))
    number = _checked(facts)
    if queries.organisation_by_register(facts.register_scheme, number):
        raise InputErrors.at("register_number", _taken(number), number)
    now = clock.now()
    year = clock.local_day(now, fund().zone).year
    organisation = Organisation(number=next_number("O", year), created_at=now)
    _write(organisation, facts, number)
    db.session.add(organisation)
    db.session.flush()
    provider = Provider(organisation=organisation, number=next_number("P", year), state=PROVIDER.initial, lang=lang)
    provider.summary, provider.worker_members = facts.summary, facts.worker_members
    db.session.add(provider)
    db.session.flush()
    if account is not None:
        assign(account, Role.PROVIDER_MANAGER, by=SYSTEM, organisation_id=organisation.id)
    audit.record(STREAM, Act.PROVIDER_REGISTERED, provider.number, by=by, after={"organisation": organisation.number})
    return provider


def change_facts(provider: Provider, facts: OrganisationFacts) -> None:
    """Save the first task again."""
    _must_be_open(provider)
    number = _checked(facts)
    other = queries.organisation_by_register(facts.register_scheme, number)
    if other is not None and other.id != provider.organisation_id:
        raise InputErrors.at("register_number", _taken(number), number)
    _write(provider.organisation, facts, number)
    provider.summary, provider.worker_members = facts.summary, facts.worker_members
    db.session.flush()


def choose_service_lines(provider: Provider, chosen: Iterable[str]) -> None:
    """The service lines asked for; places of a line no longer asked for stay on the site until changed there."""
    _must_be_open(provider)
    wanted = list(dict.fromkeys(chosen))
    known = {row.code for row in codes.service_lines()}
    if not wanted:
        raise InputErrors.at("service_lines", _l("Choose at least one kind of care."))
    if strange := [code for code in wanted if code not in known]:
        raise InputErrors.at("service_lines", _l("%(found)s is not a kind of care.", found=strange[0]), strange[0])
    for row in list(provider.service_lines):
        if row.service_line not in wanted:
            db.session.delete(row)
    held = {row.service_line for row in provider.service_lines}
    db.session.add_all(
        ProviderServiceLine(organisation_id=provider.organisation_id, service_line=code)
        for code in wanted
        if code not in held
    )
    db.session.flush()
    db.session.expire(provider, ["service_lines"])


def save_site(provider: Provider, facts: SiteFacts, *, number: int | None = None) -> Site:
    """Add a site, or change the one with `number`; places count from today."""
    _must_be_open(provider)
    _check_site(provider, facts)
    site = _site(provider, number)
    site.name, site.district, site.address = facts.name, facts.district, facts.address
    db.session.add(site)
    db.session.flush()
    _set_places(site, facts.places)
    db.session.expire(provider, ["sites"])
    return site


def remove_site(provider: Provider, number: int) -> None:
    """Only while the registration is a draft: later records point at sites."""
    _must_be_open(provider)
    if provider.accreditations:
        raise DomainError(_l("This site was accredited. Ask the registrar to close it."))
    site = queries.site_by_number(provider.organisation_id, number)
    if site is None:
        return
    for row in list(site.capacities):
        db.session.delete(row)
    db.session.flush()
    db.session.delete(site)
    db.session.flush()
    db.session.expire(provider, ["sites"])


def add_document(
    provider: Provider, *, kind: str, content: bytes, filename: str, valid_until: dt.date | None, by: Actor
) -> ProviderDocument:
    """A paper as evidence: PDF, PNG or JPEG by its own bytes, at most 10 MB."""
    _must_be_open(provider)
    if kind not in DOCUMENT_KINDS:
        raise InputErrors.at("kind", _l("Say which document this is."), kind)
    today = clock.today(fund().zone)
    if valid_until is not None and valid_until < today:
        raise InputErrors.at("valid_until", _l("This document has run out. Send one that is valid."), str(valid_until))
    media_type = files.check_upload(content, filename, PAPERS, "file")
    stored = files.store(
        content, filename=filename, media_type=media_type, organisation_id=provider.organisation_id, by=by
    )
    row = ProviderDocument(
        organisation_id=provider.organisation_id, kind=kind, file_id=stored.id, valid_until=valid_until
    )
    db.session.add(row)
    db.session.flush()
    db.session.expire(provider, ["documents"])
    return row


def remove_document(provider: Provider, row: ProviderDocument) -> None:
    """Take a paper out of an open registration; the stored file stays as evidence of what was sent."""
    _must_be_open(provider)
    db.session.delete(row)
    db.session.flush()
    db.session.expire(provider, ["documents"])


def submit(provider: Provider, *, by: Actor, at: dt.datetime | None = None) -> None:
    """Send it to the registrar; refused with one problem per missing part."""
    if by.organisation_id != provider.organisation_id:
        raise Forbidden(_l("Only people of this organisation can send its registration."))
    target = PROVIDER.after(provider.state, "submit")
    if problems := list(missing_parts(provider)):
        raise InputErrors(problems)
    before = {"state": provider.state}
    provider.state, provider.submitted_at = target, at or clock.now()
    db.session.flush()
    after = {"state": target, "documents": [row.file.sha256 for row in provider.documents]}
    audit.record(STREAM, Act.PROVIDER_SUBMITTED, provider.number, by=by, before=before, after=after)


def missing_parts(provider: Provider) -> Iterable[Problem]:
    """What stands between this draft and the registrar; the place names the task."""
    if not provider.service_lines:
        yield Problem("service_lines", _l("Choose the care you give."))
    if not provider.sites:
        yield Problem("sites", _l("Add at least one site."))
    if not any(row.kind == "statutes" for row in provider.documents):
        yield Problem("documents", _l("Add your statutes."))
    offered = {row.service_line for site in provider.sites for row in site.capacities if row.licensed_places}
    if provider.sites and not offered & {row.service_line for row in provider.service_lines}:
        yield Problem("sites", _l("Say at one site how many places or people its licence allows."))


def _must_be_open(provider: Provider) -> None:
    if provider.state not in ("draft", "returned"):
        raise Conflict(_l("This registration was sent. It can be changed again only when the registrar sends it back."))


def _checked(facts: OrganisationFacts) -> str:
    """The compact register number; all other defects together with its own."""
    problems = []
    if facts.legal_form not in LEGAL_FORMS:
        problems.append(Problem("legal_form", _l("Choose a legal form from the list."), facts.legal_form))
    if facts.worker_members is not None and facts.worker_members < 0:
        problems.append(Problem("worker_members", _l("A number of people is 0 or more."), str(facts.worker_members)))
    if facts.founded_on is not None and facts.founded_on > clock.today(fund().zone):
        problems.append(Problem("founded_on", _l("This day lies in the future."), facts.founded_on.isoformat()))
    try:
        number = checked_number(facts.register_scheme, facts.register_number)
    except InputErrors as error:
        raise InputErrors([*problems, *error.problems]) from error
    if problems:
        raise InputErrors(problems)
    return number


def _taken(number: str) -> object:
    return _l("%(number)s is registered already. Ask that organisation’s manager for an account.", number=number)


def _write(organisation: Organisation, facts: OrganisationFacts, number: str) -> None:
    for name in ("name", "legal_form", "register_scheme", "district", "email", "phone", "founded_on"):
        setattr(organisation, name, getattr(facts, name))
    organisation.register_number = number


def _check_site(provider: Provider, facts: SiteFacts) -> None:
    asked = {row.service_line for row in provider.service_lines}
    problems = [
        Problem(f"places-{line}", _l("Write a number of places from 0 to %(most)s.", most=MOST_PLACES), str(places))
        for line, places in facts.places.items()
        if not 0 <= places <= MOST_PLACES
    ]
    problems += [
        Problem(f"places-{line}", _l("You did not ask for this kind of care."), line)
        for line, places in facts.places.items()
        if places > 0 and line not in asked
    ]
    if problems:
        raise InputErrors(problems)


def _site(provider: Provider, number: int | None) -> Site:
    if number is None:
        taken = [site.number for site in provider.sites]
        return Site(organisation_id=provider.organisation_id, number=max(taken, default=0) + 1)
    site = queries.site_by_number(provider.organisation_id, number)
    if site is None:
        raise DomainError(_l("This site is no longer there."), status=404, code="not_found")
    return site


def _set_places(site: Site, places: Mapping[str, int]) -> None:
    """Close or replace what is open; a change on the day it began simply overwrites."""
    today = clock.today(fund().zone)
    running = {row.service_line: row for row in site.capacities if row.valid_until is None}
    for line, count in places.items():
        row = running.get(line)
        if row is not None and row.valid_from < today and row.licensed_places != count:
            row.valid_until, row = today - dt.timedelta(days=1), None
        if row is None:
            db.session.add(SiteCapacity(site_id=site.id, service_line=line, licensed_places=count, valid_from=today))
        else:
            row.licensed_places = count
    db.session.flush()
    db.session.expire(site, ["capacities"])
