"""Counts the people whom a suspension, an end or a recovery may leave without care nearby."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from care.queries.nearby import Elsewhere, Placed, elsewhere, placed_at, without_place
from core.actors import Actor
from providers.nearby import Group, Stop, Stranded


def left_behind(stops: Sequence[Stop], who: Actor) -> list[Stranded]:
    """For each of `stops`; four statements for each day that is asked about."""
    found: dict[int, Stranded] = {}
    for day in sorted({stop.on for stop in stops}):
        asked = [(place, stop) for place, stop in enumerate(stops) if stop.on == day]
        found |= _on(day, asked, who)
    return [found[place] for place in range(len(stops))]


def _on(day: dt.date, asked: Sequence[tuple[int, Stop]], who: Actor) -> dict[int, Stranded]:
    rows = placed_at({stop.organisation_id for _place, stop in asked}, day, who)
    if not rows:
        return {place: Stranded() for place, _stop in asked}
    others = elsewhere({row.service for row in rows}, {row.service_line for row in rows}, day)
    return {place: _stranded([row for row in rows if touches(stop, row)], others, stop) for place, stop in asked}


def touches(stop: Stop, row: Placed) -> bool:
    """Whether this placement could not go on."""
    return (
        row.organisation_id == stop.organisation_id
        and (stop.services is None or row.service in stop.services)
        and stop.site_id in (None, row.site_id)
    )


def _stranded(rows: Sequence[Placed], others: Elsewhere, stop: Stop) -> Stranded:
    lost = list(without_place(rows, others, stop.organisation_id))
    people, without = _by_group(rows), _by_group(lost)
    groups = [Group(*key, len(people[key]), len(without.get(key, ()))) for key in sorted(people)]
    return Stranded(len({row.member_id for row in rows}), len({row.member_id for row in lost}), tuple(groups))


def _by_group(rows: Sequence[Placed]) -> dict[tuple[str, str], set[int]]:
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in rows:
        found[row.service_line, row.district].add(row.member_id)
    return found
