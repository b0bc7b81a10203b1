"""The database: types, the one unit of work, the one place that commits.

SQLite writes begin with BEGIN IMMEDIATE, so that a reader never has to turn writer half-way;
PostgreSQL locks rows. Reading requests run in a read-only transaction on both.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Integer, MetaData, String, event, func, select, text
from sqlalchemy import Sequence as DatabaseSequence
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from core import bulk, clock, driver
from core.errors import DomainError
from core.json_text import json_text


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

BigId = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


class Instant(TypeDecorator[dt.datetime]):
    """An aware UTC datetime with microseconds; SQLite keeps it as sortable text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs its time zone.")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


_is_reading: ContextVar[bool] = ContextVar("is_reading", default=False)
_database_clock: ContextVar[Callable[[], dt.datetime] | None] = ContextVar("database_clock", default=None)


def init_app(app: Flask) -> None:
    """Bind the database to `app` and set up its connections."""
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    options = app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {})
    options.setdefault("json_serializer", json_text)
    if uri.startswith("postgresql"):
        app.config["SQLALCHEMY_DATABASE_URI"] = uri.replace("postgresql://", "postgresql+psycopg://", 1)
        options.setdefault("pool_pre_ping", True)
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _set_up_sqlite(db.engine)
        else:
            event.listen(db.engine, "connect", _connect_postgresql)
            event.listen(db.engine, "begin", _begin_postgresql)


def _set_up_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _connect_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _connect_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if _is_reading.get() else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if _is_reading.get() else "BEGIN IMMEDIATE")


def _connect_postgresql(connection: Any, _record: object) -> None:
    """Our statements are many and short: compiling one takes PostgreSQL longer than all its rows.

    What is said often is prepared by `core.wire`; the driver would throw all that away with each rollback.
    """
    connection.prepare_threshold = None
    connection.autocommit = True
    connection.execute("SET jit = off")
    connection.autocommit = False


def _begin_postgresql(connection: Connection) -> None:
    if _is_reading.get():
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside only read: the database itself refuses a write."""
    token = _is_reading.set(True)
    try:
        yield
    finally:
        _is_reading.reset(token)


def start_reading(is_reading: bool) -> None:
    """Say for the current request whether its transaction may write."""
    _is_reading.set(is_reading)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """One use case, one transaction: commit at the end, or nothing at all."""
    try:
        yield
        end(is_kept=True)
    except DomainError as error:
        end(is_kept=error.is_recorded)
        raise
    except BaseException:
        end(is_kept=False)
        raise


def end(*, is_kept: bool) -> None:
    """Close the current transaction: keep it, or undo all of it."""
    if is_kept:
        db.session.commit()
    else:
        db.session.rollback()


def database_now() -> dt.datetime:
    """The instant by the database's clock: deadlines are compared with this one alone.

    SQLite lives inside this process, so its clock is ours; PostgreSQL's is asked anew at each call.
    """
    stand_in = _database_clock.get()
    if stand_in is not None:
        return stand_in()
    if db.engine.dialect.name == "sqlite":
        return clock.now()
    value: dt.datetime = db.session.execute(select(func.clock_timestamp())).scalar_one()
    return value.astimezone(dt.UTC)


@contextmanager
def database_clock(source: Callable[[], dt.datetime]) -> Iterator[None]:
    """Replace the database clock: for tests and for the demo fund's past."""
    token = _database_clock.set(source)
    try:
        yield
    finally:
        _database_clock.reset(token)


class IdCounter(Model):
    """SQLite has no sequences: the next free id per kind."""

    __tablename__ = "id_counter"
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_id: Mapped[int] = mapped_column(BigId)


SEQUENCES = {kind: DatabaseSequence(f"{kind}_id", metadata=db.metadata) for kind in ("claim", "journal")}


def allocate_ids(kind: str, count: int) -> Sequence[int]:
    """`count` fresh ascending ids, known before the rows are written, so that rows go in as sets."""
    if db.engine.dialect.name == "postgresql":
        query = f"SELECT nextval('{SEQUENCES[kind].name}') FROM generate_series(1, {int(count)})"  # noqa: S608 - our own
        return list(db.session.connection().exec_driver_sql(query).scalars())
    first = db.session.execute(
        text(
            "INSERT INTO id_counter (kind, next_id) VALUES (:kind, 1 + :count) "
            "ON CONFLICT (kind) DO UPDATE SET next_id = next_id + :count RETURNING next_id - :count"
        ),
        {"kind": kind, "count": count},
    ).scalar_one()
    return range(first, first + count)


@contextmanager
def gathered() -> Iterator[None]:
    """Small sets of rows written inside go to the database in one round trip: at the end, or before an answer of a
    prepared statement is waited for. What the session says itself does not see them before that."""
    db.session.flush()
    with driver.gathering(db.session.connection()):
        yield


FEW = 8  # rows that are written by a statement rather than by COPY
SOME = 500  # rows that are put by one statement


def bulk_insert(table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Write many rows of the same shape at once; a column that the rows leave out gets its plain default."""
    if not rows:
        return
    names = list(rows[0])
    insert_rows(table, names, [tuple(map(row.__getitem__, names)) for row in rows])


def insert_rows(table: Any, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """As `bulk_insert`, the rows as tuples in the order of `names`."""
    if not rows:
        return
    left_out = [column for column in table.c if column.default is not None and column.name not in names]
    defaults = {column.name: column.default.arg for column in left_out if column.default.is_scalar}
    if defaults:
        names, added = [*names, *defaults], tuple(defaults.values())
        rows = [row + added for row in rows]
    db.session.flush()
    many, few = (_copy, bulk.insert_few) if db.engine.dialect.name == "postgresql" else (bulk.insert, bulk.insert)
    (few if len(rows) <= FEW else many)(db.session.connection(), table, names, rows)


def put_rows(table: Any, names: Sequence[str], rows: Sequence[tuple[Any, ...]], known: str) -> None:
    """Some rows, each new or changed: `known` says how a row whose key is there changes, ON CONFLICT (…) DO UPDATE …"""
    write = bulk.insert_few if db.engine.dialect.name == "postgresql" else bulk.insert
    for start in range(0, len(rows), SOME):
        write(db.session.connection(), table, names, rows[start : start + SOME], known)


def insert_unless_there(table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows whose key is free; who came first, also in this very moment, stays."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    db.session.execute(dialect.insert(table).values(list(rows)).on_conflict_do_nothing())


_copy = bulk.copy
