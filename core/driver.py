"""Straight to the driver, for statements that are said with every claim.

SQLAlchemy's way of sending one costs more than the database takes to answer. Connection, transaction and errors stay
SQLAlchemy's, and who listens to its statements hears of these too. On PostgreSQL they are prepared, and what is
gathered goes in one round trip.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from core.wire import Row, Wire

_WIRE, _GATHERING = "wire", "gathering"


class Answer(Protocol):
    """Rows as the driver reads them."""

    def kinds(self) -> Sequence[Any]:
        """The type of each column in the driver's own words."""

    def parts(self, size: int) -> Iterator[list[Row]]:
        """Its rows, `size` at a time."""


class _Cursor:
    """The answer of SQLite."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def kinds(self) -> Sequence[Any]:
        return [column[1] for column in self._cursor.description]

    def parts(self, size: int) -> Iterator[list[Row]]:
        while found := self._cursor.fetchmany(size):
            yield found
        self._cursor.close()


def ask(connection: Connection, words: str, values: Sequence[Any] = ()) -> Answer:
    """Send a question; inside `gathering` it waits until its answer, or another one, is looked at."""
    _tell(connection, words, values)
    if connection.dialect.name != "postgresql":
        return _asked_file(connection, words, values)
    wire = _wire(connection)
    answer = wire.add(words, values)
    if not connection.info.get(_GATHERING):
        wire.send()
    return answer


def say(connection: Connection, words: str, values: Sequence[Any] = ()) -> None:
    """Send a statement without an answer; inside `gathering` it waits for the others."""
    ask(connection, words, values)


@contextmanager
def gathering(connection: Connection) -> Iterator[None]:
    """What is said inside is sent at the end, or before the next answer is looked at. SQLite has no way to save."""
    if connection.dialect.name != "postgresql" or connection.info.get(_GATHERING):
        yield
        return
    connection.info[_GATHERING] = True
    try:
        yield
        send(connection)
    finally:
        connection.info[_GATHERING] = False
        _wire(connection).forget()


def send(connection: Connection) -> None:
    """What is gathered, now: before anything that SQLAlchemy says itself and that depends on it."""
    if connection.info.get(_GATHERING):
        _wire(connection).send()


def _wire(connection: Connection) -> Wire:
    wire: Wire | None = connection.info.get(_WIRE)
    if wire is None:
        driver: Any = connection.connection.driver_connection
        wire = connection.info[_WIRE] = Wire(driver)
    return wire


def _tell(connection: Connection, words: str, values: Sequence[Any]) -> None:
    if connection._has_events or connection.engine._has_events:
        connection.dispatch.before_cursor_execute(connection, None, words, values, None, False)


def _asked_file(connection: Connection, words: str, values: Sequence[Any]) -> Answer:
    """Errors by the names that SQLAlchemy gives them, as the wire does."""
    dbapi: Any = connection.dialect.loaded_dbapi
    driver: Any = connection.connection.driver_connection
    try:
        return _Cursor(driver.cursor().execute(words, values))
    except dbapi.Error as error:
        raise DBAPIError.instance(words, None, error, dbapi.Error, dialect=connection.dialect) from error
