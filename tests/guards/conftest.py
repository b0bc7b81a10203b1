from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from core.db import db
from tests.guards.seats import Seats, new_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The product's app on a database of its own, its context pushed."""
    app = new_house(tmp_path_factory.mktemp("house"))
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()


@pytest.fixture(scope="module")
def seats(house: Flask) -> Seats:
    return Seats(house)


@pytest.fixture
def other_house(tmp_path) -> Iterator[Flask]:
    """A throw-away app to plant faults into."""
    app = new_house(tmp_path)
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()
