"""A frame holds what the database holds, value by value."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from sqlalchemy import BigInteger, Boolean, Date, Float, Integer, String, literal, select, union_all

from core.instant import Instant
from quality.queries.frames import DAY_TIME, frame

KINDS = {
    "number": BigInteger(), "place": Integer(), "name": String(), "share": Float(53), "is_absent": Boolean(),
    "day": Date(), "due_at": Instant(),
}  # fmt: skip
SCHEMA = {
    "number": pl.Int64, "place": pl.Int64, "name": pl.String, "share": pl.Float64, "is_absent": pl.Boolean,
    "day": pl.Date, "due_at": DAY_TIME,
}  # fmt: skip
MIDNIGHT = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
ROWS = [
    (2**53 + 1, 1, "Touiza", 0.1 + 0.2, True, dt.date(2026, 7, 1), MIDNIGHT),
    (-(2**63), 2, 'a, "b"\\\n\t[null] \x01', 1 / 3, False, dt.date(1899, 12, 31), MIDNIGHT.replace(microsecond=7)),
    (0, 3, "", -2.5e-300, False, dt.date(9999, 12, 31), MIDNIGHT.replace(year=1950, second=59, microsecond=999999)),
    (None, 4, None, None, None, None, None),
    (2**63 - 1, 5, "تويزة 🧺", 0.0, True, dt.date(2024, 2, 29), MIDNIGHT),
    (7, 6, "null", 1e22, None, None, None),
]


def rows_as_query():
    cells = ([literal(value, KINDS[key]).label(key) for key, value in zip(KINDS, row, strict=True)] for row in ROWS)
    return union_all(*(select(*row) for row in cells))


def test_every_value_arrives_as_it_stands(app):
    found = frame(rows_as_query())
    assert found.schema == SCHEMA
    assert sorted(found.rows(), key=lambda row: row[1]) == ROWS


@pytest.mark.parametrize("is_reversed", [False, True])
def test_rows_come_in_the_order_of_the_query(app, is_reversed):
    rows = rows_as_query().subquery()
    order = rows.c.place.desc() if is_reversed else rows.c.place
    assert frame(select(rows).order_by(order)).rows() == (ROWS[::-1] if is_reversed else ROWS)


def test_no_row_is_an_empty_frame_with_its_columns(app):
    rows = rows_as_query().subquery()
    found = frame(select(rows).where(rows.c.place < 0))
    assert found.schema == SCHEMA
    assert found.is_empty()
