from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any, NamedTuple

from flask import Blueprint, Response, request

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""A picture has styles of its own and runs nothing."""
blueprint = Blueprint("quality", __name__, url_prefix="/quality")


class Place(NamedTuple):
    """Where in a long list the reader is. `number` from 1 to `pages`; `offset` rows lie before."""

    number: int
    pages: int
    offset: int
    total: int


def page_at(total: int, per_page: int, number: int | None = None) -> Place:
    """The page that the address asks for, or `number`; the nearest there is, where it asks for one beyond the end."""
    pages = max(1, -(-total // per_page))
    wanted = number or request.args.get("page", 1, type=int)
    here = min(max(1, wanted), pages)
    return Place(here, pages, (here - 1) * per_page, total)


def csv_answer(filename: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A CSV file with plain values; texts that a sheet would run as a formula are quoted."""
    output = StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_safe(value) for value in row])
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(output.getvalue(), mimetype="text/csv", headers=headers)


def is_narrow() -> bool:
    """The picture for a phone: the macro `chart` asks for it."""
    return request.args.get("narrow") is not None


def picture_answer(content: bytes) -> Response:
    """An SVG with its own policy; the reader's browser keeps it, nobody between."""
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cache-Control": "private, max-age=86400",
        "Vary": "Cookie",
    }
    return Response(content, mimetype="image/svg+xml", headers=headers)


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
