"""The tables of a new database at once, from the models: migrations would only retell how they came about."""

from __future__ import annotations

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import inspect
from sqlalchemy.engine import Connection

from core.db import db


def bring_up_to_date() -> None:
    """A bare database gets its tables from the models; any other takes the migrations that it lacks."""
    if inspect(db.engine).get_table_names():
        upgrade()
        return
    with db.engine.begin() as connection:
        make(connection)


def make(connection: Connection) -> None:
    """Tables, guards and the mark of the newest migration, in one transaction: half of them would be no database."""
    db.metadata.create_all(connection)
    script = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    context = MigrationContext.configure(connection)
    with Operations.context(context):  # old migrations name constraints as they are read
        context.stamp(script, "head")
