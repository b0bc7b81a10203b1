"""The only place that asks what time it is.

Instants are aware UTC datetimes with microseconds; days are fund-local dates (`FUND_TIMEZONE`).
Deadlines do not use this clock but the database's own: `core.db.database_now`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

_source: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)  # noqa: E731 - a replaceable port


def now() -> dt.datetime:
    """The current instant, UTC."""
    return _source()


def today(zone: ZoneInfo) -> dt.date:
    """The fund's current day."""
    return now().astimezone(zone).date()


def local_day(instant: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The fund-local day an instant falls on: a visit's service date is that of its start."""
    return instant.astimezone(zone).date()


def microseconds(instant: dt.datetime) -> int:
    """Whole microseconds since 1970: deadlines are compared as integers."""
    delta = instant.astimezone(dt.UTC) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


@contextmanager
def frozen(instant: dt.datetime) -> Iterator[None]:
    """Hold the clock at `instant`: for tests, the demo fund and replays."""
    global _source
    before, _source = _source, lambda: instant
    try:
        yield
    finally:
        _source = before
