"""Records as they stood at an instant: what was written from then on is left out, what was changed or removed since is
read as it was. Where nothing was, which is the common case, one small question is all it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import Date, and_, or_
from sqlalchemy.types import TypeEngine

from care.models import (
    Attendance,
    CareGrant,
    CareRequest,
    ForceMajeure,
    Placement,
    RosterShift,
    Stay,
    Visit,
    VisitCancellation,
)
from care.queries.former import former
from core.among import among
from core.db import db
from core.instant import Instant
from core.restricted import restricted_services
from quality.queries.frames import frame
from quality.queries.scanned import scanned

KNOWN_AT: dict[type[Any], Any] = {
    Attendance: Attendance.recorded_at,
    Visit: Visit.recorded_at,
    Stay: Stay.recorded_at,
    VisitCancellation: VisitCancellation.recorded_at,
    CareRequest: CareRequest.recorded_at,
    Placement: Placement.created_at,
    CareGrant: CareGrant.decided_at,
    RosterShift: RosterShift.recorded_at,
    ForceMajeure: ForceMajeure.recorded_at,
}
"""Model → since when its row says what it says, or is there at all; null: before that was kept."""
KEY, KNOWN = "record_id", "record_known_at"


class Belonging(NamedTuple):
    """Which rows are asked for: of those written now, and of those that stood, which `columns` tell."""

    now: Any
    then: pl.Expr
    columns: tuple[Any, ...] = ()


def on_days(column: Any, first: dt.date, last: dt.date) -> Belonging:
    return Belonging(scanned(column).between(first, last), pl.col(column.key).is_between(first, last), (column,))


def touching(begins: Any, ends: Any, first: dt.date, last: dt.date) -> Belonging:
    """Spells that share a day with these; one without an end goes on."""
    now = and_(begins <= last, or_(ends.is_(None), ends >= first))
    return Belonging(now, (pl.col(begins.key) <= last) & (pl.col(ends.key) >= first).fill_null(value=True))


def stood(query: Any, model: type[Any], belonging: Belonging, at: dt.datetime) -> pl.DataFrame:
    """What `query` would have given at `at`. Its columns of `model` keep their names; those of other tables never
    change, and a model whose rows are removed is asked for alone."""
    known = KNOWN_AT[model]
    now = query.where(belonging.now, or_(known.is_(None), known < at))
    changed = former(model, at)
    if not changed:
        return frame(now)
    rest = frame(now.where(~among(model.id, changed)))
    more = [column for column in belonging.columns if column.key not in rest.columns]
    then = _as_they_were(query.add_columns(model.id.label(KEY), known.label(KNOWN), *more), model, changed)
    was_known = pl.col(KNOWN).is_null() | (pl.col(KNOWN) < at)
    return pl.concat([rest, then.filter(belonging.then & was_known).select(rest.columns)])


def not_restricted() -> pl.Expr:
    """Rows whose service is none that nobody outside may infer, by what is restricted today."""
    return ~pl.col("service").is_in(list(db.session.execute(restricted_services()).scalars()))


def _as_they_were(query: Any, model: type[Any], changed: Mapping[int, Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of `changed` with their former values in place of today’s, and those that are gone."""
    kinds = {column.key: column.type for column in query.subquery().columns}
    names = {name: name for name in kinds} | {KEY: "id", KNOWN: KNOWN_AT[model].key}
    before = {
        key: {name: _value(kinds[name], values[kept]) for name, kept in names.items() if kept in values}
        for key, values in changed.items()
    }
    today = frame(query.where(among(model.id, changed)))
    rows = [row | before[row[KEY]] for row in today.iter_rows(named=True)]
    gone = before.keys() - set(today[KEY])
    return pl.DataFrame([*rows, *(before[key] for key in sorted(gone))], schema=today.schema)


def _value(kind: TypeEngine[Any], kept: Any) -> Any:
    """A day or an instant from the text that JSON has of it."""
    if isinstance(kind, Instant) and kept:
        return dt.datetime.fromisoformat(kept)
    return dt.date.fromisoformat(kept) if isinstance(kind, Date) and kept else kept
