"""The bank account of a provider: its manager enters it, a finance officer confirms or refuses it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from core import clock
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.words import _, _l
from payments.papers import ACCOUNT_KINDS
from payments.schemas import AccountForm
from providers.models import Provider
from providers.services import accounts
from providers.views import register as blueprint
from providers.views.staff_register import visible


@blueprint.get("/<number>/account")
@allow(Permission.READ_PROVIDERS)
def account(number: str) -> Any:
    return _page(_seen(number))


@blueprint.post("/<number>/account")
@allow(Permission.ENTER_PROVIDER_ACCOUNT)
def enter_account(number: str) -> Any:
    provider = _seen(number)
    try:
        accounts.enter(provider, **load(AccountForm()), by=actor())
    except InputErrors as errors:
        return _page(provider, errors)
    return done(_home(number), _("The account of %(number)s was entered. The fund confirms it first.", number=number))


@blueprint.post("/<number>/account/confirm")
@allow(Permission.CONFIRM_PROVIDER_ACCOUNT)
def confirm_account(number: str) -> Any:
    accounts.confirm(_seen(number), by=actor(), on=clock.today(fund().zone))
    return done(_home(number), _("The account of %(number)s was confirmed.", number=number))


@blueprint.post("/<number>/account/refuse")
@allow(Permission.CONFIRM_PROVIDER_ACCOUNT)
def refuse_account(number: str) -> Any:
    provider = _seen(number)
    try:
        accounts.refuse(provider, reason=request.form.get("reason", ""), by=actor())
    except InputErrors as errors:
        return _page(provider, errors)
    return done(_home(number), _("The account of %(number)s was refused.", number=number))


def _page(provider: Provider, errors: InputErrors | None = None) -> Any:
    row = accounts.current(provider)
    may_confirm = row is not None and row.confirmed_by is None and row.entered_by != actor().person
    context: dict[str, Any] = {"row": row, "before": accounts.before(provider), "kinds": ACCOUNT_KINDS}
    is_own = actor().organisation_id == provider.organisation_id
    shown = {"may_confirm": may_confirm and not is_own, "is_own": is_own, "today": clock.today(fund().zone)}
    return page("providers/account.html", errors=errors, provider=provider, **context, **shown)


def _seen(number: str) -> Provider:
    """Its own manager and the finance officers; for everyone else it is not there."""
    provider = visible(number)
    if not accounts.may_see(provider, actor()):
        raise NotFound(_l("No provider has the number %(number)s.", number=number))
    return provider


def _home(number: str) -> str:
    return url_for("providers.account", number=number)
