"""Rows as the driver gives them say the same as rows by way of SQLAlchemy, on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from core import rows
from core.among import among
from core.db import BigId, Instant, db
from core.db import unit_of_work as transaction
from core.organisations import Organisation

AT = dt.datetime(2026, 11, 14, 9, 0, 0, 123456, tzinfo=dt.UTC)
THINGS = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", BigId, primary_key=True),
    sa.Column("text", sa.Text),
    sa.Column("on", sa.Date),
    sa.Column("at", Instant),
    sa.Column("is_true", sa.Boolean),
    sa.Column("rate", sa.Numeric(9, 4)),
)
SOME = sa.select(THINGS).where(among(THINGS.c.id, "ids"), THINGS.c.on <= sa.bindparam("last"))
PREPARED = rows.Prepared(SOME.order_by(THINGS.c.id))
LAST = dt.date(2026, 12, 31)


def thing(number: int) -> dict[str, Any]:
    day = dt.date(2026, 1, 1) + dt.timedelta(days=number % 400)
    empty = number % 7 == 0
    return {
        "id": number,
        "text": f"تويزة {number} %",
        "on": day,
        "at": None if empty else AT + dt.timedelta(hours=number),
        "is_true": None if empty else number % 2 == 0,
        "rate": None if empty else Decimal(number) / 8,
    }


@pytest.fixture
def things(app: Flask) -> Iterator[None]:
    with transaction():
        THINGS.create(db.session.connection())
        db.session.execute(THINGS.insert(), [thing(number) for number in range(1, 3 * rows.TOGETHER)])
    yield
    with transaction():
        THINGS.drop(db.session.connection())


def test_plain_rows_hold_the_values_that_sqlalchemy_gives(things: None) -> None:
    ids = range(0, 3 * rows.TOGETHER, 2)
    with transaction():
        plain = PREPARED.rows(ids=ids, last=LAST)
        expected = [tuple(row) for row in db.session.execute(SOME.order_by(THINGS.c.id), {"ids": ids, "last": LAST})]
    assert len(plain) > rows.TOGETHER
    assert plain == expected
    kinds = {tuple(map(type, row)) for row in plain}
    assert (int, str, dt.date, dt.datetime, bool, Decimal) in kinds
    assert {row[3].utcoffset() for row in plain if row[3] is not None} == {dt.timedelta()}


def test_an_empty_list_finds_nothing(things: None) -> None:
    with transaction():
        assert PREPARED.rows(ids=(), last=LAST) == []


def test_what_waits_in_the_session_is_written_before_it_is_asked_for(app: Flask) -> None:
    by_name = rows.Prepared(sa.select(Organisation.name).where(among(Organisation.name, "names")))
    with transaction():
        names = dict.fromkeys(("number", "register_scheme", "register_number"), "O-1")
        db.session.add(Organisation(name="Nettle", legal_form="cooperative", district="North", created_at=AT, **names))
        assert by_name.rows(names=["Nettle", "Thistle"]) == [("Nettle",)]


def test_a_statement_without_its_values_is_refused(things: None) -> None:
    with transaction(), pytest.raises(TypeError, match="Not said: ids"):
        PREPARED.rows(last=LAST)
