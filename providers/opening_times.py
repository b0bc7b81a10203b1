"""Weeks of opening hours: read from typed words, said in words, and laid upon a day. `[a, b)` in minutes of the day.

A span that runs over midnight ends above 1440 and belongs to the weekday on which it begins.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from core.errors import InputErrors, Problem
from core.words import _, _l

DAY, NOON, HOLIDAY = 1440, 720, 7
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "holidays")
DAY_NAMES = (
    _l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"),
    _l("Public holidays"),
)  # fmt: skip
HOURS_HINTS = {
    "monday": _l("Like 07:00-18:00, or 07:00-12:00, 13:00-18:00; a night is 20:00-08:00. Blank: closed."),
    "holidays": _l("Blank: as on any such weekday."),
}
"""What stands at the first and the last day of a week that is typed."""

SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")

Span = tuple[int, int]
Week = tuple[tuple[int, int, int], ...]
"""Weekday (HOLIDAY: a public holiday), opening and closing minute."""

_calendars: list[Callable[[dt.date], bool]] = []


def add_calendar(is_holiday: Callable[[dt.date], bool]) -> None:
    """A room that keeps the calendar says which days are public holidays."""
    if is_holiday not in _calendars:
        _calendars.append(is_holiday)


def is_holiday(day: dt.date) -> bool:
    return any(told(day) for told in _calendars)


def read_week(cells: Mapping[str, Any]) -> Week:
    """Cells named as WEEKDAYS, like “07:00-12:00, 13:00-18:00” or “20:00-08:00”. InputErrors name the days."""
    found: list[tuple[int, int, int]] = []
    problems: list[Problem] = []
    for weekday, name in enumerate(WEEKDAYS):
        try:
            found += [(weekday, *span) for span in _spans(name, str(cells.get(name) or ""))]
        except InputErrors as errors:
            problems += errors.problems
    if problems or (problems := _over_midnight(found)):
        raise InputErrors(problems)
    return tuple(found)


def _spans(name: str, text: str) -> list[Span]:
    spans = [_span(name, part.strip(), text) for part in text.split(",") if part.strip()]
    if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        raise InputErrors.at(name, _l("The second part begins before the first has ended."), text)
    return spans


def _span(name: str, part: str, text: str) -> Span:
    """An end before the beginning is a night when it begins after noon and ends before noon."""
    found = SPAN.fullmatch(part)
    opens, closes = (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else (-1, -1)
    is_clock = found and int(found[2]) < 60 and int(found[4]) < 60 and opens < DAY and closes <= DAY
    if not is_clock:
        said = _l("Write hours like 07:00-18:00; two parts like 07:00-12:00, 13:00-18:00.")
        raise InputErrors.at(name, said, text)
    if closes > opens:
        return opens, closes
    if opens < NOON or closes > NOON:
        said = _l("This ends before it begins. A night begins after noon and ends before noon, like 20:00-08:00.")
        raise InputErrors.at(name, said, text)
    return opens, closes + DAY


def _over_midnight(week: Iterable[tuple[int, int, int]]) -> list[Problem]:
    """Nights that run into what the next day says."""
    first: dict[int, int] = {}
    for weekday, opens, _closes in week:
        first[weekday] = min(opens, first.get(weekday, DAY))
    said = _l("The night of the day before has not ended yet at that time.")
    return [
        Problem(WEEKDAYS[(weekday + 1) % 7], said, clock_words(first[(weekday + 1) % 7]))
        for weekday, _opens, closes in week
        if weekday != HOLIDAY and closes - DAY > first.get((weekday + 1) % 7, DAY)
    ]


def of_line(rows: Iterable[Any], service_line: str) -> list[Any]:
    """The rows that speak of this kind of care; those of the whole site where it has none of its own."""
    known = list(rows)
    own = [row for row in known if row.service_line == service_line]
    return own or [row for row in known if row.service_line is None]


def on_day(week: Iterable[Any], day: dt.date, asked: Callable[[dt.date], bool] = is_holiday) -> list[Span]:
    """The spans of one day, with the end of the night before. `week`: rows of OpeningHours that hold on the day.

    A public holiday has hours of its own where the site says any; `asked`: who knows holidays.
    """
    rows, before = list(week), day - dt.timedelta(days=1)
    today = [(row.opens_minute, min(row.closes_minute, DAY)) for row in _of(rows, day, asked)]
    night = [(0, row.closes_minute - DAY) for row in _of(rows, before, asked) if row.closes_minute > DAY]
    return sorted(night + today)


def _of(rows: Sequence[Any], day: dt.date, asked: Callable[[dt.date], bool]) -> list[Any]:
    special = [row for row in rows if row.weekday == HOLIDAY]
    if special and asked(day):
        return special
    return [row for row in rows if row.weekday == day.weekday()]


def cells_of(week: Iterable[tuple[int, int, int]]) -> dict[str, str]:
    """A week as it is typed: the name of the day → its spans."""
    found: dict[str, str] = {}
    for weekday, opens, closes in sorted(week):
        part, name = f"{clock_words(opens)}-{clock_words(closes)}", WEEKDAYS[weekday]
        found[name] = f"{found[name]}, {part}" if name in found else part
    return found


def week_words(week: Iterable[tuple[int, int, int]]) -> str:
    """One line: days with equal hours together, “Monday to Friday 07:00–18:00, Saturday 08:00–12:00”."""
    spans: dict[int, list[str]] = {}
    for weekday, opens, closes in sorted(week):
        spans.setdefault(weekday, []).append(f"{clock_words(opens)}–{clock_words(closes)}")
    groups: list[list[int]] = []
    for weekday in sorted(spans):
        last = groups[-1] if groups else []
        if last and last[-1] == weekday - 1 and weekday != HOLIDAY and spans[last[-1]] == spans[weekday]:
            last.append(weekday)
        else:
            groups.append([weekday])
    return ", ".join(f"{_days(group)} {', '.join(spans[group[0]])}" for group in groups)


def _days(group: Sequence[int]) -> str:
    first, last = DAY_NAMES[group[0]], DAY_NAMES[group[-1]]
    return str(first) if len(group) == 1 else _("%(first)s to %(last)s", first=first, last=last)


def clock_words(minute: int) -> str:
    """08:30; the end of a day is 24:00, the end of a night the time of the next morning."""
    within = minute if minute <= DAY else minute - DAY
    return f"{within // 60:02d}:{within % 60:02d}"
