"""What somebody looks for in the register: read from an address, kept in it, the same for page, file and API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import InputErrors
from core.tables.values import BadValue, parse_time
from core.words import _l
from providers.free_places import Moment

DAYS = 7


@dataclass(frozen=True, slots=True)
class Wanted:
    """Texts as typed; an unknown word finds nothing. `service`: a kind of care or a single service.

    `day`: 0 Monday … 6 Sunday; `time`: 22:00; `free`: yes leaves out who is full.
    """

    words: str = ""
    service: str = ""
    district: str = ""
    language: str = ""
    day: str = ""
    time: str = ""
    free: str = ""

    @property
    def arguments(self) -> dict[str, Any]:
        """What of it stands in an address."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def has_hour(self) -> bool:
        return bool(self.day or self.time)

    def moment(self, today: dt.date) -> Moment:
        """The next such weekday, today included, at that time. InputErrors name the field."""
        if self.day and not (self.day.isdecimal() and int(self.day) < DAYS):
            raise InputErrors.at("day", _l("Choose a day from the list."), self.day)
        ahead = (int(self.day) - today.weekday()) % DAYS if self.day else 0
        return Moment(today + dt.timedelta(days=ahead), _minute(self.time))


def wanted(arguments: Mapping[str, Any]) -> Wanted:
    """From the arguments of an address; raises InputErrors for a day or time that is none."""
    found = Wanted(**{name: str(arguments.get(name) or "").strip()[:80] for name in Wanted.__slots__})
    found.moment(dt.date.min)
    return found


def _minute(text: str) -> int | None:
    if not text:
        return None
    try:
        time = parse_time(text)
    except BadValue as error:
        raise InputErrors.at("time", f"{error.reason} {error.fix}", text) from error
    return time.hour * 60 + time.minute
