"""Visits beside each other, the grant and the stays: what is not paid, what a person looks at, what is only said."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from care.checks import Facts, Found
from care.plan import CarePlan
from care.sweep import Interval, overlaps

KIND = "visit"
Days = tuple[dt.date, dt.date | None]


@dataclass(slots=True)
class Beside:
    """What visits are compared with, by member. `stays` and residence: admission and discharge day, both free.

    `workers(member, service, day)`: how many workers a visit may have at once; `is_granted` likewise.
    """

    districts: Mapping[int, str] = field(default_factory=dict)
    deaths: Mapping[int, dt.date] = field(default_factory=dict)
    stays: Mapping[int, Sequence[Days]] = field(default_factory=dict)
    workers: Callable[[int, dt.date], int] = lambda _member, _day: 1
    is_granted: Callable[[int, str, dt.date], bool] = lambda _member, _service, _day: True


def judge(rows: Sequence[Any], beside: Beside, plan: CarePlan | None) -> tuple[dict[int, Facts], list[Found]]:
    """Facts by visit and all findings; whole days of a worker make them exact."""
    facts = {row.id: Facts(more={"overlaps_visit_id": None}) for row in rows}
    found: list[Found] = []
    for row in rows:
        found += _alone(row, beside, plan, facts[row.id])
    found += _overlapping(rows, beside, facts)
    if plan is not None:
        by_day = _worker_days(rows)
        found += _units(by_day, plan, facts)
        found += _ways(by_day, beside, plan)
    return facts, found


def _alone(row: Any, beside: Beside, plan: CarePlan | None, facts: Facts) -> Iterator[Found]:
    """What one visit says by itself, beside its member's grant, stays and death."""
    missing = missing_elements(row)
    if missing:
        facts.uncounted = "incomplete"
        yield _of(row, "incomplete", missing=list(missing))
    if plan is not None and row.edited_on is not None:
        days = (row.edited_on - row.service_on).days
        if days > plan.edit_days:
            facts.uncounted = facts.uncounted or "late_edit"
            yield _of(row, "late_edit", days=days, most=plan.edit_days)
    died_on = beside.deaths.get(row.member_id)
    if died_on is not None and row.service_on > died_on:
        yield _of(row, "after_death", died=died_on.isoformat())
    if plan is not None and row.service not in plan.stay_exempt:
        for since, until in beside.stays.get(row.member_id, ()):
            if since < row.service_on and (until is None or row.service_on < until):
                yield _of(row, "during_stay", since=since.isoformat())
                break
    if not beside.is_granted(row.member_id, row.service, row.service_on):
        yield _of(row, "not_granted")


def missing_elements(row: Any) -> tuple[str, ...]:
    """The elements of verification that a visit lacks; the place is confirmed by its code or by a reason code."""
    present = {
        "worker": row.worker,
        "place": row.place_code or row.place_reason,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }
    return tuple(name for name, value in present.items() if not value)


def _overlapping(rows: Sequence[Any], beside: Beside, facts: dict[int, Facts]) -> Iterator[Found]:
    known = {row.id: row for row in rows}
    members: dict[tuple[int, dt.date], list[Interval]] = defaultdict(list)
    workers: dict[Hashable, list[Interval]] = defaultdict(list)
    for row in rows:
        if row.started_at and row.ended_at:
            interval = Interval(row.id, row.started_at, row.ended_at)
            members[row.member_id, row.service_on].append(interval)
            if row.worker:
                workers[row.organisation_id, row.worker].append(interval)
    of_workers = overlaps(workers)
    of_members = overlaps(_by_night(members), lambda group: beside.workers(*group))
    for check, pairs in (("worker_twice", of_workers), ("member_twice", of_members)):
        for visit_id, other_id in pairs.items():
            row, other = known[visit_id], known[other_id]
            facts[visit_id].more["overlaps_visit_id"] = facts[visit_id].more["overlaps_visit_id"] or other_id
            yield _of(row, check, other=other.number)


def _by_night(members: dict[tuple[int, dt.date], list[Interval]]) -> dict[tuple[int, dt.date], list[Interval]]:
    """A visit over midnight also stands in the group of the next day, where it may meet the first visit."""
    for member_id, day in list(members):
        before = members.get((member_id, day - dt.timedelta(days=1)), [])
        start = min(interval.start for interval in members[member_id, day])
        members[member_id, day] += [late for late in before if late.end > start]
    return members


def _worker_days(rows: Iterable[Any]) -> dict[tuple[int, str, dt.date], list[Any]]:
    """Timed visits of each worker and day, by start."""
    found: dict[tuple[int, str, dt.date], list[Any]] = defaultdict(list)
    for row in rows:
        if row.worker and row.started_at and row.ended_at:
            found[row.organisation_id, row.worker, row.service_on].append(row)
    for visits in found.values():
        visits.sort(key=lambda row: (row.started_at, row.id))
    return found


def _units(by_day: Mapping[Any, list[Any]], plan: CarePlan, facts: dict[int, Facts]) -> Iterator[Found]:
    for visits in by_day.values():
        units = sum((_minutes(row) + 7) // 15 for row in visits)
        if units > plan.units_per_worker_day:
            for row in visits:
                facts[row.id].doubt, facts[row.id].doubt_other = "over_units", str(units)
                yield _of(row, "over_units", units=units, most=plan.units_per_worker_day)


def _ways(by_day: Mapping[Any, list[Any]], beside: Beside, plan: CarePlan) -> Iterator[Found]:
    """The next visit elsewhere begins before the worker can be there; overlaps are another matter."""
    for visits in by_day.values():
        for before, row in pairwise(visits):
            gap = int((row.started_at - before.ended_at).total_seconds() // 60)
            if before.member_id == row.member_id or gap < 0:
                continue
            here, there = beside.districts.get(before.member_id), beside.districts.get(row.member_id)
            needed = plan.travel_minutes_same_district if here == there else plan.travel_minutes_other_district
            if gap < needed:
                yield _of(row, "short_way", other=before.number, gap=gap, needed=needed)


def _minutes(row: Any) -> int:
    return int((row.ended_at - row.started_at).total_seconds() // 60)


def _of(row: Any, check: str, other: str = "", **figures: Any) -> Found:
    return Found(
        check,
        row.organisation_id,
        row.service_on,
        KIND,
        row.id,
        row.site_id,
        row.member_id,
        row.worker,
        other,
        tuple(figures.items()),
    )
