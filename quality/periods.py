"""Periods by name: 2026Q3 a quarter, 2026-09 a month, 2026 a year. Days are fund-local, both ends inclusive."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.errors import InputErrors
from core.words import _, _l
from quality.definitions import Season, Span

ONE_DAY = dt.timedelta(days=1)
_ROLLING = {Span.TWELVE_MONTHS: 12, Span.THIRTY_SIX_MONTHS: 36}


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

    @property
    def is_month(self) -> bool:
        return "-" in self.name

    def looks_at(self, span: Span) -> bool:
        """A month is too short for everything that is counted by the quarter or longer."""
        return span is Span.MONTH or not self.is_month

    @property
    def year_before(self) -> Period:
        """The same months a year earlier."""
        return parse_period(f"{self.first.year - 1}{self.name[4:]}")

    def months_back(self, months: int) -> dt.date:
        """The first day of a window of `months` that ends with this period."""
        return _month_after(self.last.replace(day=1), 1 - months)


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
    first = dt.date(year, start, 1)
    return Period(first, _month_after(first, length) - ONE_DAY, text.strip().upper())


def closes_at(last: dt.date, run_out_days: int, zone: ZoneInfo) -> dt.datetime:
    """The instant (UTC) from which nothing that comes in counts for a period any more: the run-out is over."""
    following = last + (run_out_days + 1) * ONE_DAY
    return dt.datetime.combine(following, dt.time(), zone).astimezone(dt.UTC)


def window(span: Span, period: Period, season: Season) -> Period:
    """The days an indicator of that span looks at when it is computed for `period`; the name stays the period's.

    Months and quarters are the period itself; rolling spans end with it; a year or a season is the last one over.
    """
    if span in _ROLLING:
        return Period(period.months_back(_ROLLING[span]), period.last, period.name)
    if span is Span.YEAR:
        return _last_over(period, dt.date(period.last.year, 1, 1), 12)
    if span is Span.SEASON:
        return _last_over(period, dt.date(period.last.year, season.first_month, 1), season.months)
    return period


def _last_over(period: Period, start: dt.date, months: int) -> Period:
    """The yearly stretch of `months` from `start`, or one from the year before, that is over by the period's end."""
    for first in (start, start.replace(year=start.year - 1), start.replace(year=start.year - 2)):
        last = _month_after(first, months) - ONE_DAY
        if last <= period.last:
            break
    return Period(first, last, period.name)


def _month_after(first: dt.date, months: int) -> dt.date:
    month = first.year * 12 + first.month - 1 + months
    return dt.date(month // 12, month % 12 + 1, 1)


def _around(day: dt.date, like: str) -> Period:
    if "Q" in like:
        return quarter_of(day)
    return parse_period(f"{day:%Y-%m}" if "-" in like else f"{day.year}")
