"""A row of the great tables whose parent is missing is refused at every door, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from core import references
from core.db import Model, bulk_insert, db
from core.db import unit_of_work as transaction
from core.references import SetReference

METADATA = sa.MetaData(naming_convention=Model.metadata.naming_convention)
PARENT = sa.Table(
    "parent",
    METADATA,
    sa.Column("part", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(10)),
)
CHILD = sa.Table(
    "child",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("part", sa.Integer),
    sa.Column("number", sa.Integer),
    SetReference(["part", "number"], ["parent.part", "parent.number"]),
)
HOME = {"id": 1, "part": 1, "number": 1}
STRAY = {"id": 2, "part": 1, "number": 9}


@pytest.fixture
def family(app: Flask) -> Iterator[None]:
    METADATA.create_all(db.engine)
    with transaction():
        bulk_insert(PARENT, [{"part": 1, "number": number, "name": "a"} for number in (1, 2, 3)])
        bulk_insert(CHILD, [HOME])
    yield
    db.session.rollback()
    METADATA.drop_all(db.engine)


def _children() -> list[Any]:
    return [tuple(row) for row in db.session.execute(sa.select(CHILD).order_by(CHILD.c.id))]


def test_a_set_with_one_stray_is_refused_whole(family: None) -> None:
    with pytest.raises(IntegrityError), transaction():
        bulk_insert(CHILD, [{"id": 3, "part": 1, "number": 2}, STRAY])
    assert _children() == [(1, 1, 1)]


def test_a_single_stray_is_refused(family: None) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.insert(CHILD).values(STRAY))


def test_a_row_is_not_led_astray_later(family: None) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.update(CHILD).values(number=9))
    with transaction():
        db.session.execute(sa.update(CHILD).values(number=2))
    assert _children() == [(1, 1, 2)]


def test_a_parent_stays_as_long_as_it_is_referred_to(family: None) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.delete(PARENT))
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(sa.update(PARENT).where(PARENT.c.number == 1).values(number=9))
    with transaction():
        db.session.execute(sa.update(PARENT).values(name="b", part=1))
        db.session.execute(sa.update(PARENT).where(PARENT.c.number == 2).values(number=4))
        db.session.execute(sa.delete(PARENT).where(PARENT.c.number == 3))
        db.session.execute(sa.delete(CHILD))
        db.session.execute(sa.delete(PARENT))


def test_a_row_that_refers_to_nothing_is_no_stray(family: None) -> None:
    with transaction():
        bulk_insert(CHILD, [{"id": 3, "part": 1, "number": None}, {"id": 4, "part": None, "number": None}])
    assert len(_children()) == 3
    assert list(references.strays(db.session.connection(), METADATA)) == []


def test_postgresql_says_what_is_missing(family: None) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite says only that a foreign key failed")
    with pytest.raises(IntegrityError, match=r"refers to \(part, number\) = \(1, 9\) of parent, which is not there"):
        bulk_insert(CHILD, [STRAY])


def test_a_stray_that_came_in_past_the_doors_is_found(family: None) -> None:
    is_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT" if is_sqlite else "SET session_replication_role = replica")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF" if is_sqlite else "SELECT 1")
        connection.execute(sa.insert(CHILD).values(STRAY))
        assert list(references.strays(connection, METADATA)) == [("child", "parent (part, number) = (1, 9)")]
        connection.execute(sa.delete(CHILD).where(CHILD.c.id == 2))
        connection.exec_driver_sql(
            "PRAGMA foreign_keys = ON" if is_sqlite else "SET session_replication_role = DEFAULT"
        )
        if not is_sqlite:
            connection.commit()
