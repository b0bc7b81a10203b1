"""The register as the fund sees it: the list, a provider's page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

from flask import redirect, request, send_file, url_for

from core import clock, codes, files
from core.config import fund
from core.errors import InputErrors, NotFound
from core.organisations import LEGAL_FORMS
from core.permissions import Permission, may
from core.roles import PROVIDER_STAFF
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, done, page
from core.words import _l
from providers import queries
from providers.identifiers import checked_number
from providers.models import Provider
from providers.nearby import Stop, Stranded, left_behind
from providers.plan import plan_on
from providers.requirements import Check, checklist
from providers.services import accounts, appealing, renewing
from providers.services.registration import DOCUMENT_KINDS, missing_parts
from providers.states import DECISIONS, PROVIDER, STANDINGS, TASKS
from providers.tasks import stages
from providers.views import register as blueprint

PAGE = 25


@blueprint.get("")
@allow(Permission.READ_PROVIDERS)
def index() -> Any:
    """The register; a provider's own people land on their own page."""
    if not _sees_all():
        own = queries.provider_of(actor().organisation_id)
        return redirect(url_for(".show", number=own.number) if own else url_for("registration.start"))
    wanted: dict[str, Any] = {
        name: request.args.get(name, "").strip()[:80] for name in ("words", "state", "service_line")
    }
    number = max(request.args.get("page", 1, type=int), 1)
    today = _today()
    count = queries.provider_count(today, **wanted)
    rows = queries.providers(today, limit=PAGE, offset=PAGE * (number - 1), **wanted)
    context: dict[str, Any] = {"lines": codes.service_lines(), "wanted": wanted, "count": count, "number": number}
    counts, pages = queries.standing_counts(today), max(-(-count // PAGE), 1)
    return page(
        "providers/list.html", standings=STANDINGS, providers=rows, today=today, counts=counts, pages=pages, **context
    )


@blueprint.get("/<number>")
@allow(Permission.READ_PROVIDERS)
def show(number: str) -> Any:
    return show_page(visible(number))


@blueprint.get("/<number>/documents/<int:document>")
@allow(Permission.READ_PROVIDERS)
def document(number: str, document: int) -> Any:
    provider = visible(number)
    row = queries.document(provider.organisation_id, document)
    if row is None:
        raise NotFound(_l("This document is not there."))
    content = BytesIO(files.read(row.file))
    return send_file(content, mimetype=row.file.media_type, as_attachment=True, download_name=row.file.filename)


def decided(number: str, act: Callable[[Provider], None], said: str, reason: str = "reason") -> Any:
    """One decision of the registrar: done and said, or the same page with what is wrong; `reason`: its field there."""
    provider = visible(number)
    try:
        act(provider)
    except InputErrors as errors:
        return show_page(provider, at_field(errors, reason))
    return done(url_for("providers.show", number=number), said)


def at_field(errors: InputErrors, reason: str) -> InputErrors:
    """Several forms of the page ask for a reason: each has a field of its own."""
    return InputErrors(replace(row, where=reason) if row.where == "reason" else row for row in errors.problems)


def show_page(provider: Provider, errors: InputErrors | None = None) -> Any:
    twins = queries.look_alikes(provider.organisation) if _sees_all() else []
    context: dict[str, Any] = {
        "accounts_of": accounts.words_of([provider.organisation_id, *(row.id for row in twins)]),
        "may_see_account": accounts.may_see(provider, actor()),
        "standing": provider.standing_on(_today()),
        "names": codes.line_names(),
        "kinds": DOCUMENT_KINDS,
        "legal_forms": LEGAL_FORMS,
        "twins": twins,
        "missing": list(missing_parts(provider)),
        "is_number_right": _is_number_right(provider),
        "actions": (actions := {row.action for row in PROVIDER.actions(provider.state, actor().roles)}),
        "stranded": _stranded(provider) if actions & {"suspend", "withdraw"} else None,
        "today": _today(),
        "ends_on": _end_in_sight(provider),
        "appeal": appealing.waiting(provider),
        "contestable": None if _sees_all() else appealing.contestable(provider, _today()),
        "decisions": DECISIONS,
        "tasks": TASKS,
        "assessment": provider.assessment_on(_today()),
        "stages": stages(provider, _today()),
        "next_stage": next_stage(provider),
        "renewal": renewing.open_renewal(provider),
        "may_renew": _may_renew(provider),
        "sees_all": _sees_all(),
        "may_read_facts": may(Permission.READ_FACTS, actor().roles),
        "may_read_quality": may(Permission.READ_QUALITY, actor().roles),
    }
    return page("providers/show.html", errors=errors, provider=provider, standings=STANDINGS, **context)


def next_stage(provider: Provider) -> list[Check]:
    """The checklist of the stage that a registrar may decide now."""
    action = {"submitted": "authorise", "authorised": "accredit"}.get(provider.state)
    return checklist(provider, PROVIDER.after(provider.state, action), _today()) if action else []


def visible(number: str) -> Provider:
    """Any provider for the fund's staff, the own one for a provider's; drafts are nobody else's business."""
    provider = queries.provider_by_number(number, None if _sees_all() else actor().organisation_id or 0)
    if provider is None or (provider.state == "draft" and _sees_all()):
        raise NotFound(_l("No provider has the number %(number)s.", number=number))
    return provider


def _sees_all() -> bool:
    return not actor().roles <= PROVIDER_STAFF


def _is_number_right(provider: Provider) -> bool:
    """Checked anew: an opening import takes numbers as its source has them."""
    try:
        checked_number(provider.organisation.register_scheme, provider.organisation.register_number)
    except InputErrors:
        return False
    return True


def _end_in_sight(provider: Provider) -> dt.date | None:
    """The last day, once the plan's first reminder is due."""
    rules = plan_on(_today())
    last = renewing.last_day(provider)
    is_near = rules and last and rules.reminder_due((last - _today()).days) is not None
    return last if is_near and provider.state != "withdrawn" else None


def _stranded(provider: Provider) -> Stranded:
    """Whom a suspension or a withdrawal of today would touch."""
    return left_behind([Stop(provider.organisation_id, _today())], actor())[0]


def _may_renew(provider: Provider) -> bool:
    """Whether its own people may begin a renewal today."""
    first = renewing.begins_on(provider, _today())
    return actor().organisation_id == provider.organisation_id and first is not None and first <= _today()


def _today() -> dt.date:
    return clock.today(fund().zone)


def typed_day(name: str) -> Any:
    try:
        return parse_date(request.form.get(name, ""))
    except BadValue as error:
        raise InputErrors.at(name, f"{error.reason} {error.fix}", request.form.get(name, "")) from error
