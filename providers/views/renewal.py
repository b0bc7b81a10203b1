"""Another period: the cooperative's page with its papers, and the registrar's answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import request, url_for

from core import clock
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.words import _, _l
from providers import queries
from providers.models import Provider, Renewal
from providers.schemas import DocumentForm, PeriodForm
from providers.services import facts, registration, renewing
from providers.states import DOCUMENT_KINDS, RENEWAL
from providers.views import register
from providers.views import registration as own_pages
from providers.views.registration_tasks.documents import read_upload
from providers.views.registration_tasks.own import own
from providers.views.staff_register import at_field, show_page


@own_pages.post("/<number>/renewal/begin")
@allow(Permission.REGISTER_PROVIDER)
def begin_renewal(number: str) -> Any:
    renewing.begin(own(number), by=actor(), on=_today())
    return done(_home(number), _("The renewal of %(number)s has begun. Your work is saved.", number=number))


@own_pages.get("/<number>/renewal")
@allow(Permission.REGISTER_PROVIDER)
def renewal(number: str) -> Any:
    return _page(_open(own(number)))


@own_pages.post("/<number>/renewal/papers")
@allow(Permission.REGISTER_PROVIDER)
def add_renewal_paper(number: str) -> Any:
    row = _open(own(number))
    try:
        form = load(DocumentForm())
        content, name = read_upload(request.files.get("file"))
        registration.add_document(row.provider, content=content, filename=name, by=actor(), **form)
    except InputErrors as errors:
        return _page(row, errors)
    return done(_home(number), _("%(name)s is saved.", name=name))


@own_pages.post("/<number>/renewal/send")
@allow(Permission.REGISTER_PROVIDER)
def send_renewal(number: str) -> Any:
    row = _open(own(number))
    try:
        renewing.submit(row, changes=request.form.get("changes", ""), by=actor(), on=_today())
    except InputErrors as errors:
        return _page(row, errors)
    return done(_home(number), _("The renewal of %(number)s was sent. The registrar answers next.", number=number))


@register.post("/<number>/renewal/grant")
@allow(Permission.ACCREDIT_PROVIDER)
def grant_renewal(number: str) -> Any:
    def act(row: Renewal) -> None:
        renewing.grant(row, by=actor(), on=_today(), **load(PeriodForm()))

    return _answered(number, act, _("The accreditation of %(number)s is renewed.", number=number))


@register.post("/<number>/renewal/send_back")
@allow(Permission.ACCREDIT_PROVIDER)
def return_renewal(number: str) -> Any:
    said = _("The renewal of %(number)s is sent back. Its people see your reasons first.", number=number)
    return _answered(number, _answer("send_back"), said)


@register.post("/<number>/renewal/refuse")
@allow(Permission.ACCREDIT_PROVIDER)
def refuse_renewal(number: str) -> Any:
    return _answered(number, _answer("refuse"), _("The renewal of %(number)s is refused.", number=number))


def _answer(action: str) -> Callable[[Renewal], None]:
    return lambda row: renewing.answer(row, action, reasons=request.form.get("reasons", ""), by=actor())


def _answered(number: str, act: Callable[[Renewal], None], said: str) -> Any:
    provider = queries.provider_by_number(number)
    if provider is None:
        raise NotFound(_l("No provider has the number %(number)s.", number=number))
    try:
        act(_open(provider))
    except InputErrors as errors:
        return show_page(provider, at_field(errors, "renewal_reason"))
    return done(url_for("providers.show", number=number), said)


def _page(row: Renewal, errors: InputErrors | None = None) -> Any:
    on = _today()
    context: dict[str, Any] = {"papers": renewing.papers(row, on), "first": renewing.first_day(row, on)}
    missing = list(renewing.missing(row, on))
    context["figures_due"] = [each for each in facts.asked(row.organisation_id, "renewal") if each.is_due]
    shown = {"kinds": DOCUMENT_KINDS, "machine": RENEWAL, "missing": missing, "last": renewing.last_day(row.provider)}
    return page("providers/renewal.html", errors=errors, renewal=row, provider=row.provider, **context, **shown)


def _open(provider: Provider) -> Renewal:
    row = renewing.open_renewal(provider)
    if row is None:
        raise NotFound(_l("No renewal of %(number)s is open.", number=provider.number))
    return row


def _home(number: str) -> str:
    return url_for("registration.renewal", number=number)


def _today() -> dt.date:
    return clock.today(fund().zone)
