"""Many rows of one shape into a table at once: COPY on PostgreSQL, one prepared statement on SQLite.

Neither passes through SQLAlchemy's insert nor takes values one by one: a column is made ready as a whole, so that most
of the work is done by functions written in C.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, LargeBinary
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError

from core import driver
from core.json_text import JsonText, TextJson, json_text

CHUNK = 5_000  # rows made ready at a time, whatever their number
NULL = "\\N"
_JSON: Any = JSON()
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NATIVE: dict[Any, Callable[[Any], Any]] = {bytes: bytearray, JsonText: str}
Rows = Sequence[Sequence[Any]]


def insert(connection: Connection, table: Any, names: Sequence[str], rows: Rows, known: str = "") -> None:
    """SQLite: one statement, its rows as tuples. `known`: what becomes of a row whose key is there, ON CONFLICT …"""
    for columns_ready in _chunks(table, names, rows, connection.dialect):
        kept = [place for place, values in enumerate(columns_ready) if not _is_left_out(table.c[names[place]], values)]
        columns, places = ", ".join(f'"{names[place]}"' for place in kept), ", ".join("?" * len(kept))
        statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({places}) {known}'  # noqa: S608 - our own tables
        connection.exec_driver_sql(
            statement, list(zip(*[_native(columns_ready[place]) for place in kept], strict=True))
        )


def _is_left_out(column: Any, values: Sequence[Any]) -> bool:
    """A column of nothing but None is NULL without being said."""
    return values[0] is None and column.server_default is None and values.count(None) == len(values)


def _native(values: Sequence[Any]) -> Sequence[Any]:
    """SQLite's driver looks for an adapter for every value that is no plain int, text or bytearray: even for bytes."""
    kind = type(values[0])
    if kind not in _NATIVE or set(map(type, values)) != {kind}:
        return values
    return list(map(_NATIVE[kind], values))


def copy(connection: Connection, table: Any, names: Sequence[str], rows: Rows) -> None:
    """PostgreSQL: COPY goes past SQLAlchemy, so errors are named here as it would do."""
    dialect = connection.dialect
    columns = ", ".join(f'"{name}"' for name in names)
    statement, line = f'COPY "{table.name}" ({columns}) FROM STDIN', "\t".join(["%s"] * len(names)) + "\n"
    driver.send(connection)
    raw: Any = connection.connection
    errors: Any = dialect.loaded_dbapi
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copied:
            for columns_ready in _chunks(table, names, rows, dialect):
                ready = zip(*map(_texts, columns_ready), strict=True)
                copied.write("".join([line % row for row in ready]))
    except errors.Error as error:
        raise DBAPIError.instance(statement, None, error, errors.Error, dialect=dialect) from error


def insert_few(connection: Connection, table: Any, names: Sequence[str], rows: Rows, known: str = "") -> None:
    """PostgreSQL, a handful of rows: one prepared statement costs a fraction of a COPY."""
    said = _insert(table, tuple(names), len(rows), known)
    ready = _ready(table, tuple(names), connection.dialect)
    values = [value if process is None else process(value) for row in rows for process, value in zip(ready, row)]  # noqa: B905 - as long as the names
    driver.say(connection, said, values)


@lru_cache(maxsize=1024)
def _insert(table: Any, names: tuple[str, ...], count: int, known: str) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    numbers = [f"${place}" for place in range(1, len(names) * count + 1)]
    places = [f"({', '.join(numbers[first : first + len(names)])})" for first in range(0, len(numbers), len(names))]
    return f'INSERT INTO "{table.name}" ({columns}) VALUES {", ".join(places)} {known}'  # noqa: S608 - as above


@lru_cache(maxsize=1024)
def _ready(table: Any, names: tuple[str, ...], dialect: Dialect) -> list[Callable[[Any], Any] | None]:
    """How a value of each column is made ready; None: as it is."""
    return [_process(table.c[name].type, dialect) for name in names]


def _chunks(table: Any, names: Sequence[str], rows: Rows, dialect: Dialect) -> Iterator[list[Sequence[Any]]]:
    """The columns of some rows at a time, each value as the driver takes it."""
    kinds = [table.c[name].type for name in names]
    for start in range(0, len(rows), CHUNK):
        columns = zip(*rows[start : start + CHUNK], strict=True)
        yield [_prepared(kind, values, dialect) for kind, values in zip(kinds, columns, strict=True)]


def _prepared(kind: Any, values: Sequence[Any], dialect: Dialect) -> Sequence[Any]:
    """Days and instants of a set are few, so each different one is made ready once."""
    process = _process(kind, dialect)
    if process is None or (process is _json_or_none and set(map(type, values)) == {JsonText}):
        return values
    if isinstance(kind.dialect_impl(dialect), TextJson | JSON):
        return list(map(process, values))
    ready = {value: process(value) for value in set(values)}
    return [ready[value] for value in values]


def _process(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    kind = kind.dialect_impl(dialect)
    if isinstance(kind, TextJson):
        return _json_or_none
    if isinstance(kind, JSON):
        process: Callable[[Any], Any] | None = _JSON.bind_processor(
            dialect
        )  # text, where PostgreSQL's own would wrap it
        return process
    return None if isinstance(kind, LargeBinary) else kind.bind_processor(dialect)


def _json_or_none(value: Any) -> str | None:
    return None if value is None else json_text(value)


def _texts(values: Sequence[Any]) -> Sequence[Any]:
    """One column in the text form of COPY; a plain number has it already."""
    classes: set[Any] = set(map(type, values))
    if len(classes) > 1:
        encoders = {kind: _encoder(kind) for kind in classes}
        return [encoders[type(value)](value) for value in values]
    only: Any = classes.pop()
    if only is int:
        return values
    if issubclass(only, str):
        return _strings(values)
    if issubclass(only, dt.date):
        texts = {value: value.isoformat() for value in set(values)}
        return [texts[value] for value in values]
    return list(map(_encoder(only), values))


def _strings(values: Sequence[str]) -> Sequence[str]:
    """Most texts hold nothing that COPY would take for its own marks."""
    together = "".join(values)
    if "\\" in together or "\n" in together or "\t" in together or "\r" in together:
        return [value.translate(_ESCAPED) for value in values]
    return values


def _encoder(kind: Any) -> Callable[[Any], str]:
    if issubclass(kind, str):
        return lambda value: value.translate(_ESCAPED)
    if issubclass(kind, dt.date):
        return lambda value: value.isoformat()
    if issubclass(kind, bytes):
        return lambda value: "\\\\x" + value.hex()
    return (lambda _: NULL) if kind is type(None) else str
