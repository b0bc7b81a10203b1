"""Begin an application, say what care is offered, hand it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from core import audit, clock, codes
from core.accounts.models import Account
from core.accounts.services import assign
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, Forbidden, InputErrors, Problem
from core.numbers import next_number
from core.organisations import Organisation
from core.roles import Role
from core.words import _l
from providers import queries
from providers.models import Provider, ProviderServiceLine
from providers.services.facts import Source, take, unsaid
from providers.services.registration.facts import STREAM, OrganisationFacts, checked, must_be_open, taken, write
from providers.states import PROVIDER


def start(facts: OrganisationFacts, *, by: Actor, account: Account | None = None, lang: str = "en") -> Provider:
    """A new organisation with a draft registration; `account` becomes its manager."""
    if by.organisation_id is not None:
        raise Conflict(_l("You act for an organisation already. Sign in with another account to register a new one."))
    number = checked(facts)
    if queries.organisation_by_register(facts.register_scheme, number):
        raise InputErrors.at("register_number", taken(number), number)
    now = clock.now()
    year = clock.local_day(now, fund().zone).year
    organisation = Organisation(number=next_number("O", year), locale=lang, created_at=now)
    write(organisation, facts, number)
    db.session.add(organisation)
    db.session.flush()
    provider = Provider(organisation=organisation, number=next_number("P", year), state=PROVIDER.initial, lang=lang)
    provider.summary = facts.summary
    db.session.add(provider)
    db.session.flush()
    if account is not None:
        assign(account, Role.PROVIDER_MANAGER, by=SYSTEM, organisation_id=organisation.id)
    audit.record(STREAM, Act.PROVIDER_REGISTERED, provider.number, by=by, after={"organisation": organisation.number})
    return provider


def change_facts(provider: Provider, facts: OrganisationFacts) -> None:
    """Save the first task again."""
    must_be_open(provider)
    number = checked(facts)
    other = queries.organisation_by_register(facts.register_scheme, number)
    if other is not None and other.id != provider.organisation_id:
        raise InputErrors.at("register_number", taken(number), number)
    write(provider.organisation, facts, number)
    provider.summary = facts.summary
    db.session.flush()


def choose_service_lines(provider: Provider, chosen: Iterable[str]) -> None:
    """The service lines asked for; places of a line no longer asked for stay on the site until changed there."""
    must_be_open(provider)
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


def submit(provider: Provider, *, by: Actor, at: dt.datetime | None = None) -> None:
    """Send it to the registrar; refused with one problem per missing part."""
    if by.organisation_id != provider.organisation_id:
        raise Forbidden(_l("Only people of this organisation can send its registration."))
    target = PROVIDER.after(provider.state, "submit")
    if problems := list(missing_parts(provider)):
        raise InputErrors(problems)
    before = {"state": provider.state}
    provider.state, provider.submitted_at = target, at or clock.now()
    for row in provider.requests:
        row.answered_at = row.answered_at or provider.submitted_at
    take(provider.organisation_id, "accreditation", source=Source("registration", provider.number))
    db.session.flush()
    after = {"state": target, "documents": [row.file.sha256 for row in provider.documents]}
    audit.record(STREAM, Act.PROVIDER_SUBMITTED, provider.number, by=by, before=before, after=after)


def apply_again(provider: Provider, *, by: Actor) -> None:
    """A refused registration becomes a draft again, with all that was written."""
    if by.organisation_id != provider.organisation_id:
        raise Forbidden(_l("Only people of this organisation can send its registration."))
    before, provider.state = {"state": provider.state}, PROVIDER.after(provider.state, "apply_again")
    db.session.flush()
    after = {"state": provider.state}
    audit.record(STREAM, Act.PROVIDER_REGISTERED, provider.number, by=by, before=before, after=after)


def missing_parts(provider: Provider) -> Iterable[Problem]:
    """What stands between this draft and the registrar; the place names the task."""
    yield from unsaid(provider.organisation_id, "accreditation", "figures")
    if not provider.service_lines:
        yield Problem("service_lines", _l("Choose the care you give."))
    if not provider.sites:
        yield Problem("sites", _l("Add at least one site."))
    if not any(row.kind == "statutes" for row in provider.documents):
        yield Problem("documents", _l("Add your statutes."))
    offered = {row.service_line for site in provider.sites for row in site.capacities if row.licensed_places}
    if provider.sites and not offered & {row.service_line for row in provider.service_lines}:
        yield Problem("sites", _l("Say at one site how many places or people its licence allows."))
