"""For everybody: what was announced before the draw, what came out, and all that is needed to draw again.

The provider is not named: whoever is audited knows the number. Lines bear opaque ids: nobody's care can be looked up.
A frame of few people, or with restricted services, stays closed: the audited redraw it from their own file.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from core.errors import NotFound
from core.permissions import Permission
from core.web import allow, page
from core.words import _l
from quality.samples.models import AuditSample
from quality.samples.queries.samples import count_public_samples, public_sample, public_samples
from quality.samples.services.selecting import is_repeated
from quality.samples.states import DESIGNS, SAMPLE
from quality.views.blueprint import page_at

blueprint = Blueprint("public_samples", __name__, url_prefix="/public/samples")
PAGE = 25


@blueprint.get("")
@allow(Permission.PUBLIC)
def index() -> Any:
    place = page_at(count_public_samples(), PAGE)
    samples = public_samples(PAGE, place.offset)
    return page("quality/samples/public_list.html", samples=samples, place=place, machine=SAMPLE)


@blueprint.get("/<number>")
@allow(Permission.PUBLIC)
def show(number: str) -> Any:
    row = _found(number)
    is_same = bool(row.seed) and is_repeated(row)
    return page("quality/samples/public.html", sample=row, is_same=is_same, machine=SAMPLE, designs=DESIGNS)


@blueprint.get("/<number>/frame.txt")
@allow(Permission.PUBLIC)
def frame(number: str) -> Any:
    """One id and amount in minor units per row: the very text whose SHA-256 was announced."""
    return _text(_open(number).frame)


@blueprint.get("/<number>/drawn.txt")
@allow(Permission.PUBLIC)
def drawn(number: str) -> Any:
    """One row per drawn line in the order of the draw: id, stratum, and whether it is a spare."""
    rows = _open(number).lines
    return _text("".join(f"{one.mark} {one.stratum} {'spare' if one.is_spare else 'drawn'}\n" for one in rows))


def _found(number: str) -> AuditSample:
    row = public_sample(number)
    if row is None:
        raise NotFound(_l("No sample has this number."))
    return row


def _open(number: str) -> AuditSample:
    row = _found(number)
    if not row.is_open:
        raise NotFound(_l("This frame is not public: it could tell about single people."))
    return row


def _text(content: str) -> Response:
    return Response(content, mimetype="text/plain; charset=utf-8")
