"""Facts that cross households, by sweeping once over sorted times: crowding at a site, overlaps of visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

Group = TypeVar("Group", bound=Hashable)


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


def overlaps(groups: Mapping[Group, list[Interval]], allowed: Callable[[Group], int] = lambda _: 1) -> dict[int, int]:
    """Visit → a visit that overlaps it, within each group (one worker, or one member). Both are named.

    `allowed(group)`: how many may run at the same time, such as two where a visit of two workers is authorised.
    """
    found: dict[int, int] = {}
    for group, intervals in groups.items():
        most = allowed(group)
        running: list[Interval] = []
        for interval in sorted(intervals, key=lambda item: (item.start, item.end, item.id)):
            running = [other for other in running if other.end > interval.start]
            if len(running) >= most:
                longest = max(running, key=lambda other: (other.end, -other.id))
                found.setdefault(interval.id, longest.id)
                found.setdefault(longest.id, interval.id)
            running.append(interval)
    return found


def pairs_at_once(times: Sequence[tuple[Any, Any]]) -> Iterator[tuple[int, int]]:
    """Positions of `[start, end)` intervals that meet, each with its nearest earlier one."""
    order = sorted(range(len(times)), key=lambda place: times[place])
    for later, place in enumerate(order):
        for other in order[:later]:
            if times[other][1] > times[place][0]:
                yield other, place
                break


def shortfall(
    small: Iterable[tuple[int, int]],
    walking: Iterable[tuple[int, int]],
    shifts: Iterable[tuple[int, int]],
    needed: Callable[[int, int], int],
    tolerance: int,
) -> tuple[int, int, int, int] | None:
    """(minute, children, adults, adults needed) of the worst moment with too few adults, if it lasts beyond `tolerance`
    minutes; None when there are always enough."""
    steps: dict[int, list[int]] = {}
    for place, spans in enumerate((small, walking, shifts)):
        for start, end in spans:
            steps.setdefault(start, [0, 0, 0])[place] += 1
            steps.setdefault(end, [0, 0, 0])[place] -= 1
    now, since = [0, 0, 0], None
    spell: tuple[int, int, int, int] | None = None
    worst: tuple[int, int, int, int] | None = None
    for minute in sorted(steps):
        if since is not None and spell is not None and minute - since > tolerance:
            worst = spell if worst is None or spell[3] - spell[2] > worst[3] - worst[2] else worst
        now = [count + change for count, change in zip(now, steps[minute], strict=True)]
        adults = needed(now[0], now[1])
        if adults <= now[2]:
            since = spell = None
            continue
        since = minute if since is None else since
        if spell is None or adults - now[2] > spell[3] - spell[2]:
            spell = (minute, now[0] + now[1], now[2], adults)
    return worst
