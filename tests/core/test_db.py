"""Rows in sets, ids before rows, read-only reading, one transaction per act: the same on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.among import among
from core.db import BigId, Instant, Json, allocate_ids, bulk_insert, database_clock, database_now, db, reading
from core.db import unit_of_work as transaction
from core.errors import DomainError
from core.organisations import Organisation

AT = dt.datetime(2026, 11, 14, 9, 0, 0, 123456, tzinfo=dt.UTC)
EVERYTHING = sa.Table(
    "everything",
    sa.MetaData(),
    sa.Column("id", BigId, primary_key=True),
    sa.Column("text", sa.Text),
    sa.Column("json", Json),
    sa.Column("on", sa.Date),
    sa.Column("at", Instant),
    sa.Column("is_true", sa.Boolean),
    sa.Column("bytes", sa.LargeBinary),
    sa.Column("score", sa.Numeric(9, 4)),
    sa.Column("amount", sa.BigInteger),
)
AWKWARD: list[dict[str, Any]] = [
    {
        "id": 1,
        "text": "tab\t, line\nbreak, back\\slash, \\N, \\., quote ' \" and تويزة",
        "json": {"a": [1, None, True, "\\N \" ' \n \t تويزة"], "b": {}},
        "on": dt.date(2026, 2, 28),
        "at": AT.astimezone(dt.timezone(dt.timedelta(hours=1))),
        "is_true": True,
        "bytes": bytes(range(256)),
        "score": Decimal("12345.6789"),
        "amount": -(2**62),
    },
    {
        "id": 2,
        "text": "",
        "json": [],
        "on": dt.date(1, 1, 1),
        "at": dt.datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC),
        "is_true": False,
        "bytes": b"",
        "score": Decimal("0.0000"),
        "amount": 0,
    },
    dict.fromkeys(EVERYTHING.columns.keys()) | {"id": 3},
]


@pytest.fixture
def everything(app: Flask) -> Iterator[sa.Table]:
    EVERYTHING.create(db.engine)
    yield EVERYTHING
    db.session.rollback()
    EVERYTHING.drop(db.engine)


def _stored(table: sa.Table) -> list[dict[str, Any]]:
    return [dict(row) for row in db.session.execute(sa.select(table).order_by(table.c.id)).mappings()]


def test_rows_of_every_type_come_back_as_they_went_in(everything: sa.Table) -> None:
    with transaction():
        bulk_insert(everything, AWKWARD)
    assert _stored(everything) == AWKWARD


def test_a_set_and_single_rows_are_stored_alike(everything: sa.Table) -> None:
    """What COPY wrote is what INSERT writes, as the database sees it: also a missing JSON value."""
    with transaction():
        bulk_insert(everything, AWKWARD)
        for row in AWKWARD:
            db.session.execute(sa.insert(everything).values(row | {"id": row["id"] + 10}))
    kinds = sa.text('SELECT id, json IS NULL, CAST(json AS TEXT), CAST("at" AS TEXT) FROM everything ORDER BY id')
    rows = [tuple(row) for row in db.session.execute(kinds)]
    assert [row[1:] for row in rows[:3]] == [row[1:] for row in rows[3:]]


def _insert_and_fail(table: sa.Table, error: Exception) -> None:
    with transaction():
        bulk_insert(table, AWKWARD)
        raise error


def test_a_set_is_part_of_the_transaction(everything: sa.Table) -> None:
    with pytest.raises(RuntimeError):
        _insert_and_fail(everything, RuntimeError("after the rows"))
    assert _stored(everything) == []


def test_a_set_with_one_impossible_row_leaves_nothing(everything: sa.Table) -> None:
    with pytest.raises(IntegrityError), transaction():
        bulk_insert(everything, [AWKWARD[0], AWKWARD[1], AWKWARD[0]])
    assert _stored(everything) == []


def test_ids_are_taken_once_and_ascend(app: Flask) -> None:
    with transaction():
        first, second = list(allocate_ids("claim", 3)), list(allocate_ids("claim", 2))
    assert [*first, *second] == sorted({*first, *second})


def test_reading_cannot_write_whatever_the_code_does(app: Flask) -> None:
    db.session.rollback()
    with reading():
        db.session.add(Organisation(number="O-1", name="Blue Door", legal_form="cooperative", created_at=AT))
        with pytest.raises(DBAPIError):
            db.session.flush()
        db.session.rollback()
    with transaction():
        assert db.session.execute(sa.select(sa.func.count(Organisation.id))).scalar_one() == 0


class _Recorded(DomainError):
    is_recorded = True


@pytest.mark.parametrize(("refusal", "kept"), [(DomainError("no"), 0), (_Recorded("no, and kept"), 3)])
def test_a_refusal_undoes_everything_unless_it_is_to_be_recorded(
    everything: sa.Table, refusal: DomainError, kept: int
) -> None:
    with pytest.raises(DomainError):
        _insert_and_fail(everything, refusal)
    assert len(_stored(everything)) == kept


def test_the_clock_of_the_database_is_aware_and_can_be_set(app: Flask) -> None:
    assert database_now().tzinfo is not None
    with database_clock(lambda: AT):
        assert database_now() == AT


def test_an_instant_without_its_zone_is_refused(everything: sa.Table) -> None:
    with pytest.raises(Exception, match="needs its time zone"), transaction():
        bulk_insert(everything, [AWKWARD[0] | {"at": dt.datetime(2026, 1, 1)}])


def test_many_values_in_one_parameter_are_found_by_the_index(everything: sa.Table) -> None:
    """Also beyond what a database takes as single parameters; and SQLite is not asked whether the condition `= 1`."""
    with transaction():
        bulk_insert(everything, AWKWARD)
    query = sa.select(everything.c.id).where(among(everything.c.id, range(2, 100_000)))
    assert db.session.execute(query.order_by(everything.c.id)).scalars().all() == [2, 3]
    named = sa.select(everything.c.id).where(among(everything.c.text, "texts"), ~among(everything.c.id, "others"))
    assert db.session.execute(named, {"texts": ["", "no"], "others": [3]}).scalars().all() == [2]
    assert "= 1" not in str(query.compile(db.engine))
