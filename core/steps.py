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


def install(connection: Connection, *, only: str = "") -> None:
    """Make every trigger anew, from the tables as they are now; `only` one of them."""
    there = set(inspect(connection).get_table_names())
    for name, (_table, machine) in _GUARDED.items():
        if name in there and (not only or name == only):
            lift(connection, name)
            _make(connection, name, machine)


def lift(connection: Connection, table: str) -> None:
    """Take a trigger off: for tests, and before it is made anew."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f'DROP TRIGGER IF EXISTS step_of_{table} ON "{table}"'))
    else:
        connection.execute(text(f"DROP TRIGGER IF EXISTS step_of_{table}"))


def _make(connection: Connection, table: str, machine: StateMachine) -> None:
    pairs = sorted({(source, step.target) for step in machine.steps for source in step.sources})
    allowed = " OR ".join(f"(OLD.state = '{source}' AND NEW.state = '{target}')" for source, target in pairs)
    words = _POSTGRESQL if connection.dialect.name == "postgresql" else _SQLITE
    connection.exec_driver_sql(words.format(name=f"step_of_{table}", table=table, allowed=allowed))
