from __future__ import annotations

import pytest
from flask import Flask

from tests.claims.builders import Fund, small_fund


@pytest.fixture
def fund(app: Flask) -> Fund:
    return small_fund()
