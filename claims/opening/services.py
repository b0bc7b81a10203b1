"""An opening file: checked, kept, and undone as a whole."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from claims.models.opening import OpeningFile
from claims.opening import accreditations, contracts, grants, payables, promises, sites, use
from claims.queries import opening as queries
from claims.states import OPENING
from core import audit, files
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import InputErrors, NotFound, Problem
from core.money import Currency
from core.numbers import next_number
from core.tables import Mapping, Report, load_mapping, read
from core.words import _l

FOLDER = Path(__file__).resolve().parent / "mappings"
KINDS = {
    module.KIND.name: module.KIND for module in (accreditations, sites, contracts, promises, grants, use, payables)
}
STREAM = "opening"


@lru_cache(maxsize=8)
def mapping_of(kind: str) -> Mapping:
    return load_mapping(FOLDER / f"{kind}.toml")


def read_file(content: bytes, filename: str, kind: str, currency: Currency) -> Report[Any]:
    """Every row judged alone, beside the others of the file and beside what is stored. Raises FileRefused."""
    if kind not in KINDS:
        raise InputErrors.at("kind", _l("Choose what the file holds."), kind)
    mapping = mapping_of(kind)
    first: Report[Any] = read(content, filename=filename, mapping=mapping, schema=dict, currency=currency)
    schema = KINDS[kind].judge([row for row in first.values if isinstance(row, dict)])
    return read(content, filename=filename, mapping=mapping, schema=schema, currency=currency)


def check_file(
    content: bytes,
    filename: str,
    kind: str,
    *,
    source: str,
    taken_on: dt.date,
    currency: Currency,
    by: Actor,
    at: dt.datetime,
    zone: ZoneInfo,
) -> OpeningFile:
    """Keep the file and say how many rows are ready; nothing of it counts before `keep`. Known bytes: the same file."""
    problems = [Problem("source", _l("Say where the records come from."))] if not source.strip() else []
    if taken_on > at.astimezone(zone).date():
        problems.append(Problem("taken_on", _l("This day is still to come."), taken_on.isoformat()))
    if not content:
        problems.append(Problem("file", _l("Choose a file with content."), filename))
    if problems:
        raise InputErrors(problems)
    report = read_file(content, filename, kind, currency)
    digest = hashlib.sha256(content).hexdigest()
    if same := queries.same_file(kind, digest):
        return same
    stored = files.store(content, filename=filename, media_type="text/csv", organisation_id=None, by=by)
    row = OpeningFile(
        number=next_number("OP", at.astimezone(zone).year),
        kind=kind,
        state=OPENING.initial,
        source=source.strip()[:80],
        taken_on=taken_on,
        filename=stored.filename,
        sha256=digest,
        file_id=stored.id,
        rows_ready=len(report.ready),
        rows_wrong=len(report.wrong),
        checked_by=by.person,
        checked_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def report_of(row: OpeningFile, currency: Currency) -> Report[Any]:
    """The rows of a file that was checked earlier, judged as of now."""
    return read_file(files.read(row.file), row.filename, row.kind, currency)


def keep(number: str, *, currency: Currency, by: Actor, at: dt.datetime) -> OpeningFile:
    """Bring the good rows in; judged once more, because the world may have changed since the check."""
    row = _locked(number)
    target = OPENING.after(row.state, "keep")
    report = report_of(row, currency)
    row.rows_ready, row.rows_wrong = len(report.ready), len(report.wrong)
    row.state, row.kept_by, row.kept_at = target, by.person, at
    db.session.flush()
    after = {"kind": row.kind, "sha256": row.sha256, "rows": row.rows_ready, "source": row.source, "on": row.taken_on}
    audit.record(STREAM, Act.OPENING_KEPT, row.number, by=by, after=after)
    if report.values:
        KINDS[row.kind].write(row, report.values, by)
    return row


def undo(number: str, *, reason: str, by: Actor, at: dt.datetime) -> OpeningFile:
    """Take back all that the file brought in, or refuse because something stands on it."""
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why the file is undone."))
    row = _locked(number)
    target = OPENING.after(row.state, "undo")
    KINDS[row.kind].undo(row, by)
    row.state, row.undone_by, row.undone_at = target, by.person, at
    db.session.flush()
    audit.record(STREAM, Act.OPENING_UNDONE, row.number, by=by, reason=reason.strip())
    return row


def _locked(number: str) -> OpeningFile:
    row = queries.file_by_number(number, is_locked=True)
    if row is None:
        raise NotFound(_l("There is no opening file %(number)s.", number=number))
    return row
