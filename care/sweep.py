"""Facts that cross households, by sweeping once over sorted times: crowding at a site, overlaps of visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable
from typing import NamedTuple


class Interval(NamedTuple):
    """A visit's clock time, `[start, end)`, and who is bound by it."""

    id: int
    start: dt.datetime
    end: dt.datetime


def most_at_once(times: Iterable[tuple[int | None, int | None]]) -> int:
    """The most children present at one moment of a site-day.

    Who leaves at the minute another comes does not meet them. A child without sign-out is counted until the last
    recorded departure of the day, so that a missing time hides no crowding.
    """
    present = [(arrived, left) for arrived, left in times if arrived is not None]
    last = max((left for _, left in present if left is not None), default=0)
    steps: list[tuple[int, int]] = []
    for arrived, left in present:
        end = max(last, arrived + 1) if left is None else left
        if end > arrived:
            steps += [(arrived, 1), (end, -1)]
    now = most = 0
    for _, change in sorted(steps):
        now += change
        most = max(most, now)
    return most


def overlaps(groups: dict[Hashable, list[Interval]]) -> dict[int, int]:
    """Visit → a visit that overlaps it, within each group (one worker, or one member). Both are named."""
    found: dict[int, int] = {}
    for intervals in groups.values():
        longest: Interval | None = None
        for interval in sorted(intervals, key=lambda item: (item.start, item.end, item.id)):
            if longest and interval.start < longest.end:
                found.setdefault(interval.id, longest.id)
                found.setdefault(longest.id, interval.id)
            if longest is None or interval.end > longest.end:
                longest = interval
    return found
