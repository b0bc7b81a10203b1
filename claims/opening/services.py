"""An opening file: checked, kept, and undone as a whole."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from claims.models.opening import OpeningFile
from claims.opening import accreditations, capitation, contracts, control, grants, payables, promises, sites, use
from claims.opening.kinds import Cells
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
from core.tables.values import as_text
from core.words import _l

FOLDER = Path(__file__).resolve().parent / "mappings"
_MODULES = (accreditations, sites, contracts, promises, capitation, grants, use, payables)
KINDS = {module.KIND.name: module.KIND for module in _MODULES}
STREAM = "opening"


class Sheet(NamedTuple):
    """A control sheet as it was sent."""

    content: bytes
    filename: str


@lru_cache(maxsize=8)
def mapping_of(kind: str) -> Mapping:
    return load_mapping(FOLDER / f"{kind}.toml")


def read_file(content: bytes, filename: str, kind: str, currency: Currency) -> Report[Any]:
    """Every row judged alone, beside the others of the file and beside what is stored. Raises FileRefused."""
    if kind not in KINDS:
        raise InputErrors.at("kind", _l("Choose what the file holds."), kind)
    mapping = mapping_of(kind)
    first: Report[Any] = read(content, filename=filename, mapping=mapping, schema=dict, currency=currency)
    rows, how = [row for row in first.values if isinstance(row, dict)], KINDS[kind]
    report: Report[Any] = read(content, filename=filename, mapping=mapping, schema=how.judge(rows), currency=currency)
    if not (how.whole and report.wrong and how.whole in report.header):
        return report
    broken = {as_text(row.cells[report.header.index(how.whole)]) for row in report.wrong}
    schema = _whole(how.judge(rows), how.whole, broken)
    return read(content, filename=filename, mapping=mapping, schema=schema, currency=currency)


def _whole(judge: Callable[[Cells], Any], column: str, broken: Collection[str]) -> Callable[[Cells], Any]:
    """Nothing of what has a row that needs work."""

    def row(cells: Cells) -> Any:
        judged = judge(cells)
        if cells[column] in broken:
            message = _l("Another row of it needs work, and it comes in whole or not at all.")
            raise InputErrors.at(column, message, cells[column])
        return judged

    return row


def _refuse_incomplete(content: bytes, filename: str, source: str, taken_on: dt.date, today: dt.date) -> None:
    problems = [Problem("source", _l("Say where the records come from."))] if not source.strip() else []
    if taken_on > today:
        problems.append(Problem("taken_on", _l("This day is still to come."), taken_on.isoformat()))
    if not content:
        problems.append(Problem("file", _l("Choose a file with content."), filename))
    if problems:
        raise InputErrors(problems)


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
    sheet: Sheet | None = None,
) -> OpeningFile:
    """Keep the file and say how many rows are ready; nothing of it counts before `keep`. Known bytes: the same file.

    `sheet`: the control sheet that it must balance to; a second one takes the place of the first.
    """
    _refuse_incomplete(content, filename, source, taken_on, at.astimezone(zone).date())
    report = read_file(content, filename, kind, currency)
    digest = hashlib.sha256(content).hexdigest()
    if sheet is not None:
        control.read_sheet(sheet.content, sheet.filename, currency)
    if same := queries.same_file(kind, digest):
        if sheet is not None and same.state == OPENING.initial:
            same.control_file = _stored(sheet, by)
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
        control_file=None if sheet is None else _stored(sheet, by),
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


def balance(report: Report[Any], kind: str, sheet: Sheet | None, currency: Currency) -> list[control.Compared]:
    """The ready rows beside the control sheet; empty for kinds that have none. Without a sheet all of it differs."""
    totals = KINDS[kind].totals
    if totals is None:
        return []
    said = control.read_sheet(sheet.content, sheet.filename, currency) if sheet else {}
    return control.compared(said, totals(report.values))


def balance_of(row: OpeningFile, report: Report[Any], currency: Currency) -> list[control.Compared]:
    """The same of a file that was checked earlier."""
    sheet = row.control_file
    sent = None if sheet is None else Sheet(files.read(sheet), sheet.filename)
    return balance(report, row.kind, sent, currency)


def _stored(sheet: Sheet, by: Actor) -> files.StoredFile:
    return files.store(sheet.content, filename=sheet.filename, media_type="text/csv", organisation_id=None, by=by)


def keep(number: str, *, currency: Currency, by: Actor, at: dt.datetime, reason: str = "") -> OpeningFile:
    """Bring the good rows in; judged once more, because the world may have changed since the check.

    `reason`: why a file goes in that does not balance to its control sheet; without one it does not.
    """
    row = _locked(number)
    target = OPENING.after(row.state, "keep")
    report = report_of(row, currency)
    row.rows_ready, row.rows_wrong = len(report.ready), len(report.wrong)
    differences = control.differing(balance_of(row, report, currency))
    if differences and not reason.strip():
        raise InputErrors.at("reason", _l("It does not balance: mend it, or say why it goes in all the same."))
    row.difference_reason = reason.strip() if differences else ""
    row.state, row.kept_by, row.kept_at = target, by.person, at
    db.session.flush()
    after = {"kind": row.kind, "sha256": row.sha256, "rows": row.rows_ready, "source": row.source, "on": row.taken_on}
    if row.control_file is not None:
        after["control_sha256"] = row.control_file.sha256
    if differences:
        after["differences"] = {f"{each.group} {each.measure}": each.difference for each in differences}
    audit.record(STREAM, Act.OPENING_KEPT, row.number, by=by, reason=row.difference_reason, after=after)
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
