"""What is said of a site beside its licence, as typed on a page or in a row of a file: every defect at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from core.errors import InputErrors, Problem
from core.tables.values import BadValue, parse_date
from core.words import _l
from providers.languages import read_languages
from providers.opening_times import Week, read_week
from providers.services.registration import MOST_PLACES

Rooms = Sequence[tuple[str, int]]  # name, places
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SiteWords:
    """`service_line` empty: the hours are of all of the site; `week` empty: nothing is said of hours."""

    languages: Sequence[str]
    rooms: Rooms
    week: Week
    valid_from: dt.date
    service_line: str = ""


def read_words(cells: Mapping[str, Any], lines: Collection[str], today: dt.date) -> SiteWords:
    """`lines` may have hours of their own. InputErrors name the fields."""
    problems: list[Problem] = []

    def tried(read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except InputErrors as errors:
            problems.extend(errors.problems)
            return otherwise

    def text(name: str) -> str:
        return str(cells.get(name) or "").strip()

    found = SiteWords(
        tried(lambda: read_languages(text("languages")), ()),
        tried(lambda: read_rooms(text("rooms")), []),
        tried(lambda: read_week(cells), ()),
        tried(lambda: _day(cells.get("valid_from")), None) or today,
        tried(lambda: _line(text("service_line"), lines), ""),
    )
    if problems:
        raise InputErrors(problems)
    return found


def read_rooms(text: str, where: str = "rooms") -> list[tuple[str, int]]:
    """One room a line or between semicolons, “Blue room, 8”. InputErrors quote what is wrong."""
    found: dict[str, int] = {}
    problems: list[Problem] = []
    for line in filter(None, (line.strip() for line in text.replace(";", "\n").splitlines())):
        name, _comma, count = (part.strip() for part in line.rpartition(","))
        if not 0 < len(name) <= 60 or not count.isdecimal() or int(count) > MOST_PLACES:
            said = _l("Write a room as name, comma, places from 0 to %(most)s, like Blue room, 8.", most=MOST_PLACES)
            problems.append(Problem(where, said, line))
        elif name in found:
            problems.append(Problem(where, _l("This room stands further up already."), line))
        else:
            found[name] = int(count)
    if problems:
        raise InputErrors(problems)
    return list(found.items())


def _day(typed: Any) -> dt.date | None:
    if typed is None or isinstance(typed, dt.date) or not str(typed).strip():
        return typed or None
    try:
        return parse_date(str(typed))
    except BadValue as error:
        raise InputErrors.at("valid_from", f"{error.reason} {error.fix}", typed) from error


def _line(code: str, lines: Collection[str]) -> str:
    if code and code not in lines:
        raise InputErrors.at("service_line", _l("Write one of: %(values)s.", values=", ".join(sorted(lines))), code)
    return code
