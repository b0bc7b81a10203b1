"""Open lists on the screen: officers draft, publish and change them, providers read them and apply."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, request, url_for
from marshmallow import Schema, fields

from core import clock, codes
from core.config import fund
from core.errors import InputErrors, NotFound, Problem
from core.money import UnreadableAmount, parse_amount
from core.permissions import Permission
from core.roles import Role
from core.web import actor, allow, done, load, page
from core.web.fields import TypedDate, needed, sized
from core.words import _, _l
from procurement import score_words
from procurement.contract_document import rate_text
from procurement.kpi.hooks import score_terms
from procurement.listing import ListTerms
from procurement.models.open_list import OpenList
from procurement.queries import open_lists
from procurement.services import open_lists as services
from procurement.services.rules import tariff
from procurement.states.open_list import APPLICATION, OPEN_LIST, UNDECIDED
from procurement.views.contracts import own_organisation
from providers.services.registration import DOCUMENT_KINDS

blueprint = Blueprint("open_lists", __name__, url_prefix="/contracts/lists")


class TermsForm(Schema):
    """What a version may change; the prices are read beside, one field per service."""

    conditions = fields.String(load_default="", validate=sized(0, 4000, _l("At most 4,000 characters.")))
    minimum_places = fields.Integer(load_default=0, error_messages={"invalid": _l("Write a whole number, like 24.")})


class ListForm(TermsForm):
    title = fields.String(
        required=True,
        error_messages=needed(_l("Give the list a title.")),
        validate=sized(3, 200, _l("A title has 3 to 200 characters.")),
    )
    service_line = fields.String(required=True, error_messages=needed(_l("Choose a kind of care.")))
    valid_from = TypedDate(required=True, error_messages=needed(_l("Write the first day.")))
    valid_until = TypedDate(required=True, error_messages=needed(_l("Write the last day.")))
    is_reserved = fields.Boolean(load_default=False)


class ChangeForm(TermsForm):
    effective_from = TypedDate(required=True, error_messages=needed(_l("Write the first day.")))
    reason = fields.String(load_default="", validate=sized(0, 2000, _l("At most 2,000 characters.")))


@blueprint.get("")
@allow(Permission.READ_CONTRACTS)
def index() -> Any:
    mine = own_organisation()
    rows = open_lists.open_lists(actor(), is_published=mine is not None)
    can_draft = actor().has(Role.PROCUREMENT_OFFICER)
    return page(
        "procurement/open_lists.html", rows=rows, machine=OPEN_LIST, can_draft=can_draft, names=codes.line_names(),
        own=open_lists.own_applications(mine) if mine is not None else [], states=APPLICATION.states,
        waiting=open_lists.waiting(actor(), UNDECIDED) if mine is None else [], today=clock.today(fund().zone),
    )  # fmt: skip


@blueprint.get("/new")
@allow(Permission.MANAGE_OPEN_LIST)
def new() -> Any:
    """First the kind of care, then its services with a price each."""
    return _form(request.args.get("service_line", ""))


@blueprint.post("/new")
@allow(Permission.MANAGE_OPEN_LIST)
def draft() -> Any:
    try:
        form, rates = _typed(ListForm())
        row = services.draft(services.OpenTerms(rates=rates, evidence=_evidence(), **form), by=actor())
    except InputErrors as errors:
        return _form(request.form.get("service_line", ""), errors)
    words = _("List %(number)s is drafted. Another officer publishes it.", number=row.number)
    return done(url_for(".show", number=row.number), words)


@blueprint.get("/<number>")
@allow(Permission.READ_CONTRACTS)
def show(number: str) -> Any:
    row, mine = visible(number), own_organisation()
    today = clock.today(fund().zone)
    context = shown(row) | {
        "mine": open_lists.last_application(row, mine) if mine else None,
        "can_apply": actor().has(Role.PROVIDER_MANAGER) and row.state == "published",
        "living": open_lists.living_application(row, mine) if mine else None,
        "members": open_lists.on_the_list(row) if mine is None else [],
        "waiting": open_lists.undecided(row) if mine is None else [],
        "change": open_lists.proposed_change(row) if mine is None else None,
        "has_failed": services.has_failed(row, today),
        "gathered": open_lists.gathered(row),
        "can_manage": actor().has(Role.PROCUREMENT_OFFICER),
        "is_own_draft": row.drafted_by == actor().person,
    }
    return page("procurement/open_list.html", row=row, today=today, **context)


@blueprint.post("/<number>/publish")
@allow(Permission.MANAGE_OPEN_LIST)
def publish(number: str) -> Any:
    services.publish(visible(number), by=actor())
    return done(url_for(".show", number=number), _("List %(number)s is open to join.", number=number))


@blueprint.post("/<number>/close")
@allow(Permission.MANAGE_OPEN_LIST)
def close(number: str) -> Any:
    services.close(visible(number), by=actor())
    return done(url_for(".show", number=number), _("List %(number)s is closed. Contracts go on.", number=number))


@blueprint.get("/<number>/change")
@allow(Permission.MANAGE_OPEN_LIST)
def new_change(number: str) -> Any:
    return _change_form(visible(number))


@blueprint.post("/<number>/change")
@allow(Permission.MANAGE_OPEN_LIST)
def propose_change(number: str) -> Any:
    row = visible(number)
    try:
        form, rates = _typed(ChangeForm())
        terms = ListTerms(rates, form["conditions"].strip(), _evidence(), form["minimum_places"])
        first, reason = form["effective_from"], form["reason"]
        services.propose_change(row, terms, effective_from=first, reason=reason, by=actor())
    except InputErrors as errors:
        return _change_form(row, errors)
    return done(url_for(".change", number=number), _("The change is proposed. Another officer publishes it."))


@blueprint.get("/<number>/proposed")
@allow(Permission.READ_CONTRACTS)
def change(number: str) -> Any:
    """What would change for the list and for every contract on it, before anything counts."""
    row = visible(number)
    found = open_lists.proposed_change(row)
    if found is None or own_organisation() is not None:
        raise NotFound(_l("No change of %(number)s waits.", number=number))
    is_own = found.proposed_by == actor().person
    context: dict[str, Any] = {
        "members": open_lists.followers(found.open_list),
        "is_own": is_own,
        "can_manage": actor().has(Role.PROCUREMENT_OFFICER),
    }
    return page("procurement/list_change.html", row=row, change=found, **context)


@blueprint.post("/<number>/proposed")
@allow(Permission.MANAGE_OPEN_LIST)
def decide_change(number: str) -> Any:
    row = visible(number)
    found = open_lists.proposed_change(row)
    if found is None:
        raise NotFound(_l("No change of %(number)s waits.", number=number))
    if request.form.get("answer") == "drop":
        services.drop_change(found, by=actor())
        return done(url_for(".show", number=number), _("The change is dropped."))
    services.publish_change(found, by=actor())
    words = _("Version %(version)s of %(number)s is published.", version=found.version, number=number)
    return done(url_for(".show", number=number), words)


def visible(number: str) -> OpenList:
    row = open_lists.open_list_by_number(number, is_published=own_organisation() is not None, who=actor())
    if row is None:
        raise NotFound(_l("No open list has the number %(number)s.", number=number))
    return row


def shown(row: OpenList) -> dict[str, Any]:
    """What every page of a list needs to say its terms."""
    today = max(clock.today(fund().zone), row.valid_from)
    return {
        "machine": OPEN_LIST,
        "states": APPLICATION.states,
        "names": codes.line_names(),
        "catalogue": {service.code: service for service in codes.services(row.service_line)},
        "rates": {line.id: rate_text(line.rate, fund().currency.exponent) for line in row.lines},
        "lines": [line for line in row.lines if line.valid_until is None or line.valid_until >= today],
        "papers": DOCUMENT_KINDS,
        "score": score_terms(row.service_line, today, ()),
        "score_from": today,
        "score_words": score_words,
    }


def _form(service_line: str, errors: InputErrors | None = None) -> Any:
    lines = codes.service_lines()
    chosen = next((line for line in lines if line.code == service_line), None)
    context = {"lines": lines, "chosen": chosen, "papers": DOCUMENT_KINDS, "evidence": request.form.getlist("evidence")}
    return page("procurement/open_list_new.html", errors=errors, **context, **_priced(service_line if chosen else ""))


def _change_form(row: OpenList, errors: InputErrors | None = None) -> Any:
    """As the list reads today, and the plan's own prices beside."""
    today, exponent = max(clock.today(fund().zone), row.valid_from), fund().currency.exponent
    standing: dict[str, Any] = {f"rate-{line.service}": rate_text(line.rate, exponent) for line in row.lines_on(today)}
    standing |= {"conditions": row.conditions, "minimum_places": row.minimum_places or ""}
    evidence = request.form.getlist("evidence") if errors else row.evidence
    context = {"row": row, "papers": DOCUMENT_KINDS, "evidence": evidence, **_priced(row.service_line)}
    values = request.form if errors else standing
    return page("procurement/list_change_new.html", errors=errors, values=values, **context)


def _priced(service_line: str) -> dict[str, Any]:
    """The services of a kind of care, with the price that the plan fixes today."""
    today = clock.today(fund().zone)
    fixed, catalogue = tariff(today), codes.services(service_line) if service_line else []
    found = {row.code: rate for row in catalogue if (rate := fixed.of(row.code, today))}
    prices = {code: rate_text(rate.rate, fund().currency.exponent) for code, rate in found.items()}
    offered = [row for row in catalogue if row.code in found] if fixed.rates else catalogue
    return {"services": offered, "fixed": prices, "bases": {code: rate.basis for code, rate in found.items()}}


def _evidence() -> tuple[str, ...]:
    return tuple(request.form.getlist("evidence"))


def _typed(schema: Schema) -> tuple[dict[str, Any], dict[str, Decimal]]:
    """The form and its prices: the problems of both together."""
    problems: list[Problem] = []
    rates: dict[str, Decimal] = {}
    for field, typed in request.form.items():
        if not field.startswith("rate-") or not typed.strip():
            continue
        try:
            rates[field.removeprefix("rate-")] = Decimal(parse_amount(typed, fund().currency.exponent))
        except UnreadableAmount as error:
            problems.append(Problem(field, error.message, typed))
    try:
        form = load(schema)
    except InputErrors as errors:
        raise InputErrors([*errors.problems, *problems]) from errors
    if problems:
        raise InputErrors(problems)
    return form, rates
