"""The public register: which accredited provider gives which care, and where. No person, no session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from flask import Response, jsonify, request, url_for

from core import clock
from core.config import fund
from core.errors import NotFound
from core.organisations import LEGAL_FORMS
from core.permissions import Permission
from core.tables import csv_bytes
from core.web import allow, page
from core.words import _l
from providers import queries
from providers.open_records import OpenProvider, csv_head, csv_rows, open_record
from providers.schemas import ProviderOut
from providers.views import public as blueprint

PAGE, JSON_PAGE, FILE_PART = 25, 100, 500


@blueprint.get("")
@allow(Permission.PUBLIC)
def index() -> Any:
    wanted, number, today = _wanted(), _page_number(), _today()
    lines, count = queries.open_lines(), queries.public_count(today, **wanted)
    rows = [open_record(row, lines, today) for row in _part(number, PAGE)]
    context: dict[str, Any] = {"lines": lines, "districts": queries.districts(today), "wanted": wanted, "count": count}
    return page("providers/public.html", providers=rows, number=number, pages=max(-(-count // PAGE), 1), **context)


@blueprint.get("/<number>")
@allow(Permission.PUBLIC)
def provider(number: str) -> Any:
    lines = queries.open_lines()
    return page("providers/public_provider.html", row=_record(number), lines=lines, legal_forms=LEGAL_FORMS)


@blueprint.get("/<number>.json")
@allow(Permission.PUBLIC)
def provider_json(number: str) -> Response:
    return jsonify(ProviderOut().dump(_record(number)))


@blueprint.get("/register.json")
@allow(Permission.PUBLIC)
def register_json() -> Response:
    """A page of the same search; `next` leads on."""
    wanted, number, today = _wanted(), _page_number(), _today()
    lines, count = queries.open_lines(), queries.public_count(today, **wanted)
    rows = [open_record(row, lines, today) for row in _part(number, JSON_PAGE)]
    more = url_for(".register_json", page=number + 1, **wanted) if number * JSON_PAGE < count else None
    return jsonify({"count": count, "next": more, "providers": ProviderOut(many=True).dump(rows)})


@blueprint.get("/register.csv")
@allow(Permission.PUBLIC)
def register_csv() -> Response:
    """All that the search finds, a row for each site and kind of care."""
    headers = {"Content-Disposition": 'attachment; filename="providers.csv"'}
    return Response(csv_bytes(csv_head(), csv_rows(_all())), mimetype="text/csv", headers=headers)


def _all() -> Iterator[OpenProvider]:
    lines, number = queries.open_lines(), 1
    while rows := _part(number, FILE_PART):
        yield from (open_record(row, lines, _today()) for row in rows)
        number += 1


def _part(number: int, size: int) -> Any:
    return queries.public_providers(_today(), limit=size, offset=size * (number - 1), **_wanted())


def _record(number: str) -> OpenProvider:
    """Who may not be known is not there: the same answer as for a number that nobody has."""
    row = queries.public_provider(number, _today())
    if row is None:
        raise NotFound(_l("No accredited provider has this number."))
    return open_record(row, queries.open_lines(), _today())


def _wanted() -> dict[str, Any]:
    """What the search asks; an unknown word finds nothing, a wrong number of places asks for none."""
    typed = {name: request.args.get(name, "").strip()[:80] for name in ("words", "service_line", "district")}
    return {**typed, "places": max(request.args.get("places", 0, type=int), 0)}


def _page_number() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), 1_000_000)


def _today() -> dt.date:
    return clock.today(fund().zone)
