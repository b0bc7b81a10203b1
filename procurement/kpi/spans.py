"""Periods of the calendar: months, quarters, years, cut to the days that are followed. Days inclusive. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

MONTHS = {"month": 1, "quarter": 3, "year": 12}
ONE_DAY = dt.timedelta(days=1)


def around(kind: str, day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the period that holds `day`."""
    months = MONTHS[kind]
    start = (day.month - 1) // months * months + 1
    year, month = divmod(day.year * 12 + start - 1 + months, 12)
    return dt.date(day.year, start, 1), dt.date(year, month + 1, 1) - ONE_DAY


def last_ended(kind: str, today: dt.date) -> dt.date:
    """The last day of the newest period that is over."""
    return around(kind, today)[0] - ONE_DAY


def next_start(kind: str, day: dt.date) -> dt.date:
    """The first day of the first whole period that does not begin before `day`."""
    first, last = around(kind, day)
    return first if first == day else last + ONE_DAY


def spans(kind: str, first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """The periods of `first` to `last`, the outer two cut to them."""
    while first <= last:
        until = min(around(kind, first)[1], last)
        yield first, until
        first = until + ONE_DAY
