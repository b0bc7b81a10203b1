"""Databases of a test's own, beside the one that the suite shares."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa


@contextmanager
def empty_database(path: Path) -> Iterator[str]:
    """The URL of an empty database: a file at `path`, or one on the PostgreSQL server of TOUIZA_TEST_DATABASE."""
    server = os.environ.get("TOUIZA_TEST_DATABASE")
    if not server:
        yield f"sqlite:///{path}"
        return
    name = f"touiza_{path.stem}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    _say(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    yield url.set(database=name).render_as_string(hide_password=False)
    _say(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _say(url: sa.URL, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()
