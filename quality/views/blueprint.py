from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from flask import Blueprint, Response

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


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
