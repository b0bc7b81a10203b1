"""One app per process, one empty database per test: SQLite in memory, or the PostgreSQL of TOUIZA_TEST_DATABASE."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as properties

os.environ.setdefault("TOUIZA_ENGINE", "interpreted")  # the text itself; tests/claims/test_engine.py compares a build

from app import create_app
from core.db import db
from tests import emptying

# Properties count examples, not milliseconds: a busy machine must not fail them.
properties.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("unhurried")

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("TOUIZA_SHARED_DATA", ROOT.parent / "shared" / "data"))


def database_url(suffix: str = "") -> str:
    """SQLite in memory, or a database of this process's own on the given server."""
    server = os.environ.get("TOUIZA_TEST_DATABASE")
    if not server:
        return "sqlite://"
    name = f"touiza_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}{suffix}"
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return str(url.set(database=name).render_as_string(hide_password=False))


def settings(folder: Path) -> dict[str, Any]:
    return {
        "TESTING": True,
        "DEMO": True,
        "INSTANCE_FOLDER": str(folder),
        "SECRET_KEY": "test",
        "DATA_KEY": "00" * 32,
        "WTF_CSRF_ENABLED": False,
        "SCRYPT_COST": 2**4,
        "SECURITY_PASSWORD_HASH": "plaintext",
        "SECURITY_PASSWORD_SCHEMES": ["plaintext"],
        "RATELIMIT_ENABLED": False,
    }


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("instance")
    application = create_app({**settings(folder), "SQLALCHEMY_DATABASE_URI": database_url()})
    application.test_client_class = Visitor
    with application.app_context():
        db.create_all()
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    """The app with its context pushed over an empty database."""
    with application.app_context():
        yield application
        db.session.rollback()
        emptying.empty(db.engine)
        db.session.remove()


class Visitor(FlaskClient):
    """A browser: each request has a context of its own, so nothing of the test's own session leaks into it."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.rollback()
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data beside the project; tests that need it say so when it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the real data beside the project (TOUIZA_SHARED_DATA), which is absent")
    return SHARED
