"""The people of a small fund; and properties count examples, not milliseconds: a busy machine must not fail them."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import settings

from tests.procurement.tendering import House, house

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture
def people(app: Flask) -> House:
    return house()
