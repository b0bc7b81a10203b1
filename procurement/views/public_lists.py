"""Open lists for everybody: the notice, its versions, who is on it. Lists of restricted services are not here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from core import clock
from core.codes import line_names
from core.config import fund
from core.errors import NotFound
from core.permissions import Permission
from core.tables import csv_bytes
from core.web import allow, page
from core.words import _, _l
from procurement.models.list_application import ListApplication
from procurement.models.open_list import OpenList
from procurement.queries import open_lists as queries
from procurement.services import open_lists as services
from procurement.states.open_list import OPEN_LIST
from procurement.views.open_lists import shown

blueprint = Blueprint("public_lists", __name__, url_prefix="/public/lists")


@blueprint.get("")
@allow(Permission.PUBLIC)
def index() -> Any:
    rows = queries.public_lists()
    return page("procurement/public_lists.html", rows=rows, names=line_names(), machine=OPEN_LIST)


@blueprint.get("/<number>")
@allow(Permission.PUBLIC)
def show(number: str) -> Any:
    """The notice: terms, prices, who may join and who did. Prints on two pages."""
    row, today = _found(number), clock.today(fund().zone)
    context = shown(row) | {"members": queries.admitted(row, today), "has_failed": services.has_failed(row, today)}
    return page("procurement/public_list.html", row=row, **context)


@blueprint.get("/<number>/versions")
@allow(Permission.PUBLIC)
def versions(number: str) -> Any:
    row = _found(number)
    return page("procurement/list_versions.html", row=row, versions=queries.versions(row), machine=OPEN_LIST)


@blueprint.get("/<number>/providers.csv")
@allow(Permission.PUBLIC)
def providers_csv(number: str) -> Response:
    row = _found(number)
    head = [_("Number"), _("Provider"), _("District"), _("From"), _("Until")]
    written = csv_bytes(head, [list(_said(row, member).values()) for member in _members(row)])
    headers = {"Content-Disposition": f'attachment; filename="{row.number}.csv"'}
    return Response(written, mimetype="text/csv; charset=utf-8", headers=headers)


@blueprint.get("/<number>/providers.json")
@allow(Permission.PUBLIC)
def providers_json(number: str) -> Response:
    row = _found(number)
    providers = [_said(row, member) for member in _members(row)]
    return jsonify({"list": row.number, "title": row.title, "version": row.version, "providers": providers})


def _found(number: str) -> OpenList:
    row = queries.public_list(number)
    if row is None:
        raise NotFound(_l("No open list has the number %(number)s.", number=number))
    return row


def _members(row: OpenList) -> list[ListApplication]:
    return list(queries.admitted(row, clock.today(fund().zone)))


def _said(row: OpenList, member: ListApplication) -> dict[str, str]:
    """The organisation and its days on the list; no person, no application."""
    last = member.ended_on or row.valid_until
    unit = member.organisation
    assert member.admitted_on is not None
    return {
        "number": unit.number, "name": unit.name, "district": unit.district,
        "valid_from": member.admitted_on.isoformat(), "valid_until": last.isoformat(),
    }  # fmt: skip
