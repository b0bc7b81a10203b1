"""Alembic's entry: migrations run on the app's own engine, and name only Alembic, SQLAlchemy and the two databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from alembic import context
from alembic.autogenerate import renderers
from alembic.operations import ops
from flask import current_app
from sqlalchemy import JSON, Connection, types

from core import steps, written_once
from core.db import SEQUENCES, db
from core.references import is_compared

config = context.config
metadata = db.metadata


class MakeSequence(ops.MigrateOperation):
    def __init__(self, name: str) -> None:
        self.name = name


@renderers.dispatch_for(MakeSequence)
def _made(_context: object, made: MakeSequence) -> str:
    """SQLite, which has no sequences, passes over it."""
    return f"sa.Sequence({made.name!r}).create(op.get_bind(), checkfirst=False)"


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """SQLite's own tables are not compared; views are of no kind that Alembic sees."""
    return not (kind == "table" and name is not None and name.startswith("sqlite_"))


def _written(kind: str, value: Any, writing: Any) -> str | bool:
    """Types as the database knows them, so that an old migration outlives the class it was drawn from."""
    if kind != "type":
        return False
    if isinstance(value, JSON):
        writing.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    if not isinstance(value, types.TypeDecorator):
        return False
    is_instant = isinstance(value.impl_instance, types.DateTime)
    return "sa.DateTime(timezone=True)" if is_instant else f"sa.{value.impl_instance!r}"


def _complete(_context: object, _revision: object, directives: list[Any]) -> None:
    """The first revision also makes the sequences, which Alembic does not compare; there is no way back from it."""
    (script,) = directives
    if context.get_head_revision() is None:
        script.upgrade_ops.ops[:0] = [MakeSequence(sequence.name) for sequence in SEQUENCES.values()]
        script.downgrade_ops.ops.clear()


@contextmanager
def _keys_looked_at_once(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew: its foreign keys wait meanwhile, and are looked at in the end."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    before = set(driver.execute("PRAGMA foreign_key_check"))
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        for table, row, parent, _ in set(driver.execute("PRAGMA foreign_key_check")) - before:
            raise SystemExit(f"After the upgrade row {row} of {table} names a row of {parent} that is gone.")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _end_reading(connection: Connection) -> None:
    """What looked at a database that needed little or nothing leaves a transaction open on SQLite."""
    if (begun := connection.get_transaction()) is not None:
        begun.commit()


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection, _keys_looked_at_once(connection):
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            include_name=_is_ours,
            compare_type=False,
            include_object=partial(is_compared, connection.dialect.name),
            render_item=_written,
            process_revision_directives=_complete,
        )
        with connection.begin():
            steps.lift_all(connection)  # a table made anew must not be named in the trigger of another
            written_once.lift(connection, metadata)  # an upgrade may write anew what nobody else may
        with context.begin_transaction():
            context.run_migrations()
        _end_reading(connection)
        with connection.begin():
            steps.install(connection)
            written_once.install(connection, metadata)


if context.is_offline_mode():
    raise SystemExit("Run migrations against a database: --sql is not supported.")
run()
