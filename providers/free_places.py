"""Free places: licensed less booked, worked out when asked and stored nowhere (DECISIONS 4).

Bookings belong to a room above, which says here how they are counted. What the public reads is a word: a figure, or
its change from one day to the next, would tell of a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal

from core.restricted import SMALLEST
from core.words import _l

WORDS = {"none": _l("Full"), "few": _l("Some"), "many": _l("11 or more"), "": _l("Ask there")}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and, when asked for, a minute of it; without one a booking of any hour takes its place."""

    on: dt.date
    minute: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The columns of the row that a count stands beside."""

    organisation_id: Any
    site_id: Any
    service_line: Any


Count = Callable[[Place, Moment, bool], Any]
"""A scalar expression; the last argument: with restricted services."""
_persons: list[Count] = []
_minutes: list[Count] = []


def add_bookings(persons: Count, minutes: Count) -> None:
    """A room says how many persons it has booked at a place then, and how many minutes of that day."""
    if persons not in _persons:
        _persons.append(persons)
        _minutes.append(minutes)


def booked(place: Place, moment: Moment, *, with_restricted: bool = False) -> Any:
    """Persons, of all rooms together, as an expression of the row's columns."""
    return sum((count(place, moment, with_restricted) for count in _persons), start=literal(0))


def booked_minutes(place: Place, moment: Moment, *, with_restricted: bool = False) -> Any:
    return sum((count(place, moment, with_restricted) for count in _minutes), start=literal(0))


def band(licensed: int, taken: int) -> str:
    """A key of WORDS. Below k licensed places nothing is said; each word leaves k or more persons possible."""
    if licensed < SMALLEST:
        return ""
    if taken >= licensed:
        return "none"
    return "many" if licensed >= 2 * SMALLEST and licensed - taken >= SMALLEST else "few"
