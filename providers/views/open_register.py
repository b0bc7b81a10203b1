"""The public register: which accredited provider gives which care, and where. No person, no session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from flask import Response, jsonify, request, url_for

from core import clock
from core.config import fund
from core.errors import InputErrors, NotFound
from core.organisations import LEGAL_FORMS
from core.permissions import Permission
from core.tables import csv_bytes
from core.web import allow, page
from core.words import _l
from providers import queries
from providers.free_places import WORDS, Moment
from providers.languages import language_name, language_words
from providers.open_records import OpenProvider, csv_head, csv_rows, open_records
from providers.opening_times import DAY_NAMES
from providers.schemas import ProviderOut
from providers.views import public as blueprint
from providers.wanted import Wanted, wanted

PAGE, JSON_PAGE, FILE_PART = 25, 100, 500


@blueprint.get("")
@allow(Permission.PUBLIC)
def index() -> Any:
    try:
        looked_for = wanted(request.args)
    except InputErrors as errors:
        return _list_page(Wanted(), errors)
    return _list_page(looked_for)


@blueprint.get("/<number>")
@allow(Permission.PUBLIC)
def provider(number: str) -> Any:
    if (ended := queries.followed_provider(number, _today())) is not None:
        return page("providers/public_followed.html", row=ended)
    shown: dict[str, Any] = {
        "lines": queries.open_lines(),
        "legal_forms": LEGAL_FORMS,
        "bands": WORDS,
        "language_words": language_words,
    }
    return page("providers/public_provider.html", row=_record(number), **shown)


@blueprint.get("/<number>.json")
@allow(Permission.PUBLIC)
def provider_json(number: str) -> Response:
    return jsonify(ProviderOut().dump(_record(number)))


@blueprint.get("/register.json")
@allow(Permission.PUBLIC)
def register_json() -> Response:
    """A page of the same search; `next` leads on."""
    looked_for, number = wanted(request.args), _page_number()
    count, rows = queries.public_count(_today(), looked_for), _part(looked_for, number, JSON_PAGE, queries.open_lines())
    is_last = number * JSON_PAGE >= count
    more = None if is_last else url_for(".register_json", page=number + 1, **looked_for.arguments)
    return jsonify({"count": count, "next": more, "providers": ProviderOut(many=True).dump(rows)})


@blueprint.get("/register.csv")
@allow(Permission.PUBLIC)
def register_csv() -> Response:
    """All that the search finds, a row for each site and kind of care."""
    headers = {"Content-Disposition": 'attachment; filename="providers.csv"'}
    return Response(csv_bytes(csv_head(), csv_rows(_all(wanted(request.args)))), mimetype="text/csv", headers=headers)


def _list_page(looked_for: Wanted, errors: InputErrors | None = None) -> Any:
    """A page of what is found; with a wrong day or hour, of everybody, and what is wrong."""
    number, today = _page_number(), _today()
    lines, count = queries.open_lines(), queries.public_count(today, looked_for)
    services = [
        (code, f"{lines[line]}: {name}") for code, (name, line) in queries.open_services().items() if line in lines
    ]
    choices = {
        "lines": lines,
        "services": [*lines.items(), *sorted(services, key=lambda row: row[1])],
        "districts": queries.districts(today),
        "spoken": sorted(((code, language_name(code)) for code in queries.languages(today)), key=lambda row: row[1]),
        "days": list(enumerate(DAY_NAMES[:7])),
        "bands": WORDS,
    }
    shown: dict[str, Any] = {
        "providers": _part(looked_for, number, PAGE, lines),
        "count": count,
        "number": number,
        "pages": max(-(-count // PAGE), 1),
    }
    values = request.args if errors else looked_for.arguments
    return page("providers/public.html", errors=errors, values=values, wanted=looked_for.arguments, **shown, **choices)


def _all(looked_for: Wanted) -> Iterator[OpenProvider]:
    number, lines = 1, queries.open_lines()
    while rows := _part(looked_for, number, FILE_PART, lines):
        yield from rows
        number += 1


def _part(looked_for: Wanted, number: int, size: int, lines: Collection[str]) -> list[OpenProvider]:
    today = _today()
    rows = queries.public_providers(today, looked_for, limit=size, offset=size * (number - 1))
    return open_records(rows, lines, today, looked_for.moment(today))


def _record(number: str) -> OpenProvider:
    """Who may not be known is not there: the same answer as for a number that nobody has."""
    row = queries.public_provider(number, _today())
    if row is None:
        raise NotFound(_l("No accredited provider has this number."))
    return open_records([row], queries.open_lines(), _today(), Moment(_today()))[0]


def _page_number() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), 1_000_000)


def _today() -> dt.date:
    return clock.today(fund().zone)
