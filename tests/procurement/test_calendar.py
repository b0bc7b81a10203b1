"""Standstill: calendar days that roll over closed ones (worked case of the procurement note)."""

from __future__ import annotations

import datetime as dt

import pytest

from procurement.calendar import standstill_end

EASTER = {dt.date(2010, 4, 2), dt.date(2010, 4, 5)}


def is_working(day: dt.date) -> bool:
    return day.isoweekday() < 6 and day not in EASTER


@pytest.mark.parametrize(
    ("sent_on", "days", "last_day"),
    [
        (dt.date(2010, 3, 23), 10, dt.date(2010, 4, 6)),  # Good Friday → Easter Monday → Tuesday
        (dt.date(2010, 3, 23), 15, dt.date(2010, 4, 7)),
        (dt.date(2010, 3, 1), 10, dt.date(2010, 3, 11)),
    ],
)
def test_the_last_day_of_standstill_is_a_working_day(sent_on: dt.date, days: int, last_day: dt.date) -> None:
    assert standstill_end(sent_on, days, is_working) == last_day
