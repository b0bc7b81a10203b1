"""Alembic's entry: migrations run on the app's own engine."""

from __future__ import annotations

from alembic import context
from flask import current_app

from core.db import db

config = context.config
metadata = db.metadata


def _is_ours(name: str | None, kind: str, parents: object) -> bool:
    """Views and SQLite's own tables are not compared."""
    return not (kind == "table" and name is not None and name.startswith("sqlite_"))


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            include_name=_is_ours,
            compare_type=False,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Run migrations against a database: --sql is not supported.")
run()
