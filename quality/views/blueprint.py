from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from flask import Blueprint, Response, request

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""A picture has styles of its own and runs nothing."""
blueprint = Blueprint("quality", __name__, url_prefix="/quality")


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
