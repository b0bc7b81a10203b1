"""Straight to the driver, for statements that are said with every claim.

SQLAlchemy's way of sending one costs more than the database takes to answer. Connection, transaction and errors stay
SQLAlchemy's, and who listens to its statements hears of these too. On PostgreSQL they are prepared, and what is
gathered goes in one round trip.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

Spoken = tuple[str, Sequence[Any]]  # words and values
_GATHERED = "gathered"


def ask(connection: Connection, words: str, values: Sequence[Any] = ()) -> Any:
    """Send a question: a cursor of the driver, to fetch from. What is gathered goes first."""
    with _errors(connection, words), _at_once(connection, _taken(connection)):
        return _say(connection, words, values)


def say(connection: Connection, words: str, values: Sequence[Any] = ()) -> None:
    """Send a statement without an answer; inside `gathering` it waits for the others."""
    gathered: list[Spoken] | None = connection.info.get(_GATHERED)
    if gathered is not None:
        gathered.append((words, values))
        return
    with _errors(connection, words):
        _say(connection, words, values)


@contextmanager
def gathering(connection: Connection) -> Iterator[None]:
    """What is said inside is sent at the end, or before the next answer is waited for. SQLite has no way to save."""
    if connection.dialect.name != "postgresql" or _GATHERED in connection.info:
        yield
        return
    connection.info[_GATHERED] = []
    try:
        yield
        send(connection)
    finally:
        del connection.info[_GATHERED]


def send(connection: Connection) -> None:
    """What is gathered, now: before anything that SQLAlchemy says itself and that depends on it."""
    spoken = _taken(connection)
    if spoken:
        with _errors(connection, spoken[0][0]), _at_once(connection, spoken):
            pass


def _taken(connection: Connection) -> list[Spoken]:
    gathered: list[Spoken] = connection.info.get(_GATHERED, [])
    taken = gathered[:]
    gathered.clear()
    return taken


@contextmanager
def _at_once(connection: Connection, spoken: Sequence[Spoken]) -> Iterator[None]:
    """One round trip for `spoken` and for what is said inside."""
    if not spoken:
        yield
        return
    driver: Any = connection.connection.driver_connection
    with driver.pipeline():
        for words, values in spoken:
            _say(connection, words, values)
        yield


def _say(connection: Connection, words: str, values: Sequence[Any]) -> Any:
    driver: Any = connection.connection.driver_connection
    is_postgresql = connection.dialect.name == "postgresql"
    dbapi: Any = connection.dialect.loaded_dbapi
    cursor = dbapi.RawCursor(driver) if is_postgresql else driver.cursor()
    if connection._has_events or connection.engine._has_events:
        connection.dispatch.before_cursor_execute(connection, cursor, words, values, None, False)
    return cursor.execute(words, values, prepare=True) if is_postgresql else cursor.execute(words, values)


@contextmanager
def _errors(connection: Connection, words: str) -> Iterator[None]:
    """Errors by the names that SQLAlchemy gives them."""
    dbapi: Any = connection.dialect.loaded_dbapi
    try:
        yield
    except dbapi.Error as error:
        raise DBAPIError.instance(words, None, error, dbapi.Error, dialect=connection.dialect) from error
