"""Who holds which place in which night: a place held by two, and a member who holds two places at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from care.checks import Facts, Found
from care.plan import CarePlan

KIND = "occupancy"
ONE = dt.timedelta(days=1)


def judge(rows: Sequence[Any], plan: CarePlan | None) -> tuple[dict[int, Facts], list[Found]]:
    """Facts by occupancy and all findings. The day of moving out is free for the next."""
    facts = {row.id: Facts(more={"doubt_from": None, "doubt_until": None}) for row in rows}
    places: dict[object, list[Any]] = defaultdict(list)
    people: dict[object, list[Any]] = defaultdict(list)
    for row in rows:
        places[row.organisation_id, row.place].append(row)
        if plan is not None and row.kind in plan.one_at_a_time:
            people[row.member_id, row.kind].append(row)
    found = list(_meeting("place_taken", places.values(), facts))
    return facts, found + list(_meeting("two_places", people.values(), facts))


def _meeting(check: str, groups: Iterable[list[Any]], facts: dict[int, Facts]) -> Iterator[Found]:
    for rows in groups:
        rows.sort(key=lambda row: (row.moved_in_on, row.id))
        for place, row in enumerate(rows):
            for before in rows[:place]:
                if (nights := _common(before, row)) is not None:
                    yield from (
                        _of(one, other, check, nights, facts[one.id]) for one, other in ((before, row), (row, before))
                    )


def _common(one: Any, other: Any) -> tuple[dt.date, dt.date | None] | None:
    """First night and the free day after the last night that both hold; None when they hold no night together."""
    first = max(one.moved_in_on, other.moved_in_on)
    ends = [row.moved_out_on for row in (one, other) if row.moved_out_on is not None]
    end = min(ends, default=None)
    return (first, end) if end is None or end > first else None


def _of(row: Any, other: Any, check: str, nights: tuple[dt.date, dt.date | None], facts: Facts) -> Found:
    first, end = nights
    if not facts.doubt:
        facts.doubt, facts.doubt_other = check, other.place
        facts.more = {"doubt_from": first, "doubt_until": end - ONE if end is not None else None}
    figures = (("nights", (end - first).days if end is not None else "–"), ("first", first.isoformat()))
    return Found(check, row.organisation_id, first, KIND, row.id, None, row.member_id, "", other.place, figures)
