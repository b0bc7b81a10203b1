"""The windows of a quantity limit that the days of a line fall into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from claims.benefit_plan.rows import QuantityLimit
from tests.reference.checks.view import View, recorded
from tests.reference.money import window


def quantity_windows(view: View) -> list[tuple[str, date, int, str]]:
    """Of the limits that the line meets once."""
    limits = [limit for limit in (view.row.limits if view.row else ()) if len(touched(view, limit)) == 1]
    return [(x.key, window(x.period, view.on, view.cover), x.quantity_milli, x.period) for x in limits]


def touched(view: View, limit: QuantityLimit) -> list[date]:
    """The first days of all windows that a day of the line falls into; a cover is that of the last day."""
    first = view.line.service_from or view.on
    if limit.period == "cover" or first >= view.on:
        return [window(limit.period, view.on, view.cover)]
    days = [first + timedelta(days=n) for n in range((view.on - first).days + 1)]
    return list(dict.fromkeys(window(limit.period, day, None) for day in days))


@dataclass
class Share:
    """What of a line of many days falls into one window: as recorded, None where no record tells."""

    start: date
    used: int
    recorded: int | None

    def left(self, limit: QuantityLimit) -> int:
        free = max(0, limit.quantity_milli - self.used)
        return free if self.recorded is None else min(free, self.recorded)


def shares(view: View) -> list[tuple[QuantityLimit, list[Share]]]:
    """Of the limits that the line meets more than once."""
    found = []
    for limit in view.row.limits if view.row else ():
        starts = touched(view, limit)
        if len(starts) == 1:
            continue
        own = []
        days = nights(view) or recorded(view)
        for start in starts:
            here = [quantity for day, quantity in days if window(limit.period, day, None) == start]
            used = view.ledger.used(limit.key, "member", view.line.member_id or 0, start)
            own.append(Share(start, used, sum(here) if days else None))
        found.append((limit, own))
    return found


def nights(view: View) -> list[tuple[date, int]]:
    return [(night, 1000) for night in view.line.place.nights] if view.line.place else []
