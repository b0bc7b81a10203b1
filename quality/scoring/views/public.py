"""The public scorecards: no session, final scores only, as page, CSV and JSON. Not a ranking: by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from core.documents import in_house_language
from core.errors import NotFound
from core.permissions import Permission
from core.tables import csv_bytes
from core.texts import spoken
from core.web import allow, page
from core.words import _l
from providers.queries import open_lines
from quality import presenters
from quality.periods import parse_period
from quality.scoring.queries import published
from quality.scoring.queries.published import Search
from quality.scoring.scorecards import WORDS, Scorecard, cards_of, scorecards

blueprint = Blueprint("scorecards", __name__, url_prefix="/public/quality")
PAGE = 25
HEAD = (
    *("provider", "name", "district", "period", "score", "is_band", "is_capped", "plan_version"),
    *("indicator", "indicator_name", "unit", "assessment", "value", "lower_95", "upper_95"),
    *("definition_version", "cutoff_at"),
)


@blueprint.get("")
@allow(Permission.PUBLIC)
def index() -> Any:
    """One page of them; the cards of other pages are not made."""
    lines = open_lines()
    search, number = _search(lines), max(request.args.get("page", 1, type=int), 1)
    count = published.count(search)
    return page(
        "quality/scoring/public.html", cards=scorecards(lines, search, limit=PAGE, offset=(number - 1) * PAGE),
        count=count, number=number, pages=max(-(-count // PAGE), 1), lines=lines, wanted=_wanted(), words=WORDS,
        districts=published.districts(lines), label=presenters.period_label,
    )  # fmt: skip


@blueprint.get("/<number>")
@allow(Permission.PUBLIC)
def card(number: str) -> Any:
    found = _of(number)
    lines = [spoken(line, "name", "unit") for line in found[0].lines]
    return page(
        "quality/scoring/scorecard.html", card=found[0], lines=lines, earlier=found[1:], words=WORDS,
        label=presenters.period_label, period=parse_period(found[0].period),
    )  # fmt: skip


@blueprint.get("/<number>.json")
@allow(Permission.PUBLIC)
def card_json(number: str) -> Response:
    return jsonify([asdict(one) for one in _open_data(number)])


@blueprint.get("/scorecards.json")
@allow(Permission.PUBLIC)
def cards_json() -> Response:
    return jsonify([asdict(one) for one in _open_data()])


@blueprint.get("/scorecards.csv")
@allow(Permission.PUBLIC)
def cards_csv() -> Response:
    """A row for each indicator of each card of the same search."""
    headers = {"Content-Disposition": 'attachment; filename="scorecards.csv"'}
    return Response(csv_bytes(HEAD, _rows(_open_data())), mimetype="text/csv", headers=headers)


def _rows(cards: list[Scorecard]) -> Iterator[list[Any]]:
    for one in cards:
        who = [one.number, one.name, one.district, one.period, one.score, one.is_band, one.is_capped, one.plan_version]
        for line in one.lines:
            cutoff = line.cutoff_at.isoformat() if line.cutoff_at else ""
            figures = [line.value, line.lower_95, line.upper_95, line.definition_version, cutoff]
            yield [*who, line.indicator, line.name, line.unit, line.word, *figures]


@in_house_language
def _open_data(number: str = "") -> list[Scorecard]:
    """Of one provider, or of the search: the same for every reader."""
    lines = open_lines()
    return _of(number) if number else scorecards(lines, _search(lines))


def _search(lines: Mapping[str, str]) -> Search:
    wanted = _wanted()
    asked = [code for code in lines if wanted["service"] in ("", code)]
    return Search(asked, wanted["district"], wanted["words"])


def _wanted() -> dict[str, str]:
    return {name: request.args.get(name, "").strip()[:60] for name in ("words", "service", "district")}


def _of(number: str) -> list[Scorecard]:
    found = cards_of(number, open_lines())
    if not found:
        raise NotFound(_l("No published score has this number."))
    return found
