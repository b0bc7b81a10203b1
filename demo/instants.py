"""The past of the demo: the fund's clock, and its database's, at an hour of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from core import clock
from core.config import fund
from core.db import database_clock

NINE = 9


@contextmanager
def at(day: dt.date, hour: int = NINE) -> Iterator[None]:
    """Everything inside happens then."""
    instant = dt.datetime.combine(day, dt.time(hour), fund().zone).astimezone(dt.UTC)
    with clock.frozen(instant), database_clock(lambda: instant):
        yield
