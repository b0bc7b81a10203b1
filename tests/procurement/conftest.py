"""The people of a small fund."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.procurement.tendering import House, house


@pytest.fixture
def people(app: Flask) -> House:
    return house()
