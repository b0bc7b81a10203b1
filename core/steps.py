"""The database refuses a step that is not in the table: one trigger per table whose state a machine moves.

Written from the machine itself, so table and trigger cannot drift. Batch migrations of SQLite make tables anew and lose
their triggers, so `install` stands after every upgrade.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, event, inspect, text
from sqlalchemy.engine import Connection

from core.states import StateMachine

_GUARDED: dict[str, tuple[Table, StateMachine]] = {}
_FORBIDDEN: dict[str, tuple[Table, str, str]] = {}

_SQLITE = """CREATE TRIGGER {name} BEFORE UPDATE OF state ON "{table}"
WHEN OLD.state <> NEW.state AND NOT ({allowed})
BEGIN SELECT RAISE(ABORT, 'illegal step of {table}'); END"""
_POSTGRESQL = """CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> NEW.state AND NOT ({allowed}) THEN
    RAISE check_violation USING CONSTRAINT = '{name}', TABLE = '{table}', MESSAGE = 'illegal step of {table}';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS {name} ON "{table}";
CREATE TRIGGER {name} BEFORE UPDATE OF state ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}();"""


def guard(table: Any, machine: StateMachine) -> None:
    """From now on `table.state` moves as `machine` says, in the database too."""
    _GUARDED[table.name] = (table, machine)
    event.listen(table, "after_create", lambda _table, connection, **_: _make(connection, table.name, machine))


_NO_SQLITE = """CREATE TRIGGER {name} BEFORE UPDATE ON "{table}" WHEN {condition}
BEGIN SELECT RAISE(ABORT, '{message}'); END"""
_NO_POSTGRESQL = """CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {condition} THEN
    RAISE check_violation USING CONSTRAINT = '{name}', TABLE = '{table}', MESSAGE = '{message}';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER {name} BEFORE UPDATE ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}();"""


def forbid(table: Any, name: str, condition: str, message: str) -> None:
    """From now on no row of `table` changes so that `condition` (SQL over OLD and NEW) holds: for what spans tables."""
    _FORBIDDEN[name] = (table, condition, message)
    event.listen(table, "after_create", lambda _table, connection, **_: _refuse(connection, name))


def install(connection: Connection, *, only: str = "") -> None:
    """Make every trigger anew, from the tables as they are now; `only` one of them."""
    known = inspect(connection)
    there = set(known.get_table_names())
    for name, (_table, machine) in _GUARDED.items():
        if name in there and (not only or name == only):
            lift(connection, name)
            if any(column["name"] == "state" for column in known.get_columns(name)):  # an old house may not have it yet
                _make(connection, name, machine)
    for name, (table, _condition, _message) in _FORBIDDEN.items():
        if table.name in there and (not only or table.name == only):
            _drop(connection, name, table.name)
            _refuse(connection, name)


def lift(connection: Connection, table: str) -> None:
    """Take a table's triggers off: for tests, and before they are made anew."""
    for name in [f"step_of_{table}", *(name for name, row in _FORBIDDEN.items() if row[0].name == table)]:
        _drop(connection, name, table)


def lift_all(connection: Connection) -> None:
    """Take every trigger off, before tables that they name are made anew: one may speak of a column still to come."""
    there = set(inspect(connection).get_table_names())
    for guarded in _GUARDED.keys() & there:
        _drop(connection, f"step_of_{guarded}", guarded)
    for name, (table, _condition, _message) in _FORBIDDEN.items():
        if table.name in there:
            _drop(connection, name, table.name)


def _drop(connection: Connection, name: str, table: str) -> None:
    where = f' ON "{table}"' if connection.dialect.name == "postgresql" else ""
    connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{where}"))


def _refuse(connection: Connection, name: str) -> None:
    table, condition, message = _FORBIDDEN[name]
    words = _NO_POSTGRESQL if connection.dialect.name == "postgresql" else _NO_SQLITE
    connection.exec_driver_sql(words.format(name=name, table=table.name, condition=condition, message=message))


def _make(connection: Connection, table: str, machine: StateMachine) -> None:
    pairs = sorted({(source, step.target) for step in machine.steps for source in step.sources})
    allowed = " OR ".join(f"(OLD.state = '{source}' AND NEW.state = '{target}')" for source, target in pairs)
    words = _POSTGRESQL if connection.dialect.name == "postgresql" else _SQLITE
    connection.exec_driver_sql(words.format(name=f"step_of_{table}", table=table, allowed=allowed))
