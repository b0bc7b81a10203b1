"""A cooperative registers: one task per page, saved each time, sent at the end."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask_babel import get_locale
from flask_login import login_user
from flask_security.utils import hash_password
from werkzeug.datastructures import FileStorage

from core import codes
from core.accounts import queries as accounts
from core.accounts.models import Account
from core.accounts.services import create_account, ensure_roles
from core.errors import Forbidden, InputErrors, NotFound, Problem
from core.organisations import LEGAL_FORMS
from core.permissions import Permission
from core.roles import FUND_STAFF
from core.web import actor, allow, done, load, page
from core.words import _, _l
from providers import queries
from providers.identifiers import SCHEMES
from providers.models import Provider
from providers.schemas import AccountForm, DocumentForm, FactsForm, SiteForm, places_of
from providers.services import registration
from providers.services.registration import SiteFacts
from providers.states import PROVIDER
from providers.tasks import progress, tasks
from providers.views import registration as blueprint


@blueprint.get("/register")
@allow(Permission.REGISTER_PROVIDER)
def start() -> Any:
    own = queries.provider_of(actor().organisation_id)
    return redirect(_home(own)) if own else _facts_page(needs_account=actor().account_id is None)


@blueprint.post("/register")
@allow(Permission.REGISTER_PROVIDER)
def begin() -> Any:
    """Make the organisation with its draft, and the account of whoever is not signed in."""
    if actor().roles & FUND_STAFF:
        raise Forbidden(_l("A cooperative registers itself. Sign out first to try this form."))
    try:
        facts, account = _facts_and_account()
        provider = registration.start(facts, by=actor(), account=account, lang=str(get_locale() or "en"))
    except InputErrors as errors:
        return _facts_page(errors=errors, needs_account=actor().account_id is None)
    if actor().account_id is None:
        login_user(account)
    return done(_home(provider), _("Your registration has the number %(number)s.", number=provider.number))


@blueprint.get("/<number>/registration")
@allow(Permission.REGISTER_PROVIDER)
def show(number: str) -> Any:
    provider = _own(number)
    groups = tasks(provider)
    context: dict[str, Any] = {"groups": groups, "progress_of": progress(groups), "machine": PROVIDER}
    return page("providers/tasks.html", provider=provider, **context)


@blueprint.get("/<number>/registration/organisation")
@allow(Permission.REGISTER_PROVIDER)
def facts(number: str) -> Any:
    provider = _own(number)
    return _facts_page(provider=provider, values=_known_facts(provider))


@blueprint.post("/<number>/registration/organisation")
@allow(Permission.REGISTER_PROVIDER)
def save_facts(number: str) -> Any:
    provider = _own(number)
    try:
        registration.change_facts(provider, load(FactsForm()))
    except InputErrors as errors:
        return _facts_page(errors=errors, provider=provider)
    return done(_home(provider), _("The facts about %(name)s are saved.", name=provider.organisation.name))


@blueprint.get("/<number>/registration/care")
@allow(Permission.REGISTER_PROVIDER)
def care(number: str) -> Any:
    provider = _own(number)
    chosen = [row.service_line for row in provider.service_lines]
    return page("providers/care.html", provider=provider, lines=codes.service_lines(), chosen=chosen)


@blueprint.post("/<number>/registration/care")
@allow(Permission.REGISTER_PROVIDER)
def save_care(number: str) -> Any:
    provider, chosen = _own(number), request.form.getlist("service_lines")
    try:
        registration.choose_service_lines(provider, chosen)
    except InputErrors as errors:
        lines = codes.service_lines()
        return page("providers/care.html", errors=errors, provider=provider, lines=lines, chosen=chosen)
    return done(_home(provider), _("The care you give is saved."))


@blueprint.get("/<number>/registration/sites/new")
@allow(Permission.REGISTER_PROVIDER)
def new_site(number: str) -> Any:
    return _site_page(_own(number), None, {})


@blueprint.get("/<number>/registration/sites/<int:site>")
@allow(Permission.REGISTER_PROVIDER)
def site(number: str, site: int) -> Any:
    provider = _own(number)
    row = queries.site_by_number(provider.organisation_id, site)
    if row is None:
        raise NotFound(_l("This site is no longer there."))
    known = {"name": row.name, "district": row.district, "address": row.address}
    return _site_page(provider, site, known | {f"places-{line}": count for line, count in places_of(row).items()})


@blueprint.post("/<number>/registration/sites/new")
@allow(Permission.REGISTER_PROVIDER)
def add_site(number: str) -> Any:
    return _save_site(_own(number), None)


@blueprint.post("/<number>/registration/sites/<int:site>")
@allow(Permission.REGISTER_PROVIDER)
def save_site(number: str, site: int) -> Any:
    return _save_site(_own(number), site)


@blueprint.post("/<number>/registration/sites/<int:site>/remove")
@allow(Permission.REGISTER_PROVIDER)
def remove_site(number: str, site: int) -> Any:
    provider = _own(number)
    registration.remove_site(provider, site)
    return done(_home(provider), _("Site %(number)s is removed.", number=site))


@blueprint.get("/<number>/registration/documents")
@allow(Permission.REGISTER_PROVIDER)
def documents(number: str) -> Any:
    return _documents_page(_own(number))


@blueprint.post("/<number>/registration/documents")
@allow(Permission.REGISTER_PROVIDER)
def add_document(number: str) -> Any:
    provider, upload = _own(number), request.files.get("file")
    try:
        form = load(DocumentForm())
        content, name = _read(upload)
        registration.add_document(provider, content=content, filename=name, by=actor(), **form)
    except InputErrors as errors:
        return _documents_page(provider, errors=errors)
    return done(url_for(".documents", number=number), _("%(name)s is saved.", name=name))


@blueprint.post("/<number>/registration/documents/<int:document>/remove")
@allow(Permission.REGISTER_PROVIDER)
def remove_document(number: str, document: int) -> Any:
    provider = _own(number)
    row = queries.document(provider.organisation_id, document)
    if row is not None:
        registration.remove_document(provider, row)
    return done(url_for(".documents", number=number), _("The document is removed."))


@blueprint.get("/<number>/registration/send")
@allow(Permission.REGISTER_PROVIDER)
def check(number: str) -> Any:
    return _check_page(_own(number))


@blueprint.post("/<number>/registration/send")
@allow(Permission.REGISTER_PROVIDER)
def send(number: str) -> Any:
    provider = _own(number)
    try:
        registration.submit(provider, by=actor())
    except InputErrors as errors:
        return _check_page(provider, errors=errors)
    words = _("Registration %(number)s was sent. The registrar answers next; you see it here.", number=number)
    return done(_home(provider), words)


def _own(number: str) -> Provider:
    """The registration of the asking organisation; anyone else's does not exist."""
    who = actor().organisation_id
    provider = queries.provider_by_number(number, organisation_id=who) if who is not None else None
    if provider is None:
        raise NotFound(_l("No registration of yours has the number %(number)s.", number=number))
    return provider


def _home(provider: Provider) -> str:
    return url_for("registration.show", number=provider.number)


def _facts_and_account() -> tuple[Any, Account]:
    """Both halves of the form, with the problems of both together."""
    problems: list[Problem] = []
    loaded: list[Any] = []
    for schema in [FactsForm()] + ([AccountForm()] if actor().account_id is None else []):
        try:
            loaded.append(load(schema))
        except InputErrors as errors:
            problems += errors.problems
    if problems:
        raise InputErrors(problems)
    signed_in = actor().account_id
    return loaded[0], accounts.account_by_id(signed_in) if signed_in is not None else _new_account(loaded[1])


def _new_account(form: dict[str, str]) -> Account:
    if accounts.account_by_email(form["account_email"]):
        words = _l("This e-mail has an account. Sign in first, then register.")
        raise InputErrors.at("account_email", words, form["account_email"])
    ensure_roles()
    password = hash_password(form["password"])
    return create_account(email=form["account_email"], name=form["person_name"], by=actor(), password=password)


def _known_facts(provider: Provider) -> dict[str, Any]:
    row = provider.organisation
    names = ("name", "legal_form", "register_scheme", "register_number", "district", "email", "phone")
    known = {name: getattr(row, name) for name in names}
    known["founded_on"] = row.founded_on.isoformat() if row.founded_on else ""
    workers = "" if provider.worker_members is None else provider.worker_members
    return known | {"summary": provider.summary, "worker_members": workers}


def _facts_page(**context: Any) -> Any:
    choices: dict[str, Any] = {
        "legal_forms": LEGAL_FORMS.items(),
        "schemes": [(row.code, row.name) for row in SCHEMES.values()],
    }
    return page("providers/facts.html", **choices, **context)


def _site_page(provider: Provider, site: int | None, values: Any, errors: InputErrors | None = None) -> Any:
    asked = {row.service_line for row in provider.service_lines}
    lines = [row for row in codes.service_lines() if row.code in asked]
    return page("providers/site.html", errors=errors, values=values, provider=provider, site=site, lines=lines)


def _save_site(provider: Provider, site: int | None) -> Any:
    try:
        form = load(SiteForm())
        row = registration.save_site(provider, SiteFacts(**form, places=_places()), number=site)
    except InputErrors as errors:
        return _site_page(provider, site, request.form, errors)
    return done(_home(provider), _("Site %(number)s, %(name)s, is saved.", number=row.number, name=row.name))


def _places() -> dict[str, int]:
    """The fields places-<service line>; what is no whole number is said at its field."""
    found: dict[str, int] = {}
    problems = []
    for field, typed in request.form.items():
        text = typed.strip().replace("−", "-")
        if not field.startswith("places-") or not text:
            continue
        if text.removeprefix("-").isdecimal():
            found[field.removeprefix("places-")] = int(text)
        else:
            problems.append(Problem(field, _l("“%(found)s” is not a whole number, like 24.", found=typed), typed))
    if problems:
        raise InputErrors(problems)
    return found


def _documents_page(provider: Provider, errors: InputErrors | None = None) -> Any:
    kinds = registration.DOCUMENT_KINDS
    return page("providers/documents.html", errors=errors, provider=provider, kinds=kinds)


def _read(upload: FileStorage | None) -> tuple[bytes, str]:
    """Content and name; a form without its file has neither."""
    if upload is None:
        return b"", ""
    with upload.stream as stream:
        return stream.read(), upload.filename or ""


def _check_page(provider: Provider, errors: InputErrors | None = None) -> Any:
    names = {row.code: row.name for row in codes.service_lines()}
    kinds = registration.DOCUMENT_KINDS
    missing = list(registration.missing_parts(provider))
    context: dict[str, Any] = {"names": names, "kinds": kinds, "missing": missing, "legal_forms": LEGAL_FORMS}
    return page("providers/check.html", errors=errors, provider=provider, **context)
