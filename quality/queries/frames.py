"""A statement as a polars frame: columns in chunks straight from the driver, never an object per row."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import Boolean, Date, Float, Integer

from core.db import connection
from core.instant import Instant

CHUNK = 10_000
DAY_TIME = pl.Datetime("us", "UTC")


def frame(query: Any) -> pl.DataFrame:
    """Columns named and typed as those of `query`; the rows in no order unless it has one."""
    kinds = {column.key: _kind(column.type) for column in query.selected_columns}
    line = connection()
    answer = line.execute(query)
    is_text = line.dialect.name == "sqlite"
    parts = []
    while rows := answer.cursor.fetchmany(CHUNK):
        columns = zip(*rows, strict=True)
        parts.append(
            pl.DataFrame([_column(*pair, values, is_text) for pair, values in zip(kinds.items(), columns, strict=True)])
        )
    answer.close()
    return pl.concat(parts) if parts else pl.DataFrame(schema=kinds)


def _column(name: str, kind: Any, values: tuple[Any, ...], is_text: bool) -> pl.Series:
    """SQLite keeps days and instants as text and flags as numbers."""
    if not is_text or kind not in (pl.Date, DAY_TIME, pl.Boolean):
        return pl.Series(name, values, dtype=kind)
    if kind == pl.Boolean:
        return pl.Series(name, values, dtype=pl.Int8).cast(pl.Boolean)
    text = pl.Series(name, values, dtype=pl.String)
    if kind == pl.Date:
        return text.str.to_date("%Y-%m-%d")
    return text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us").dt.replace_time_zone("UTC")


def _kind(column: Any) -> Any:
    kinds = ((Boolean, pl.Boolean), (Integer, pl.Int64), (Float, pl.Float64), (Date, pl.Date), (Instant, DAY_TIME))
    return next((found for kind, found in kinds if isinstance(column, kind)), pl.String)
