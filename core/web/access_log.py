"""Who looked at what: reading a person's page leaves a mark in the stream `access`.

A reading request runs in a read-only transaction, so what was looked at is collected during the request and written
in a transaction of its own before the answer leaves. If the mark cannot be written, the page is not given.
"""

from __future__ import annotations

from typing import Any

from flask import g, has_request_context, request
from werkzeug.wrappers import Response

from core import audit
from core import db as database
from core.acts import Act
from core.web.access import actor


def note_access(subject: str, **about: Any) -> None:
    """Remember that this request shows `subject` (a public id, never a name) to its actor."""
    g.setdefault("accesses", []).append((subject, about))


def note_refusal(code: str) -> None:
    """Remember that this request was refused for a reason that an auditor asks about, like the other pair of eyes."""
    g.refusal = {"code": code, "endpoint": request.endpoint}


def write_refusal() -> None:
    """Write what was refused, whatever became of the request's own transaction."""
    refusal = g.pop("refusal", None) if has_request_context() else None
    if refusal is None:
        return
    database.start_reading(False)
    with database.unit_of_work():
        audit.record("access", Act.ACCESS_REFUSED, request.path[:120], by=actor(), after=refusal)


def write_accesses(response: Response) -> None:
    """Write what was noted, unless the answer was a refusal; call it after the request's own transaction."""
    accesses = g.pop("accesses", []) if has_request_context() else []
    if not accesses or response.status_code >= 400:
        return
    who = actor()
    database.start_reading(False)
    with database.unit_of_work():
        for subject, about in accesses:
            audit.record("access", Act.MEMBER_READ, subject, by=who, after=about or None)
