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
from typing import TYPE_CHECKING, Any, Final

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, Integer, MetaData, String, event, func, select, text
from sqlalchemy import Sequence as DatabaseSequence
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core import bulk, clock, driver, pool
from core.errors import DomainError
from core.instant import Instant as Instant
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


_CONNECTION = "connection"
_is_reading: ContextVar[bool] = ContextVar("is_reading", default=False)
_database_clock: ContextVar[Callable[[], dt.datetime] | None] = ContextVar("database_clock", default=None)


def init_app(app: Flask) -> None:
    """Bind the database to `app` and set up its connections."""
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    options = app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {})
    options.setdefault("json_serializer", json_text)
    if uri.startswith("postgresql"):
        app.config["SQLALCHEMY_DATABASE_URI"] = uri.replace("postgresql://", "postgresql+psycopg://", 1)
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _set_up_sqlite(db.engine)
        else:
            pool.set_up(db.engine)
            event.listen(db.engine, "begin", _begin_postgresql)


# KiB: what a shard of claims writes stays in memory until its commit; SQLite's own 2 MiB spill pages meanwhile.
CACHE: Final = "cache_size=-16384"


def _set_up_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _connect_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _connect_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON", CACHE):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if _is_reading.get() else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if _is_reading.get() else "BEGIN IMMEDIATE")


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
        query = f"SELECT nextval('{SEQUENCES[kind].name}') FROM generate_series(1, $1)"  # noqa: S608 - our own
        return [number for part in driver.ask(connection(), query, (count,)).parts(count) for (number,) in part]
    first = db.session.execute(
        text(
            "INSERT INTO id_counter (kind, next_id) VALUES (:kind, 1 + :count) "
            "ON CONFLICT (kind) DO UPDATE SET next_id = next_id + :count RETURNING next_id - :count"
        ),
        {"kind": kind, "count": count},
    ).scalar_one()
    return range(first, first + count)


def connection() -> Connection:
    """Of the current transaction; what is pending in the session is written first."""
    session = db.session()
    session.flush()
    transaction, known = session.get_transaction(), session.info.get(_CONNECTION)
    if transaction is not None and known is not None and known[0] is transaction:
        found: Connection = known[1]
        return found
    found = session.connection()
    session.info[_CONNECTION] = (session.get_transaction(), found)
    return found


def keep_plans() -> None:
    """For the rest of a transaction with few rows: PostgreSQL uses the plans it has. For sets it looks at their size,
    which takes longer than a claim's rows."""
    if db.engine.dialect.name == "postgresql":
        driver.say(connection(), "SET LOCAL plan_cache_mode = force_generic_plan")


@contextmanager
def gathered() -> Iterator[None]:
    """Small sets of rows written inside go to the database in one round trip: at the end, or before an answer of a
    prepared statement is waited for. What the session says itself does not see them before that."""
    with driver.gathering(connection()):
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
    line = connection()
    many, few = (_copy, bulk.insert_few) if line.dialect.name == "postgresql" else (bulk.insert, bulk.insert)
    (few if len(rows) <= FEW else many)(line, table, names, rows)


def put_rows(table: Any, names: Sequence[str], rows: Sequence[tuple[Any, ...]], known: str) -> None:
    """Some rows, each new or changed: `known` says how a row whose key is there changes, ON CONFLICT (…) DO UPDATE …"""
    line = connection()
    write = bulk.insert_few if line.dialect.name == "postgresql" else bulk.insert
    for start in range(0, len(rows), SOME):
        write(line, table, names, rows[start : start + SOME], known)


def insert_unless_there(table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows whose key is free; who came first, also in this very moment, stays."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    db.session.execute(dialect.insert(table).values(list(rows)).on_conflict_do_nothing())


_copy = bulk.copy
