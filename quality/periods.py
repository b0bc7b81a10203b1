"""Periods by name: 2026Q3 a quarter, 2026-09 a month, 2026 a year. Days are fund-local, both ends inclusive."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from core.errors import InputErrors
from core.words import _, _l

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """`first` and `last` are days of the period."""

    first: dt.date
    last: dt.date
    name: str

    @property
    def label(self) -> str:
        """“Q3 2026”, “2026-09”, “2026”."""
        year, quarter, number = self.name.partition("Q")
        return str(_("Q%(quarter)s %(year)s", quarter=number, year=year)) if quarter else self.name

    @property
    def before(self) -> Period:
        """The period of the same length that ends the day before."""
        return _around(self.first - ONE_DAY, self.name)

    def months_back(self, months: int) -> dt.date:
        """The first day of a window of `months` that ends with this period."""
        month = self.last.year * 12 + self.last.month - months
        return dt.date(month // 12, month % 12 + 1, 1)


def quarter_of(day: dt.date) -> Period:
    return parse_period(f"{day.year}Q{(day.month + 2) // 3}")


def last_full_quarter(today: dt.date) -> Period:
    return quarter_of(today).before


def parse_period(text: str) -> Period:
    """The period of that name, or InputErrors."""
    found = re.fullmatch(r"(20\d\d)(?:Q([1-4])|-(0[1-9]|1[0-2]))?", text.strip().upper())
    if found is None:
        raise InputErrors.at("period", _l("Write a quarter like 2026Q3, a month like 2026-09 or a year."), text)
    year, quarter, month = int(found[1]), found[2], found[3]
    start, length = (int(quarter) * 3 - 2, 3) if quarter else (int(month), 1) if month else (1, 12)
    end = year * 12 + start - 1 + length
    last = dt.date(end // 12, end % 12 + 1, 1) - ONE_DAY
    return Period(dt.date(year, start, 1), last, text.strip().upper())


def _around(day: dt.date, like: str) -> Period:
    if "Q" in like:
        return quarter_of(day)
    return parse_period(f"{day:%Y-%m}" if "-" in like else f"{day.year}")
