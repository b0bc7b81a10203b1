"""The days a night of screens looks at."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Window:
    """Days looked at, both included, in the fund's time."""

    first: dt.date
    last: dt.date
    zone: ZoneInfo

    @property
    def since(self) -> dt.datetime:
        return self.instant(self.first)

    @property
    def until(self) -> dt.datetime:
        """The instant after the last day."""
        return self.instant(self.last + dt.timedelta(days=1))

    @property
    def middle(self) -> dt.date:
        """The first day of the second half."""
        return self.first + ((self.last - self.first) + dt.timedelta(days=1)) / 2

    def instant(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), self.zone).astimezone(dt.UTC)


def window_before(day: dt.date, months: int, zone: ZoneInfo) -> Window:
    """The `months` that end with the day before."""
    last = day - dt.timedelta(days=1)
    place = day.year * 12 + day.month - 1 - months
    year, month = divmod(place, 12)
    longest = (dt.date(year + month // 11, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return Window(dt.date(year, month + 1, min(day.day, longest)), last, zone)
