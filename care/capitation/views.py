"""Statements of capitation: a provider's own, or all of them for the fund; the people behind each line."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, request, url_for

from care.capitation import queries, services
from care.capitation.listening import CAUSES
from care.capitation.models import CapitationStatement
from care.capitation.states import STATEMENT
from core.config import fund
from core.errors import Conflict, InputErrors, NotFound
from core.money import to_decimal
from core.permissions import Permission, may
from core.roles import PROVIDER_STAFF
from core.tables import csv_bytes
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.capitation import band_text
from procurement.queries.contracts import contract_by_number

blueprint = Blueprint("capitation", __name__, url_prefix="/capitation")
PAGE = 40


@blueprint.get("")
@allow(Permission.READ_CAPITATION)
def index() -> Any:
    number = max(request.args.get("page", 1, type=int), 1)
    state = request.args.get("state", "") if request.args.get("state") in STATEMENT.states else ""
    rows, count = queries.statements(actor(), _scope(), state=state, limit=PAGE, offset=PAGE * (number - 1))
    pages = max(-(-count // PAGE), 1)
    context: dict[str, Any] = {"states": STATEMENT.states, "state": state, "is_own": _scope() is not None}
    return page("care/capitation.html", rows=rows, count=count, number=number, pages=pages, **context)


@blueprint.get("/<number>/<month>")
@allow(Permission.READ_CAPITATION)
def statement(number: str, month: str) -> Any:
    return _page(number, month)


@blueprint.get("/<number>/<month>/people.csv")
@allow(Permission.READ_CAPITATION)
def people(number: str, month: str) -> Any:
    """Whom the newest statement counts, for the provider and for staff who may read of members."""
    row = _rows(number, month)[0]
    if not _may_read_people(row):
        raise NotFound(_l("The people of this statement are for their provider and for staff who read of members."))
    exponent = fund().currency.exponent
    cells = [
        [band_text(line.band), to_decimal(line.rate, exponent), public_id, days]
        for line in row.lines
        for public_id, days in line.people
    ]
    content = csv_bytes(
        ["band", "rate", "member", "days"], [*cells, *([_("no band"), "", who, ""] for who in row.unrated)]
    )
    headers = {"Content-Disposition": f'attachment; filename="{number}-{month}.csv"'}
    return Response(content, mimetype="text/csv; charset=utf-8", headers=headers)


@blueprint.post("/<number>/<month>")
@allow(Permission.RELEASE_CAPITATION)
def decide(number: str, month: str) -> Any:
    """A person releases what takes money back, or leaves it as it was paid."""
    row = _rows(number, month)[0]
    if row.state != "waiting":
        raise Conflict(_l("Nothing of this month waits for you."))
    if request.form.get("answer") == "release":
        services.release(row, by=actor())
        return done(_url(number, month), _("The difference comes off the next payment."))
    try:
        services.refuse(row, reason=request.form.get("reason", ""), by=actor())
    except InputErrors as errors:
        return _page(number, month, errors)
    return done(_url(number, month), _("It stays as it was paid."))


def _page(number: str, month: str, errors: InputErrors | None = None) -> Any:
    rows = _rows(number, month)
    row = rows[0]
    posted = next((one for one in rows if one.state == "posted" and one is not row), None)
    context: dict[str, Any] = {
        "bands": {line.place: band_text(line.band) for line in row.lines},
        "before": {line.band: line for line in posted.lines} if posted else {},
        "gone": _gone(row, posted),
        "cause": _cause(row),
        "states": STATEMENT.states,
        "may_read_people": _may_read_people(row),
        "may_decide": row.state == "waiting" and may(Permission.RELEASE_CAPITATION, actor().roles),
    }
    return page("care/capitation_month.html", errors=errors, row=row, rows=rows, posted=posted, **context)


def _gone(row: CapitationStatement, posted: CapitationStatement | None) -> list[str]:
    """Bands that were paid before and count nobody now."""
    counted, exponent = {line.band for line in row.lines}, fund().currency.exponent
    left = [line for line in posted.lines if line.band not in counted] if posted else []
    return [f"{band_text(line.band)}: {to_decimal(line.amount, exponent)}" for line in left]


def _cause(row: CapitationStatement) -> str:
    """What made it be counted again, in a sentence; a provider reads it too."""
    kind, _space, subject = row.cause.partition(" ")
    return _("%(what)s: %(subject)s.", what=CAUSES[kind], subject=subject) if kind in CAUSES else ""


def _rows(number: str, month: str) -> list[CapitationStatement]:
    """All versions that the reader may see, the newest first; a stranger's contract does not exist."""
    contract, nothing = contract_by_number(number, _scope(), actor()), NotFound(_l("There is no such statement."))
    try:
        first = dt.date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise nothing from error
    rows = queries.statements_of_month(contract.id, first) if contract is not None else []
    shown = [row for row in rows if row.state == "posted" or (_scope() is None and row.state != "overtaken")]
    if not shown:
        raise nothing
    return shown


def _may_read_people(row: CapitationStatement) -> bool:
    if _scope() is not None:
        return True
    return may(Permission.READ_MEMBERS, actor().roles) and queries.may_read_people(actor(), row.contract)


def _scope() -> int | None:
    """A provider's people see their own organisation's alone (0: no organisation, no rows)."""
    return (actor().organisation_id or 0) if actor().roles <= PROVIDER_STAFF else None


def _url(number: str, month: str) -> str:
    return url_for(".statement", number=number, month=month)
