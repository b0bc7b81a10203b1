"""Reading what others published: checked first, kept by a person, corrected, linked, given back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import InputErrors, Problem
from core.numbers import next_number
from core.words import _l
from procurement.foreign import given_back
from procurement.models.elsewhere import ElsewhereProcedure
from procurement.models.tender import Tender
from procurement.ocds.exact import exact_json, parsed
from procurement.ocds.reading import Found, read_file
from procurement.paths import text
from procurement.queries import elsewhere as queries
from procurement.states.elsewhere import ELSEWHERE

STREAM = "elsewhere"


def check_file(content: bytes, filename: str, *, by: Actor) -> list[ElsewhereProcedure]:
    """Each readable release as a row that counts for nothing yet; the same release again is the row that exists."""
    file = read_file(content)
    readable = [found for found in file.found if found.is_readable]
    if not readable:
        raise InputErrors(
            [Problem("file", _l("%(path)s: %(why)s", path=f.path, why=f.message)) for x in file.found for f in x.faults]
            or [Problem("file", _l("No release in this file names its procedure (ocid and tender)."))]
        )
    return [_row(found, file.publisher, filename, by) for found in readable]


def _row(found: Found, publisher: str, filename: str, by: Actor) -> ElsewhereProcedure:
    original = exact_json(found.release)
    digest, release_id = hashlib.sha256(original.encode()).hexdigest(), text(found.release, "id")[:200]
    known = queries.same_release(found.ocid[:200], release_id, digest)
    if known is not None:
        return known
    row = ElsewhereProcedure(
        number=next_number("E", clock.local_day(clock.now(), fund().zone).year),
        ocid=found.ocid[:200],
        release_id=release_id,
        publisher=publisher[:200],
        filename=filename[:200],
        state=ELSEWHERE.initial,
        original=original,
        sha256=digest,
        content=found.draft.to_json(),
        faults=[{"path": fault.path, "message": fault.message} for fault in found.faults],
        created_at=clock.now(),
        created_by=by.name,
    )
    db.session.add(row)
    db.session.flush()
    after = {"sha256": digest, "faults": len(found.faults)}
    audit.record(STREAM, Act.ELSEWHERE_READ, row.number, by=by, after=after)
    return row


def keep(rows: Sequence[ElsewhereProcedure], *, by: Actor) -> None:
    """Somebody looked: they are drafts now. Kept ones stay kept."""
    for row in rows:
        if row.state == "checked":
            _move(row, "keep", by)


def drop(row: ElsewhereProcedure, *, by: Actor) -> None:
    _move(row, "drop", by)


def link(row: ElsewhereProcedure, other: ElsewhereProcedure, *, by: Actor) -> None:
    """One procedure was published under two ocids: both pages name the other."""
    if row.id == other.id:
        raise InputErrors.at("other", _l("This is the same release. Name another one."), other.number)
    root = other.linked_id or other.id
    row.linked_id = root if root != row.id else None
    db.session.flush()
    audit.record(STREAM, Act.ELSEWHERE_CHANGED, row.number, by=by, after={"linked": other.number})


def lead(number: str, tender: Tender, *, by: Actor) -> None:
    """A tender of ours was drafted from it: the two know each other from now on."""
    row = queries.procedure(number)
    row.tender_id = tender.id
    _move(row, "lead", by)


def export(row: ElsewhereProcedure) -> dict[str, Any]:
    """The release again, with what the draft says and everything that we never read."""
    return given_back(parsed(row.original), row.draft)


def _move(row: ElsewhereProcedure, action: str, by: Actor) -> None:
    row.state = ELSEWHERE.after(row.state, action)
    db.session.flush()
    audit.record(STREAM, Act.ELSEWHERE_CHANGED, row.number, by=by, after={"state": row.state})
