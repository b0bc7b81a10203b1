"""The only functions a mapping file may name: pure, declared here, each over the text of its columns."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from core.tables.values import BadValue, parse_date, parse_integer
from core.words import _l


@dataclass(frozen=True, slots=True)
class Function:
    """`most` is None where any number of columns from `least` on is taken; `gives` is the kind of the result."""

    call: Callable[..., str]
    least: int
    most: int | None
    gives: str


def add_months(day: dt.date, months: int) -> dt.date:
    """Clamped to the month's end: 2027-08-31 and 6 months is 2028-02-29."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    except ValueError:
        raise BadValue(_l("This leads to no date we know."), _l("Check the year and the months.")) from None


def _year(text: str) -> dt.date:
    number = parse_integer(text)
    if not 1 <= number <= 9998:
        raise BadValue(_l("This is not a year."), _l("Write a year with four digits, like 2026."))
    return dt.date(number, 1, 1)


def _months(text: str) -> int:
    number = parse_integer(text)
    if not 0 <= number <= 12:
        raise BadValue(_l("A year has 0 to 12 months of cover."), _l("Write a number from 0 to 12."))
    return number


def first_day_of_year(year: str) -> str:
    return _year(year).isoformat()


def months_after(day: str, months: str) -> str:
    """The same day so many months later."""
    return add_months(parse_date(day), parse_integer(months)).isoformat()


def first_of_first_months(year: str, months: str) -> str:
    """First day of the year's first n months; nothing when n is 0, so that no cover is opened by mistake."""
    return _year(year).isoformat() if _months(months) else ""


def last_of_first_months(year: str, months: str) -> str:
    """Last day (inclusive) of the year's first n months; nothing when n is 0."""
    count = _months(months)
    return (add_months(_year(year), count) - dt.timedelta(days=1)).isoformat() if count else ""


def strip_leading_zeros(text: str) -> str:
    return text.lstrip("0") or ("0" if text else "")


def first_filled(*texts: str) -> str:
    return next((text for text in texts if text), "")


FUNCTIONS = {
    "first_day_of_year": Function(first_day_of_year, 1, 1, "date"),
    "months_after": Function(months_after, 2, 2, "date"),
    "first_of_first_months": Function(first_of_first_months, 2, 2, "date"),
    "last_of_first_months": Function(last_of_first_months, 2, 2, "date"),
    "strip_leading_zeros": Function(strip_leading_zeros, 1, 1, "text"),
    "first_filled": Function(first_filled, 1, None, "text"),
}
