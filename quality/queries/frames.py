"""A statement as a polars frame: the database writes each column as one JSON array, never a Python object per value."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import Boolean, ColumnElement, Date, Float, Integer, String, cast, func, select

from core.db import connection
from core.instant import Instant

DAY_TIME = pl.Datetime("us", "UTC")


def frame(query: Any) -> pl.DataFrame:
    """Columns named and typed as those of `query`; the rows in no order unless it has one."""
    line = connection()
    columns = query.subquery().columns
    is_sqlite = line.dialect.name == "sqlite"
    texts = line.execute(select(*(_as_json(column, is_sqlite) for column in columns))).one()
    return pl.DataFrame([_series(*pair) for pair in zip(columns, texts, strict=True)])


def _as_json(column: ColumnElement[Any], is_sqlite: bool) -> ColumnElement[str]:
    """All values in one array; PostgreSQL has none where there is no row."""
    value = _value(column, is_sqlite)
    return func.json_group_array(value) if is_sqlite else cast(func.json_agg(value), String)


def _value(column: ColumnElement[Any], is_sqlite: bool) -> ColumnElement[Any]:
    """Instants, flags and fractions alike on both; what JSON has of a fraction on SQLite is less than it stored."""
    if isinstance(column.type, Boolean):
        return cast(column, Integer)
    if isinstance(column.type, Instant) and not is_sqlite:
        return cast(func.timezone("UTC", column), String)
    if isinstance(column.type, Float):
        return func.nullif(func.quote(column), "NULL") if is_sqlite else cast(column, String)
    return column


def _series(column: ColumnElement[Any], text: str | None) -> pl.Series:
    kind = _kind(column.type)
    written = pl.Int64 if kind in (pl.Int64, pl.Boolean) else pl.String
    values: pl.Series = pl.Series([text or "[]"]).str.json_decode(pl.List(written))[0].alias(column.key)
    if kind == pl.Date:
        return values.str.to_date("%Y-%m-%d")
    if kind == DAY_TIME:
        return values.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us").dt.replace_time_zone("UTC")
    return values.cast(kind)


def _kind(column: Any) -> Any:
    kinds = ((Boolean, pl.Boolean), (Integer, pl.Int64), (Float, pl.Float64), (Date, pl.Date), (Instant, DAY_TIME))
    return next((found for kind, found in kinds if isinstance(column, kind)), pl.String)
