"""One app and one fresh database per test: SQLite in memory, or PostgreSQL when TOUIZA_TEST_DATABASE names one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from core.db import db

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("TOUIZA_SHARED_DATA", ROOT.parent / "shared" / "data"))


def settings(folder: Path) -> dict[str, Any]:
    return {
        "TESTING": True,
        "DEMO": True,
        "INSTANCE_FOLDER": str(folder),
        "SECRET_KEY": "test",
        "DATA_KEY": "00" * 32,
        "SQLALCHEMY_DATABASE_URI": os.environ.get("TOUIZA_TEST_DATABASE", "sqlite://"),
        "WTF_CSRF_ENABLED": False,
        "SCRYPT_COST": 2**4,
        "SECURITY_PASSWORD_HASH": "plaintext",
        "SECURITY_PASSWORD_SCHEMES": ["plaintext"],
        "RATELIMIT_ENABLED": False,
    }


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(settings(tmp_path_factory.mktemp("instance")))


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    """The app with its context pushed over an empty database."""
    with application.app_context():
        db.drop_all()
        db.create_all()
        yield application
        db.session.remove()


class Visitor(FlaskClient):
    """A browser: each request has a context of its own, so nothing of the test's own session leaks into it."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.rollback()
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = Visitor
    return app.test_client()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data beside the project; tests that need it say so when it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the real data at {SHARED}, which is absent")
    return SHARED
