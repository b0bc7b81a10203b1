"""Succession: the registrar's page at the unit that ends, the manager's page at the one that follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import request, url_for

from core import clock
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _, _l
from providers import queries
from providers.models import Provider, Succession
from providers.services import succeeding
from providers.services.succeeding import Evidence
from providers.states import SUCCESSION
from providers.views import register as blueprint
from providers.views import registration as own_pages
from providers.views.registration_tasks.documents import read_upload
from providers.views.registration_tasks.own import own
from providers.views.staff_register import typed_day, visible


@blueprint.get("/<number>/succession")
@allow(Permission.READ_PROVIDERS)
def succession(number: str) -> Any:
    return _page(visible(number))


@blueprint.post("/<number>/succession")
@allow(Permission.ACCREDIT_PROVIDER)
def propose_succession(number: str) -> Any:
    provider = visible(number)
    try:
        content, name = read_upload(request.files.get("file"))
        succeeding.propose(
            provider, successor=queries.provider_by_number(request.form.get("successor", "").strip().upper()),
            on=typed_day("takes_over_on"), legal_reference=request.form.get("legal_reference", ""),
            evidence=Evidence(content, name), by=actor(),
        )  # fmt: skip
    except InputErrors as errors:
        return _page(provider, errors)
    return done(url_for(".succession", number=number), _("The succession is proposed. The successor answers next."))


@blueprint.post("/<number>/succession/approve")
@allow(Permission.ACCREDIT_PROVIDER)
def approve_succession(number: str) -> Any:
    said = _("The succession is approved. Contracts and placements follow within a minute.")
    return _answered(visible(number), lambda row: succeeding.approve(row, by=actor()), said)


@blueprint.post("/<number>/succession/drop")
@allow(Permission.ACCREDIT_PROVIDER)
def drop_succession(number: str) -> Any:
    def act(row: Succession) -> None:
        succeeding.close(row, "drop", reason=request.form.get("reason", ""), by=actor())

    return _answered(visible(number), act, _("The succession is dropped."))


def _answered(provider: Provider, act: Callable[[Succession], None], said: str) -> Any:
    row = succeeding.open_succession(provider)
    if row is None:
        raise NotFound(_l("No succession of %(number)s is on its way.", number=provider.number))
    try:
        act(row)
    except InputErrors as errors:
        return _page(provider, errors)
    return done(url_for("providers.succession", number=provider.number), said)


@own_pages.get("/<number>/take-over")
@allow(Permission.REGISTER_PROVIDER)
def take_over(number: str) -> Any:
    return _offer(own(number))


@own_pages.post("/<number>/take-over/accept")
@allow(Permission.ANSWER_SUCCESSION)
def accept_take_over(number: str) -> Any:
    return _reply(
        own(number), lambda row: succeeding.accept(row, by=actor()), _("You take over. The fund decides next.")
    )


@own_pages.post("/<number>/take-over/decline")
@allow(Permission.ANSWER_SUCCESSION)
def decline_take_over(number: str) -> Any:
    def act(row: Succession) -> None:
        succeeding.close(row, "decline", reason=request.form.get("reason", ""), by=actor())

    return _reply(own(number), act, _("You declined to take over."))


def _reply(provider: Provider, act: Callable[[Succession], None], said: str) -> Any:
    try:
        act(_offered(provider))
    except InputErrors as errors:
        return _offer(provider, errors)
    return done(url_for("registration.take_over", number=provider.number), said)


def _offered(provider: Provider) -> Succession:
    """The oldest one that waits for this successor."""
    rows = queries.open_successions("proposed", provider.organisation_id)
    if not rows:
        raise NotFound(_l("Nothing waits for your answer."))
    return rows[0]


def _offer(provider: Provider, errors: InputErrors | None = None) -> Any:
    return page(
        "providers/take_over.html", errors=errors, provider=provider, rows=provider.took_over, machine=SUCCESSION
    )


def _page(provider: Provider, errors: InputErrors | None = None) -> Any:
    context: dict[str, Any] = {"row": succeeding.open_succession(provider), "machine": SUCCESSION}
    context |= {"earliest": clock.today(fund().zone) + dt.timedelta(days=1), "rows": provider.successions}
    return page("providers/succession.html", errors=errors, provider=provider, **context)
