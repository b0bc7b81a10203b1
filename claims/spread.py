"""A line of several days under a limit per day, week, month or year: it meets every window that it touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from claims.benefit_plan.rows import QuantityLimit, period_after, period_start
from claims.case import MILLI, Line
from claims.recorded_days import recorded_days
from claims.terms import Terms

UNKNOWN: Final = -1


@dataclass(slots=True)
class Window:
    """Thousandths `used` before this line, and `recorded` in it for this line; UNKNOWN: no record tells the day."""

    first: date
    used: int
    recorded: int = UNKNOWN

    def room(self, limit: int) -> int:
        left = max(limit - self.used, 0)
        return left if self.recorded == UNKNOWN else min(left, self.recorded)


def is_spread(period: str, line: Line) -> bool:
    """Does the line touch more than one window of that period?"""
    begins, ends = line.service_from, line.service_on
    if begins is None or begins >= ends or period == "cover":
        return False
    return period_start(period, begins, None) != period_start(period, ends, None)


def windows(limit: QuantityLimit, line: Line, terms: Terms) -> list[Window]:
    """The windows that a spread line touches, the first one first."""
    used, member = terms.ledger.used, line.member_id or 0
    first: date | None = period_start(limit.period, line.service_from or line.service_on, None)
    found: list[Window] = []
    while first is not None and first <= line.service_on:
        found.append(Window(first, used.get((limit.key, member, first), 0)))
        first = period_after(limit.period, first, None)
    days = _recorded(line)
    if days:
        by_first = {window.first: window for window in found}
        for window in found:
            window.recorded = 0
        for day, quantity in days:
            own = by_first.get(period_start(limit.period, day, None))
            if own is not None:
                own.recorded += quantity
    return found


def asked_of(line: Line, found: list[Window]) -> int:
    """What of the line can fall into its windows; what no record bears out is cut elsewhere (CAR-01)."""
    if found[0].recorded == UNKNOWN:
        return line.quantity_milli
    return min(line.quantity_milli, sum([window.recorded for window in found]))


def _recorded(line: Line) -> tuple[tuple[date, int], ...]:
    if line.place is not None:
        return tuple([(night, MILLI) for night in line.place.nights])
    return recorded_days(line)
