"""Attendance beside licence, opening hours, enrolment and roster: what may be billed of each day, and what is wrong."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from care.checks import Facts, Found
from care.plan import CarePlan
from care.sweep import most_at_once, pairs_at_once, shortfall

Span = tuple[int, int]
KIND = "attendance"


@dataclass(slots=True)
class SiteDay:
    """The records of one site on one day. `hours` None: no opening hours known; empty: closed, `closed_why` says why.

    `booked`: member → minutes placed that day; `enrolled`: members with a placement that covers the day, None: the
    site's placements are not known.
    """

    site_id: int
    organisation_id: int
    day: dt.date
    name: str = ""
    rows: list[Any] = field(default_factory=list)
    service_line: str = ""
    places: int | None = None
    hours: list[Span] | None = None
    closed_why: str = ""
    booked: Mapping[int, int] = field(default_factory=dict)
    enrolled: frozenset[int] | None = None
    shifts: Sequence[Span] = ()
    present: int = 0
    allowed: int | None = None


def judge(
    days: Sequence[SiteDay], born: Mapping[int, dt.date], plan: CarePlan | None
) -> tuple[dict[int, Facts], list[Found]]:
    """Facts by record and all findings of these site-days; whole weeks and months of a site make them exact."""
    _allow(days, plan)
    facts: dict[int, Facts] = {}
    found: list[Found] = []
    for day in days:
        for row in day.rows:
            facts[row.id] = _counted(day, row, plan, found)
        found += _crowding(day)
        if plan is not None:
            found += _ratio(day, born, plan)
    found += _two_centres(days, facts)
    if plan is not None:
        found += _long_days(days, facts, plan)
        found += _same_minutes(days, plan)
    return facts, found


def _allow(days: Sequence[SiteDay], plan: CarePlan | None) -> None:
    """The margin counts in weeks whose mean of daily highest stays within the places."""
    weeks: dict[tuple[int, dt.date], list[SiteDay]] = defaultdict(list)
    for day in days:
        day.present = most_at_once((row.arrived_minute, row.left_minute) for row in day.rows)
        day.allowed = day.places
        if day.present and day.places is not None:
            weeks[day.site_id, day.day - dt.timedelta(days=day.day.weekday())].append(day)
    for open_days in weeks.values() if plan is not None else ():
        total, places = sum(day.present for day in open_days), sum(day.places or 0 for day in open_days)
        if plan is not None and total * 100 <= places * plan.weekly_mean_percent:
            for day in open_days:
                day.allowed = (day.places or 0) * plan.margin_percent // 100


def _counted(day: SiteDay, row: Any, plan: CarePlan | None, found: list[Found]) -> Facts:
    """Minutes that may be billed, attended or booked, and why others do not count."""
    booked = day.booked.get(row.member_id, 0)
    why, minutes, figures = _billable(day, row, booked, plan)
    if why:
        found.append(_of(day, row, why, figures))
    places = {"children_present": day.present, "licensed_places": day.places, "allowed_places": day.allowed}
    return Facts(uncounted=why, more={"billable_minutes": minutes, **places})


def _billable(
    day: SiteDay, row: Any, booked: int, plan: CarePlan | None
) -> tuple[str, int, tuple[tuple[str, Any], ...]]:
    if row.is_absent:
        is_told = row.has_note or (row.notified_on is not None and row.notified_on <= day.day)
        return ("", booked, ()) if is_told else ("not_notified", 0, ())
    if row.arrived_minute is None or row.left_minute is None:
        return "no_sign_out", 0, (("arrived", clock_time(row.arrived_minute or 0)),)
    if day.hours == []:
        return "closed_day", 0, (("why", day.closed_why),)
    if day.enrolled is not None and row.member_id not in day.enrolled:
        return "not_enrolled", 0, ()
    inside = attended_minutes(day, row)
    outside = row.left_minute - row.arrived_minute - inside
    if outside > (plan.tolerance_minutes if plan is not None else 0):
        return "outside_hours", max(inside, booked), (("minutes", outside),)
    return "", max(inside, booked), ()


def attended_minutes(day: SiteDay, row: Any) -> int:
    """Minutes between sign-in and sign-out that lie inside the opening hours."""
    if row.is_absent or row.arrived_minute is None or row.left_minute is None:
        return 0
    if day.hours is None:
        return int(row.left_minute - row.arrived_minute)
    return sum(max(min(row.left_minute, close) - max(row.arrived_minute, open_), 0) for open_, close in day.hours)


def _crowding(day: SiteDay) -> Iterator[Found]:
    if day.allowed is not None and day.present > day.allowed:
        figures = (("children", day.present), ("allowed", day.allowed), ("places", day.places))
        yield Found("over_places", day.organisation_id, day.day, "site_day", site_id=day.site_id, figures=figures)


def _ratio(day: SiteDay, born: Mapping[int, dt.date], plan: CarePlan) -> Iterator[Found]:
    """A warning from the roster; a site-day without a roster says nothing."""
    if not day.shifts:
        return
    small: list[Span] = []
    walking: list[Span] = []
    for row in day.rows:
        if row.arrived_minute is None or row.left_minute is None or row.left_minute <= row.arrived_minute:
            continue
        can_walk = _months(born.get(row.member_id), day.day) >= plan.walking_from_months
        (walking if can_walk else small).append((row.arrived_minute, row.left_minute))
    worst = shortfall(small, walking, day.shifts, plan.adults_needed, plan.tolerance_minutes)
    if worst is not None:
        minute, children, adults, needed = worst
        figures = (("children", children), ("adults", adults), ("needed", needed), ("time", clock_time(minute)))
        yield Found("few_adults", day.organisation_id, day.day, "site_day", site_id=day.site_id, figures=figures)


def _months(born_on: dt.date | None, on: dt.date) -> int:
    """Completed months of age; somebody whose birth is unknown counts as not walking."""
    if born_on is None:
        return 0
    return (on.year - born_on.year) * 12 + on.month - born_on.month - (on.day < born_on.day)


def _two_centres(days: Iterable[SiteDay], facts: dict[int, Facts]) -> Iterator[Found]:
    by_child: dict[tuple[int, dt.date], list[tuple[SiteDay, Any]]] = defaultdict(list)
    for day in days:
        for row in day.rows:
            if row.arrived_minute is not None and row.left_minute is not None:
                by_child[row.member_id, day.day].append((day, row))
    for records in by_child.values():
        for one, other in pairs_at_once([(row.arrived_minute, row.left_minute) for _, row in records]):
            for (day, row), (elsewhere, _) in ((records[one], records[other]), (records[other], records[one])):
                facts[row.id].doubt, facts[row.id].doubt_other = "two_centres", elsewhere.name
                yield _of(day, row, "two_centres", (), elsewhere.name)


def _long_days(days: Iterable[SiteDay], facts: dict[int, Facts], plan: CarePlan) -> Iterator[Found]:
    records: dict[tuple[int, dt.date], list[tuple[SiteDay, Any]]] = defaultdict(list)
    for day in days:
        for row in day.rows:
            if row.left_minute is not None:
                records[row.member_id, day.day].append((day, row))
    for signed in records.values():
        minutes = sum(row.left_minute - row.arrived_minute for _, row in signed)
        if minutes > plan.longest_day_minutes:
            for day, row in signed:
                facts[row.id].doubt = facts[row.id].doubt or "over_day"
                facts[row.id].doubt_other = facts[row.id].doubt_other or str(minutes)
                yield _of(day, row, "over_day", (("minutes", minutes), ("most", plan.longest_day_minutes)))


def _same_minutes(days: Iterable[SiteDay], plan: CarePlan) -> Iterator[Found]:
    """All children of a site with one pair of times, day after day: not signed one by one."""
    alike: Counter[tuple[int, int, dt.date]] = Counter()
    for day in days:
        times = [(row.arrived_minute, row.left_minute) for row in day.rows if row.left_minute is not None]
        if len(times) >= plan.identical_children and len(set(times)) == 1:
            alike[day.organisation_id, day.site_id, day.day.replace(day=1)] += 1
    for (organisation_id, site_id, month), count in alike.items():
        if count >= plan.identical_days:
            yield Found(
                "same_minutes", organisation_id, month, "site_month", site_id=site_id, figures=(("days", count),)
            )


def _of(day: SiteDay, row: Any, check: str, figures: tuple[tuple[str, Any], ...], other: str = "") -> Found:
    return Found(check, day.organisation_id, day.day, KIND, row.id, day.site_id, row.member_id, "", other, figures)


def clock_time(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
