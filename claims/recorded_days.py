"""What records tell by day: a line of a month is judged day by day where its visits and attendance are known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from claims.case import AttendanceFact, Finding, Line, VisitFact
from claims.reasons import Effect

Days = tuple[tuple[date, int], ...]


def recorded_days(line: Line) -> Days:
    """(day, quantity in thousandths) of what counts, in the order of the records."""
    fact: VisitFact | AttendanceFact | None = line.visit if line.visit is not None else line.attendance
    return fact.days if fact is not None else ()


def without(line: Line, is_refused: Callable[[date], bool]) -> Finding | None:
    """A finding that leaves what was recorded on other days, if the line asks for more than that.

    Parameters: `refused` and `asked` in thousandths, `on` the first refused day.
    """
    refused = 0
    first: date | None = None
    for day, quantity in recorded_days(line):
        if is_refused(day):
            refused += quantity
            first = day if first is None or day < first else first
    left = max(_recorded(line) - refused, 0)
    if first is None or left >= line.quantity_milli:
        return None
    effect = (Effect.REDUCED if left else Effect.DENIED).value
    return Finding(effect=effect, allowed_milli=left, refused=refused, asked=line.quantity_milli, on=first)


def _recorded(line: Line) -> int:
    if line.visit is not None:
        return line.visit.verified_milli
    return line.attendance.attended_milli if line.attendance is not None else 0
