"""Rows that are written once: the database itself refuses to change or to delete them, whoever asks.

What was done, decided and posted is told by new rows; the chains and digests of `flask audit verify` find out who took
the guard away first. As with the steps of `core/steps.py`, `install` stands after every upgrade.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, MetaData, Table, event, inspect

_SQLITE = """CREATE TRIGGER "written_once_{table}_{act}" BEFORE {act} ON "{table}"
BEGIN SELECT RAISE(ABORT, 'A row of {table} is written once.'); END"""
_REFUSE = """CREATE OR REPLACE FUNCTION refuse_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING MESSAGE = 'A row of ' || TG_TABLE_NAME || ' is written once.', ERRCODE = '23001'; END $$"""
_POSTGRESQL = """CREATE TRIGGER "written_once_{table}" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"
FOR EACH STATEMENT EXECUTE FUNCTION refuse_written_once()"""
_ACTS = ("UPDATE", "DELETE")


def written_once(table: Any) -> None:
    """Declare it of a table: whoever makes the table makes its guard."""
    table.info["is_written_once"] = True
    event.listen(table, "after_create", _guard)


def tables(metadata: MetaData) -> Iterator[Table]:
    """All tables so declared."""
    return (table for table in metadata.sorted_tables if table.info.get("is_written_once"))


def install(connection: Connection, metadata: MetaData) -> None:
    """Make every guard anew where its table is."""
    for table in _made(connection, metadata):
        _guard(table, connection)


def lift(connection: Connection, metadata: MetaData) -> None:
    """Take the guards off: before an upgrade, and for tests of who finds out what was changed without them."""
    for table in _made(connection, metadata):
        _lift(table, connection)


def _made(connection: Connection, metadata: MetaData) -> Iterator[Table]:
    there = set(inspect(connection).get_table_names())
    return (table for table in tables(metadata) if table.name in there)


def _guard(table: Table, connection: Connection, **_more: Any) -> None:
    _lift(table, connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_REFUSE)
        connection.exec_driver_sql(_POSTGRESQL.format(table=table.name))
        return
    for act in _ACTS:
        connection.exec_driver_sql(_SQLITE.format(table=table.name, act=act))


def _lift(table: Table, connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "written_once_{table.name}" ON "{table.name}"')
        return
    for act in _ACTS:
        connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "written_once_{table.name}_{act}"')
