"""What `care` recorded for a line: visits, attendance, a place held, works quoted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(slots=True)
class VisitFact:
    """What `care` matched to a line: verified units, what the unmatched ones lack, an overlap if any.

    `days`: verified quantity by day. `doubt`: what `care` wants a person to look at besides overlaps.
    """

    verified_milli: int
    missing: tuple[str, ...] = ()
    missing_on: date | None = None
    overlap_on: date | None = None
    overlap_number: str = ""
    days: tuple[tuple[date, int], ...] = ()
    doubt: str = ""
    doubt_on: date | None = None
    doubt_other: str = ""


@dataclass(slots=True)
class AttendanceFact:
    """Quantity of a line that attendance bears out, and what `care` computed for the site on those days.

    `attended_milli`: attended or booked, absences told in time included. `absences`: those of them that count among
    the absence days of the year, by day. `days`: all of it by day.
    `children`/`places`: the worst moment when the site was over its licence, else 0/0.
    `billed_milli_of_site`/`attended_milli_of_site`: claimed and attended hours of the site's month, 0 = not known.
    """

    attended_milli: int
    missing: tuple[str, ...] = ()
    missing_on: date | None = None
    over_on: date | None = None
    children: int = 0
    places: int = 0
    billed_milli_of_site: int = 0
    attended_milli_of_site: int = 0
    days: tuple[tuple[date, int], ...] = ()
    absences: tuple[tuple[date, int], ...] = ()
    doubt: str = ""
    doubt_on: date | None = None
    doubt_other: str = ""


@dataclass(slots=True)
class PlaceFact:
    """Where the member held a place of the provider on the days of a line. `nights`: each night held.

    `doubt`: the place or the member has two holders or places from `doubt_on`, for `doubt_nights` nights of the line.
    `certified_until`: the last day of the place's latest certificate; `uncertified_on`: a night without one.
    """

    place: str
    nights: tuple[date, ...] = ()
    doubt: str = ""
    doubt_on: date | None = None
    doubt_nights: int = 0
    doubt_other: str = ""
    certified_until: date | None = None
    uncertified_on: date | None = None


@dataclass(slots=True)
class QuoteFact:
    """What works were quoted at and accepted at, in minor units; None = not accepted."""

    number: str
    quoted: int
    accepted: int | None
    accepted_on: date | None = None
