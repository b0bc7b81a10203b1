"""Open lists on the screen: officers draft and publish, providers join in one form."""

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
from procurement.contract_document import rate_text
from procurement.models.open_list import OpenList
from procurement.queries import contracts, open_lists
from procurement.services import open_lists as services
from procurement.states.contract import OPEN_LIST
from procurement.views.contracts import own_organisation

blueprint = Blueprint("open_lists", __name__, url_prefix="/contracts/lists")


class ListForm(Schema):
    """The terms of a list; the prices are read beside, one field per service."""

    title = fields.String(
        required=True,
        error_messages=needed(_l("Give the list a title.")),
        validate=sized(3, 200, _l("A title has 3 to 200 characters.")),
    )
    service_line = fields.String(required=True, error_messages=needed(_l("Choose a kind of care.")))
    valid_from = TypedDate(required=True, error_messages=needed(_l("Write the first day.")))
    valid_until = TypedDate(required=True, error_messages=needed(_l("Write the last day.")))
    conditions = fields.String(load_default="", validate=sized(0, 4000, _l("At most 4,000 characters.")))
    minimum_places = fields.Integer(load_default=0, error_messages={"invalid": _l("Write a whole number, like 24.")})
    is_reserved = fields.Boolean(load_default=False)


@blueprint.get("")
@allow(Permission.READ_CONTRACTS)
def index() -> Any:
    rows = open_lists.open_lists(is_published=own_organisation() is not None)
    can_draft = actor().has(Role.PROCUREMENT_OFFICER)
    return page("procurement/open_lists.html", rows=rows, machine=OPEN_LIST, can_draft=can_draft, names=_line_names())


@blueprint.get("/new")
@allow(Permission.MANAGE_OPEN_LIST)
def new() -> Any:
    """First the kind of care, then its services with a price each."""
    return _form(request.args.get("service_line", ""))


@blueprint.post("/new")
@allow(Permission.MANAGE_OPEN_LIST)
def draft() -> Any:
    try:
        row = services.draft(_terms(), by=actor())
    except InputErrors as errors:
        return _form(request.form.get("service_line", ""), errors)
    words = _("List %(number)s is drafted. Another officer publishes it.", number=row.number)
    return done(url_for(".show", number=row.number), words)


@blueprint.get("/<number>")
@allow(Permission.READ_CONTRACTS)
def show(number: str) -> Any:
    return _page(_visible(number))


@blueprint.post("/<number>/publish")
@allow(Permission.MANAGE_OPEN_LIST)
def publish(number: str) -> Any:
    services.publish(_visible(number), by=actor())
    return done(url_for(".show", number=number), _("List %(number)s is open to join.", number=number))


@blueprint.post("/<number>/close")
@allow(Permission.MANAGE_OPEN_LIST)
def close(number: str) -> Any:
    services.close(_visible(number), by=actor())
    return done(url_for(".show", number=number), _("List %(number)s is closed. Contracts go on.", number=number))


@blueprint.post("/<number>/join")
@allow(Permission.JOIN_OPEN_LIST)
def join(number: str) -> Any:
    row, has_agreed = _visible(number), request.form.get("has_agreed") == "yes"
    try:
        contract = services.join(row, by=actor(), on=clock.today(fund().zone), has_agreed=has_agreed)
    except InputErrors as errors:
        return _page(row, errors)
    words = _("You joined by contract %(number)s. The fund signs next.", number=contract.number)
    return done(url_for("contracts.show", number=contract.number), words)


def _visible(number: str) -> OpenList:
    row = open_lists.open_list_by_number(number, is_published=own_organisation() is not None)
    if row is None:
        raise NotFound(_l("No open list has the number %(number)s.", number=number))
    return row


def _page(row: OpenList, errors: InputErrors | None = None) -> Any:
    mine = own_organisation()
    is_manager = actor().has(Role.PROVIDER_MANAGER) and bool(mine)
    context: dict[str, Any] = {
        "machine": OPEN_LIST,
        "names": _line_names(),
        "catalogue": {service.code: service for service in codes.services(row.service_line)},
        "rates": {line.service: rate_text(line.rate, fund().currency.exponent) for line in row.lines},
        "conditions": services.conditions_for(row, mine, clock.today(fund().zone)) if is_manager and mine else [],
        "joined": open_lists.contract_from(row, mine) if mine else None,
        "contracts": contracts.contracts_from(actor(), row.number) if mine is None else [],
        "can_join": is_manager and row.state == "published",
        "can_manage": actor().has(Role.PROCUREMENT_OFFICER),
        "is_own_draft": row.drafted_by == actor().person,
    }
    return page("procurement/open_list.html", errors=errors, row=row, **context)


def _form(service_line: str, errors: InputErrors | None = None) -> Any:
    lines = codes.service_lines()
    chosen = next((line for line in lines if line.code == service_line), None)
    catalogue = codes.services(service_line) if chosen else []
    return page("procurement/open_list_new.html", errors=errors, lines=lines, chosen=chosen, services=catalogue)


def _terms() -> services.OpenTerms:
    """The form with its prices: the problems of both together."""
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
        form = load(ListForm())
    except InputErrors as errors:
        raise InputErrors([*errors.problems, *problems]) from errors
    if problems:
        raise InputErrors(problems)
    return services.OpenTerms(rates=rates, **form)


def _line_names() -> dict[str, str]:
    return {line.code: line.name for line in codes.service_lines()}
