"""Records of care from a file: judged row by row, kept until the good rows go in; the same bytes change nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from care import queries
from care.models import CareImport
from care.records import Outcome
from care.services.closing import close_records
from care.services.judging import JUDGES, PLAIN
from care.services.writing import import_attendance, import_stays, import_visits
from core import clock, files
from core.actors import Actor
from core.config import fund
from core.db import db
from core.errors import InputErrors
from core.numbers import next_number
from core.tables import Mapping, Report, load_mapping, read
from core.words import _l

__all__ = [
    "check_file",
    "import_attendance",
    "import_stays",
    "import_visits",
    "keep_good_rows",
    "mappings",
    "read_file",
]
FOLDER = Path(__file__).resolve().parent.parent / "mappings"
IMPORTS: dict[str, Callable[..., Outcome]] = {
    "attendance": import_attendance,
    "visits": import_visits,
    "stays": import_stays,
}


@lru_cache(maxsize=1)
def mappings() -> dict[str, Mapping]:
    """The mappings shipped for records of care, by name."""
    return {path.stem: load_mapping(path) for path in sorted(FOLDER.glob("*.toml"))}


def kind_of(mapping_name: str) -> str:
    """What a mapping's rows are: attendance, visits or stays, by the fields it fills."""
    names = {field.name for field in mappings()[mapping_name].fields}
    if "attended_on" in names:
        return "attendance"
    return "visits" if "visit_id" in names else "stays"


def read_file(content: bytes, filename: str, mapping_name: str, organisation_id: int | None) -> Report[Any]:
    """Every row judged alone and beside what is stored; `organisation_id` None: the fund itself imports."""
    mapping = mappings().get(mapping_name)
    if mapping is None:
        raise InputErrors.at("mapping", _l("Choose the layout of the file."), mapping_name)
    kind = kind_of(mapping_name)
    if organisation_id is not None and kind == "stays":
        raise InputErrors.at("mapping", _l("Stays are imported by the fund."), mapping_name)
    first = read(content, filename=filename, mapping=mapping, schema=PLAIN[kind])
    return read(content, filename=filename, mapping=mapping, schema=JUDGES[kind](first.values, organisation_id))


def check_file(
    content: bytes,
    filename: str,
    mapping_name: str,
    *,
    by: Actor,
    organisation_id: int | None = None,
    at: dt.datetime | None = None,
) -> CareImport:
    """Keep the file and say how many of its rows are ready; nothing of it counts before `keep_good_rows`."""
    if not content:
        raise InputErrors.at("file", _l("Choose a file with content."), filename)
    report = read_file(content, filename, mapping_name, organisation_id)
    digest = hashlib.sha256(content).hexdigest()
    if same := queries.same_import(digest, mapping_name, organisation_id):
        return same
    at = at or clock.now()
    stored = files.store(content, filename=filename, media_type="text/csv", organisation_id=organisation_id, by=by)
    row = CareImport(
        number=next_number("CI", clock.local_day(at, fund().zone).year),
        sha256=digest,
        kind=kind_of(mapping_name),
        filename=stored.filename,
        mapping=mapping_name,
        file=stored,
        organisation_id=organisation_id,
        rows_ready=len(report.ready),
        rows_wrong=len(report.wrong),
        created_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def keep_good_rows(row: CareImport, *, by: Actor, at: dt.datetime | None = None) -> Outcome:
    """Write the good rows of a checked file; a second time adds nothing."""
    if row.kept_at:
        return Outcome(rows=row.rows_ready)
    report = read_file(files.read(row.file), row.filename, row.mapping, row.organisation_id)
    outcome = IMPORTS[row.kind](report.values, source=row.number, by=by, organisation_id=row.organisation_id)
    row.rows_ready, row.rows_wrong, row.kept_at = len(report.ready), len(report.wrong), at or clock.now()
    db.session.flush()
    if row.kind != "stays" and report.values:
        days = [value.day for value in report.values]
        scope = None if row.organisation_id is None else [row.organisation_id]
        close_records(min(days), max(days), by=by, organisation_ids=scope)
    return outcome
