"""Code systems from files: judged row by row against what is kept, then taken in as a whole or not at all.

All or nothing, unlike claims: half a code table would refuse claims for codes that stand in the other half. A code
that changes is a new dated row and the row before it ends the day before; a row that was in force is never edited.
A code that a file does not name stays as it is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate, validates_schema
from sqlalchemy import func, select, update

from core import audit
from core.actors import Actor
from core.acts import Act
from core.codes import CodeValue
from core.db import bulk_insert, db
from core.errors import InputErrors, Problem
from core.tables import CellProblem, Mapping, Report, WrongRow, load_mapping, read
from core.tables.values import BadValue, parse_date
from core.words import _l

MAPPING = Path(__file__).resolve().parent / "mappings" / "touiza-codes.toml"
SYSTEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CodeRow:
    code: str
    display: str
    valid_from: dt.date
    valid_until: dt.date | None = None
    parent: str = ""


@dataclass(frozen=True, slots=True)
class CodeChange:
    """`kind`: new, changed (a dated row more), ended, known. `before`: what the running row says."""

    kind: str
    row: CodeRow
    before: str = ""


@dataclass(frozen=True, slots=True)
class CodeFile:
    """What a file would do. With a wrong row it does nothing."""

    system: str
    sha256: str
    report: Report[CodeRow]
    changes: list[CodeChange]

    @property
    def counts(self) -> Counter[str]:
        return Counter(change.kind for change in self.changes)

    @property
    def is_sound(self) -> bool:
        return not self.report.wrong and bool(self.report.ready)


class _Day(fields.Field[dt.date]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.date:
        try:
            return parse_date(value)
        except BadValue as error:
            raise ValidationError(f"{error.reason} {error.fix}") from error


class CodeFileRow(Schema):
    """One row of the file alone."""

    class Meta:
        unknown = EXCLUDE

    code = fields.String(required=True, validate=validate.Length(1, 40))
    display = fields.String(required=True, validate=validate.Length(1, 200))
    valid_from = _Day(required=True)
    valid_until = _Day(load_default=None, allow_none=True)
    parent = fields.String(load_default="", validate=validate.Length(0, 40))

    @validates_schema(skip_on_field_errors=True)
    def check_days(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data["valid_until"] and data["valid_until"] < data["valid_from"]:
            raise ValidationError(str(_l("The row ends before it begins.")), "valid_until")

    @post_load
    def made(self, data: dict[str, Any], **_kwargs: Any) -> CodeRow:
        return CodeRow(**data)


@lru_cache(maxsize=1)
def mapping() -> Mapping:
    return load_mapping(MAPPING)


def check(system: str, content: bytes, filename: str) -> CodeFile:
    """Judge a file and write nothing. Raises FileRefused when it is no table, InputErrors for the system's name."""
    if not SYSTEM.fullmatch(system):
        raise InputErrors.at("system", _l("Name the code system with letters, digits, dots and hyphens."), system)
    report: Report[CodeRow] = read(content, filename=filename, mapping=mapping(), schema=CodeFileRow())
    ready = {row.number: row.value for row in report.ready}
    judged = _judged(system, ready)
    wrong = {number: found for number, found in judged.items() if isinstance(found, CellProblem)}
    report.wrong.extend(WrongRow(number, _cells(ready[number]), (found,)) for number, found in wrong.items())
    report.wrong.sort(key=lambda row: row.number)
    report.ready = [row for row in report.ready if row.number not in wrong]
    changes = _in_order(judged.values())
    return CodeFile(system, hashlib.sha256(content).hexdigest(), report, changes)


def take(file: CodeFile, *, by: Actor) -> Counter[str]:
    """Write all of a sound file; a file with a wrong row is refused whole."""
    if not file.is_sound:
        raise InputErrors(_problems(file))
    keep(file.system, file.changes)
    after = {"sha256": file.sha256, **dict(sorted(file.counts.items()))}
    audit.record("plan", Act.CODES_IMPORTED, file.system, by=by, after=after)
    return file.counts


def _problems(file: CodeFile) -> Iterator[Problem]:
    if not file.report.ready and not file.report.wrong:
        yield Problem("file", _l("The file has no rows."))
    for row in file.report.wrong:
        for problem in row.problems:
            yield Problem(f"row {row.number}, {problem.column}", problem.reason, problem.value)


def judge(system: str, rows: Iterable[CodeRow]) -> list[CodeChange]:
    """The same for rows that come from elsewhere, like a package; refuses what contradicts."""
    judged = _judged(system, dict(enumerate(rows, 1)))
    wrong = [found for found in judged.values() if isinstance(found, CellProblem)]
    if wrong:
        raise InputErrors(Problem(each.column, each.reason, each.value) for each in wrong)
    return _in_order(judged.values())


def _in_order(judged: Iterable[CodeChange | CellProblem]) -> list[CodeChange]:
    """By day, as they are written."""
    found = [each for each in judged if isinstance(each, CodeChange)]
    return sorted(found, key=lambda change: (change.row.valid_from, change.kind != "new"))


def _judged(system: str, rows: dict[int, CodeRow]) -> dict[int, CodeChange | CellProblem]:
    """Row by row in the order of days, each against what is kept and what stands before it in the file."""
    kept = _kept(system)
    found: dict[int, CodeChange | CellProblem] = {}
    for number, row in sorted(rows.items(), key=lambda pair: (pair[1].valid_from, pair[0])):
        found[number] = _verdict(row, kept[row.code])
        if isinstance(found[number], CodeChange):
            _follow(kept[row.code], found[number])
    return dict(sorted(found.items()))


def _kept(system: str) -> dict[str, list[CodeRow]]:
    query = select(CodeValue).where(CodeValue.system == system).order_by(CodeValue.valid_from)
    kept: dict[str, list[CodeRow]] = defaultdict(list)
    for row in db.session.execute(query).scalars():
        kept[row.code].append(CodeRow(row.code, row.display, row.valid_from, row.valid_until, row.parent))
    return kept


def _verdict(row: CodeRow, kept: Sequence[CodeRow]) -> CodeChange | CellProblem:
    if not kept:
        return CodeChange("new", row)
    if row in kept:
        return CodeChange("known", row)
    last = kept[-1]
    says_the_same = (row.display, row.parent) == (last.display, last.parent)
    if says_the_same and last.valid_until is None and row.valid_from >= last.valid_from:
        if row.valid_until is None:
            return CodeChange("known", row)
        ended = CodeRow(row.code, row.display, last.valid_from, row.valid_until, row.parent)
        return CodeChange("ended", ended, last.display)
    if row.valid_from > (last.valid_until or last.valid_from):
        return CodeChange("changed", row, last.display)
    reason = _l("The code has a row on that day already, since %(day)s.", day=last.valid_from.isoformat())
    return CellProblem("valid_from", row.valid_from.isoformat(), reason, _l("Let the change begin on a later day."))


def _follow(kept: list[CodeRow], change: CodeChange | CellProblem) -> None:
    """The rows as they will be, for the next row of the same code."""
    if not isinstance(change, CodeChange) or change.kind == "known":
        return
    if change.kind == "ended":
        kept[-1] = change.row
        return
    if kept and kept[-1].valid_until is None:
        last = kept[-1]
        kept[-1] = CodeRow(last.code, last.display, last.valid_from, change.row.valid_from - DAY, last.parent)
    kept.append(change.row)


def keep(system: str, changes: Iterable[CodeChange]) -> None:
    """Write judged changes: ends first, then the rows that are new."""
    fresh: list[CodeRow] = []
    for change in changes:
        if change.kind == "changed":
            _write(system, fresh)  # the row that ends may be one of this file
            fresh = []
            _end(system, change.row.code, change.row.valid_from - DAY)
        if change.kind == "ended":
            _write(system, fresh)
            fresh = []
            _end(system, change.row.code, change.row.valid_until)
        elif change.kind != "known":
            fresh.append(change.row)
    _write(system, fresh)


def _end(system: str, code: str, on: dt.date | None) -> None:
    """End the running row of a code, if it still runs."""
    where = (CodeValue.system == system, CodeValue.code == code, CodeValue.valid_until.is_(None))
    db.session.execute(update(CodeValue).where(*where).values(valid_until=on))


def _write(system: str, rows: Sequence[CodeRow]) -> None:
    columns = ("code", "display", "valid_from", "valid_until", "parent")
    bulk_insert(
        CodeValue.__table__, [{"system": system} | {name: getattr(row, name) for name in columns} for row in rows]
    )


def _cells(row: CodeRow) -> list[Any]:
    return [row.code, row.display, row.valid_from, row.valid_until, row.parent]


def systems() -> Sequence[Any]:
    """Every kept system: name, codes, first day."""
    codes = func.count(CodeValue.code.distinct())
    query = select(CodeValue.system, codes.label("codes"), func.min(CodeValue.valid_from).label("since"))
    return db.session.execute(query.group_by(CodeValue.system).order_by(CodeValue.system)).all()


def codes_of(system: str, beginning: str, limit: int = 100) -> Sequence[CodeValue]:
    """The rows of a system whose code begins like this, by code and day."""
    query = select(CodeValue).where(CodeValue.system == system, CodeValue.code.startswith(beginning, autoescape=True))
    return db.session.execute(query.order_by(CodeValue.code, CodeValue.valid_from).limit(limit)).scalars().all()
