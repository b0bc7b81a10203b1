"""Procedures as open data: releases, records, everything in pages or as a stream. No session, nothing personal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, jsonify, request, stream_with_context

from core import clock
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import allow, page
from core.words import _l
from procurement.ocds.extension import EXTENSION, PATCH
from procurement.ocds.releases import EVALUATIONS, address, extensions, package, record, record_package
from procurement.queries import publication as queries

blueprint = Blueprint("open_data", __name__, url_prefix="/public/ocds")
PAGE = 50
FRESH = "public, max-age=60"


@blueprint.get("")
@allow(Permission.PUBLIC)
def index() -> Any:
    """What is published, how, and under which rules: the publication policy."""
    procedures, releases = queries.published_count()
    return page("tenders/open_data.html", procedures=procedures, releases=releases, extensions=extensions())


@blueprint.get("/releases/<release_id>.json")
@allow(Permission.PUBLIC)
def release(release_id: str) -> Response:
    row = queries.published_release(release_id)
    said = package([json.loads(row.body)], address("releases", f"{release_id}.json"), row.released_at)
    return _kept(jsonify(said), row.sha256)


@blueprint.get("/records/<number>.json")
@allow(Permission.PUBLIC)
def one_record(number: str) -> Response:
    """All releases of a procedure and what they add up to."""
    rows = queries.releases_of(number)
    bodies = [json.loads(row.body) for row in rows]
    said = record_package([record(bodies)], address("records", f"{number}.json"), rows[-1].released_at)
    return _kept(jsonify(said), rows[-1].sha256)


@blueprint.get("/records.json")
@allow(Permission.PUBLIC)
def records() -> Response:
    """A page of procedures, oldest first, with the address of the next page; written while it is read."""
    after = _whole(request.args.get("after", "0"))
    ids = queries.procedure_page(after, PAGE)
    here = address("records.json") + (f"?after={after}" if after else "")
    links = {"next": f"{address('records.json')}?after={ids[-1]}"} if len(ids) == PAGE else {}
    envelope = record_package([], here, clock.now()) | {"links": links}
    return _streamed(_records(envelope, ids), "application/json")


@blueprint.get("/releases.jsonl")
@allow(Permission.PUBLIC)
def stream() -> Response:
    """The latest release of every procedure, one on each line."""
    return _streamed((f"{row.body}\n" for row in queries.latest_bodies()), "application/jsonl")


@blueprint.get(f"/extensions/{EVALUATIONS}/<name>.json")
@allow(Permission.PUBLIC)
def extension(name: str) -> Response:
    """Our one field that OCDS lacks, described as its extensions are."""
    found = {"extension": EXTENSION, "release-schema": PATCH}.get(name)
    if found is None:
        raise NotFound(_l("There is no %(id)s here.", id=name))
    return jsonify(found)


def _records(envelope: dict[str, Any], ids: Any) -> Iterator[str]:
    head = {key: value for key, value in envelope.items() if key != "records"}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "records": ['
    for place, row in enumerate(queries.latest_bodies(ids)):
        yield ("," if place else "") + json.dumps(record([json.loads(row.body)]), ensure_ascii=False)
    yield "]}"


def _streamed(parts: Iterator[str], media_type: str) -> Response:
    response = Response(stream_with_context(parts), mimetype=media_type)
    response.headers["Cache-Control"] = FRESH
    return response


def _kept(response: Response, digest: str) -> Response:
    """Whoever has this content already is told so in a line."""
    response.set_etag(digest)
    response.headers["Cache-Control"] = FRESH
    return response.make_conditional(request)  # type: ignore[return-value]


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise InputErrors.at("after", _l("A whole number is expected here."), text)
    return int(text)
