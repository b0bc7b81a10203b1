"""Who the organisation is, and the account of the person who registers it."""

from __future__ import annotations

from typing import Any

from flask_security.utils import hash_password

from core.accounts import queries as accounts
from core.accounts.models import Account
from core.accounts.services import create_account, ensure_roles
from core.errors import InputErrors, Problem
from core.organisations import LEGAL_FORMS
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.words import _, _l
from providers.identifiers import SCHEMES
from providers.models import Provider
from providers.schemas import AccountForm, FactsForm
from providers.services import registration
from providers.views import registration as blueprint
from providers.views.registration_tasks.own import home, own


@blueprint.get("/<number>/registration/organisation")
@allow(Permission.REGISTER_PROVIDER)
def facts(number: str) -> Any:
    provider = own(number)
    return facts_page(provider=provider, values=_known_facts(provider))


@blueprint.post("/<number>/registration/organisation")
@allow(Permission.REGISTER_PROVIDER)
def save_facts(number: str) -> Any:
    provider = own(number)
    try:
        registration.change_facts(provider, load(FactsForm()))
    except InputErrors as errors:
        return facts_page(errors=errors, provider=provider)
    return done(home(provider), _("The facts about %(name)s are saved.", name=provider.organisation.name))


def facts_and_account() -> tuple[Any, Account]:
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
    return known | {"summary": provider.summary}


def facts_page(**context: Any) -> Any:
    choices: dict[str, Any] = {
        "legal_forms": LEGAL_FORMS.items(),
        "schemes": [(row.code, row.name) for row in SCHEMES.values()],
    }
    return page("providers/facts.html", **choices, **context)
