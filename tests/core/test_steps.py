"""Triggers that hold the steps of state machines, around an upgrade."""

from __future__ import annotations

from sqlalchemy import text

from core import steps
from core.db import db


def test_an_upgrade_begins_without_any_trigger_so_that_none_speaks_of_a_column_still_to_come(app):
    """A command that changed nothing has left the triggers of the new house on the tables of the old one."""
    with db.engine.begin() as connection:
        steps.lift_all(connection)
        assert _made(connection) == set()
        steps.install(connection)
        assert "step_of_audit_sample" in _made(connection)


def _made(connection) -> set[str]:
    names = {f"step_of_{name}" for name in steps._GUARDED}
    kind = (
        "SELECT tgname FROM pg_trigger"
        if connection.dialect.name == "postgresql"
        else ("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    )
    return set(connection.execute(text(kind)).scalars()) & names
