"""The migrations lead from nothing to what the models say, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from core.db import SEQUENCES, allocate_ids, db
from tests.conftest import settings
from tests.databases import empty_database


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Flask]:
    """An app whose empty database was touched by `flask db upgrade` alone."""
    with empty_database(tmp_path / "migrated.sqlite") as url:
        app = create_app({**settings(tmp_path), "SQLALCHEMY_DATABASE_URI": url})
        with app.app_context():
            upgrade()
            yield app
            db.session.remove()
            db.engine.dispose()


def test_an_upgrade_from_nothing_gives_what_the_models_say(migrated: Flask) -> None:
    with db.engine.connect() as connection:
        options = {"compare_type": False, "render_as_batch": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata) == []


def test_the_constraints_that_no_comparison_sees_are_there(migrated: Flask) -> None:
    """Checks, and the conditions of partial indexes: they keep the impossible out, and Alembic compares neither."""
    inspector, name = sa.inspect(db.engine), db.engine.dialect.name
    for table in db.metadata.sorted_tables:
        checks = {row["name"] for row in inspector.get_check_constraints(table.name)}
        assert {row.name for row in table.constraints if isinstance(row, sa.CheckConstraint)} <= checks, table.name
        partial = {row["name"] for row in inspector.get_indexes(table.name) if _has_condition(row, name)}
        assert {row.name for row in table.indexes if row.dialect_options[name]["where"] is not None} == partial


def _has_condition(index: Any, dialect: str) -> bool:
    return bool(index.get("dialect_options", {}).get(f"{dialect}_where") is not None)


def test_ids_that_are_known_before_the_write_can_be_taken(migrated: Flask) -> None:
    for kind in SEQUENCES:
        assert list(allocate_ids(kind, 3)) == [1, 2, 3]
        assert list(allocate_ids(kind, 2)) == [4, 5]
