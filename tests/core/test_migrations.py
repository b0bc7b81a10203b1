"""The migrations lead from nothing to what the models say, on either database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from claims import integrity
from claims.models import LineVersion
from core import references
from core.audit import canonical
from core.db import SEQUENCES, allocate_ids, db
from core.schema import bring_up_to_date
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
        compared = partial(references.is_compared, connection.dialect.name)
        options = {"compare_type": False, "render_as_batch": True, "include_object": compared}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata) == []


def test_triggers_are_those_that_the_models_make(migrated: Flask, tmp_path: Path) -> None:
    """Triggers and their functions, which Alembic does not compare."""
    with empty_database(tmp_path / "modelled.sqlite") as url:
        engine = sa.create_engine(url)
        db.metadata.create_all(engine)
        made = _triggers(engine)
        engine.dispose()
    assert len(made) >= (6 * 2 if engine.dialect.name == "sqlite" else 6 * 3 + 6)
    assert _triggers(db.engine) == made


def test_a_bare_database_made_from_the_models_is_the_one_that_migrations_make(migrated: Flask, tmp_path: Path) -> None:
    """Also what Alembic does not compare; and a second call finds nothing left to do."""
    with empty_database(tmp_path / "bare.sqlite") as url:
        bare = create_app({**settings(tmp_path), "SQLALCHEMY_DATABASE_URI": url})
        with bare.app_context():
            bring_up_to_date()
            made, revision = _schema(db.engine), _revision()
            bring_up_to_date()
            assert _schema(db.engine) == made
            db.session.remove()
            db.engine.dispose()
    with migrated.app_context():
        assert revision == _revision()
        assert made == _schema(db.engine)


def _revision() -> str:
    with db.engine.connect() as connection:
        return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())


def _schema(engine: sa.Engine) -> dict[str, Any]:
    """By table, names included. The order of columns and what filled a new column of old rows say nothing."""
    known = sa.inspect(engine)
    tables = {
        name: {
            "columns": {row["name"]: (str(row["type"]), row["nullable"]) for row in known.get_columns(name)},
            "key": (known.get_pk_constraint(name)["name"], known.get_pk_constraint(name)["constrained_columns"]),
            "parents": sorted(
                (str(row["name"]), row["constrained_columns"], row["referred_table"], row["referred_columns"])
                for row in known.get_foreign_keys(name)
            ),
            "unique": sorted((row["name"], row["column_names"]) for row in known.get_unique_constraints(name)),
            "checks": sorted(str(row["name"]) for row in known.get_check_constraints(name)),
            "indexes": sorted((row["name"], row["column_names"], row["unique"]) for row in known.get_indexes(name)),
        }
        for name in known.get_table_names()
    }
    return {"tables": tables, "views": sorted(known.get_view_names()), "triggers": _triggers(engine)}


def _triggers(engine: sa.Engine) -> dict[str, tuple[str, ...]]:
    if engine.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = """SELECT tgname, pg_get_triggerdef(pg_trigger.oid), prosrc, proconfig::text FROM pg_trigger
            JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal"""
    with engine.connect() as connection:
        return {row[0]: tuple(row[1:]) for row in connection.execute(sa.text(query))}


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


def test_a_decision_of_the_first_house_keeps_its_digest_when_its_use_gets_a_column(tmp_path: Path) -> None:
    use = [["ceiling:é", "member", 7, "2026-01-01", "money", 500, 900, 0, "year"]]
    details = [{"a": [1000], "f": 1, "findings": [], "trace": [["asked", "", 5]], "use": kept} for kept in (use, [])]
    with empty_database(tmp_path / "migrated.sqlite") as url:
        app = create_app({**settings(tmp_path), "SQLALCHEMY_DATABASE_URI": url})
        with app.app_context():
            upgrade(revision="0003")
            _insert_lines([json.dumps(detail) for detail in details])
            upgrade()
            rows = db.session.execute(sa.select(LineVersion).order_by(LineVersion.line_no)).scalars().all()
            assert [integrity.said(row).encode() for row in rows] == [canonical(detail) for detail in details]
            assert [bool(row.use) for row in rows] == [True, False]
            db.session.remove()
            db.engine.dispose()


PAID = (
    """INSERT INTO organisation (id, number, name, legal_form, register_scheme, register_number, district, email, phone,
        created_at) VALUES (1, 'O-1', 'Blue Door', 'cooperative', 's', 'r', 'd', '', '', '2024-10-01')""",
    """INSERT INTO payee_account (id, organisation_id, kind, holder, number, last_four, bank, entered_by, entered_at,
        is_current) VALUES (1, 1, 'domestic', 'Blue Door', :sealed, '4410', '', 'a', '2024-10-01', :yes)""",
    """INSERT INTO payment_run (id, number, state, value_on, prepared_by, prepared_by_name, prepared_at,
        released_by_name, reason, file_sha256)
        VALUES (1, 'R-1', 'prepared', '2024-12-21', 'a', 'A', '2024-12-16', '', '', '')""",
    """INSERT INTO payment (id, run_id, organisation_id, account_id, end_to_end_id, benefit, recovered, state, note)
        VALUES (1, 1, 1, 1, 'R-1-1', 5, 0, 'ready', '')""",
)


def test_an_upgrade_keeps_the_rows_that_others_name(tmp_path: Path) -> None:
    """SQLite makes a changed table anew: what names its rows must not stand in the way, nor be lost."""
    with empty_database(tmp_path / "migrated.sqlite") as url:
        app = create_app({**settings(tmp_path), "SQLALCHEMY_DATABASE_URI": url})
        with app.app_context():
            upgrade(revision="0014")
            with db.engine.begin() as connection:
                for statement in PAID:
                    bound = {"sealed": b"1", "yes": True}
                    connection.execute(sa.text(statement), {k: v for k, v in bound.items() if f":{k}" in statement})
            upgrade()
            kept = "SELECT a.last_four, p.benefit FROM payment p JOIN payee_account a ON a.id = p.account_id"
            assert db.session.execute(sa.text(kept)).all() == [("4410", 5)]
            assert db.session.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1 if "sqlite" in url else True
            db.session.remove()
            db.engine.dispose()


def _insert_lines(details: list[str]) -> None:
    """Lines without the claims they belong to: foreign keys are not looked at."""
    statement = """INSERT INTO line_decision (partition, claim_id, version, line_no, state, headline, plan,
        submitted, undecided, benefit, member_share, write_off, detail)
        VALUES (0, 1, 1, :n, 'accepted', '', 'p', 0, 0, 0, 0, 0, :d)"""
    with db.engine.connect() as connection:
        is_sqlite = db.engine.dialect.name == "sqlite"
        connection.exec_driver_sql("COMMIT" if is_sqlite else "SET session_replication_role = replica")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF" if is_sqlite else "SELECT 1")
        for line_no, detail in enumerate(details, start=1):
            connection.execute(sa.text(statement), {"n": line_no, "d": detail})
        connection.commit()


def test_ids_that_are_known_before_the_write_can_be_taken(migrated: Flask) -> None:
    for kind in SEQUENCES:
        assert list(allocate_ids(kind, 3)) == [1, 2, 3]
        assert list(allocate_ids(kind, 2)) == [4, 5]
