"""Writing what closing found: only what differs from what is stored."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import delete, update

from care import queries
from care.checks import Facts, Found
from care.models import RecordFinding
from core.db import bulk_insert, db

COLUMNS = ("check", "organisation_id", "on", "record_kind", "record_id", "site_id", "member_id", "worker", "other")
STORED = ("check_name", "organisation_id", "found_on", *COLUMNS[3:])


def store_facts(
    model: type[Any], rows: Iterable[Any], facts: Mapping[int, Facts], mine: Collection[int] | None
) -> set[tuple[str, int, int]]:
    """Update the records whose facts differ. Of other organisations only a new doubt is certain: their other records
    were not read."""
    changes: list[dict[str, Any]] = []
    touched: set[tuple[str, int, int]] = set()
    for row in rows:
        fact = facts[row.id]
        values = {**fact.more, "doubt": fact.doubt, "doubt_other": fact.doubt_other}
        if hasattr(row, "uncounted"):
            values["uncounted"] = fact.uncounted
        if mine is not None and row.organisation_id not in mine:
            values = _new_doubt(row, values)
        if any(_differs(name, getattr(row, name), value) for name, value in values.items()):
            changes.append({"id": row.id} | values)
            touched.add((model.__tablename__, row.id, row.member_id))
    for names in {tuple(change) for change in changes}:
        db.session.execute(update(model), [change for change in changes if tuple(change) == names])
    return touched


def _differs(name: str, stored: Any, value: Any) -> bool:
    """Which of several overlapping visits is named does not matter, whether one is does."""
    return (stored is None) != (value is None) if name == "overlaps_visit_id" else bool(stored != value)


def _new_doubt(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    if values["doubt"] and not row.doubt:
        return {name: value for name, value in values.items() if name.startswith("doubt")}
    overlap = values.get("overlaps_visit_id")
    return {"overlaps_visit_id": overlap} if overlap and not row.overlaps_visit_id else {}


def store_findings(
    found: Iterable[Found],
    first: dt.date,
    last: dt.date,
    months: Collection[dt.date],
    mine: Collection[int] | None,
) -> None:
    """The findings of these days as a set: what is gone goes, what is new comes. Sums of a month need all of it."""
    wanted = {_key(one, COLUMNS): one for one in found if mine is None or one.organisation_id in mine}
    wanted = {key: one for key, one in wanted.items() if _belongs(one.record_kind, one.on, first, last, months)}
    gone = []
    for row in queries.closing.findings(first, last, mine):
        if not _belongs(row.record_kind, row.found_on, first, last, months):
            continue
        if wanted.pop(_key(row, STORED), None) is None:
            gone.append(row.id)
    if gone:
        db.session.execute(delete(RecordFinding).where(RecordFinding.id.in_(gone)))
    fresh = [dict(zip(STORED, key[:-1], strict=True)) | {"figures": dict(one.figures)} for key, one in wanted.items()]
    bulk_insert(RecordFinding.__table__, fresh)


def _belongs(kind: str, on: dt.date, first: dt.date, last: dt.date, months: Collection[dt.date]) -> bool:
    return on in months if kind == "site_month" else first <= on <= last


def _key(one: Any, names: Iterable[str]) -> tuple[Any, ...]:
    return (*(getattr(one, name) for name in names), json.dumps(dict(one.figures), sort_keys=True))
