from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.claims.builders import Fund
from tests.doors.register import ending_tomorrow


@pytest.fixture
def fund(app: Flask) -> Iterator[Fund]:
    with ending_tomorrow() as fund:
        yield fund
