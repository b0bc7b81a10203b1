"""Closing attendance: site-days put together, judged, stored, and summed into site-months."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import update

from care import queries
from care.checks import Facts, Found
from care.checks.childcare import SiteDay, attended_minutes, judge
from care.models import Attendance, SiteMonth
from care.plan import CarePlan
from care.services.closing.storing import store_facts
from core import clock
from core.db import bulk_insert, db
from providers.opening_times import is_holiday, of_line, on_day


def close(days: Any, plan: CarePlan | None, mine: Collection[int] | None) -> tuple[set[Any], list[Found]]:
    """`days`: first and last day, whole weeks, and the months whose sums are exact."""
    rows = queries.closing.attendance(days.first, days.last, mine)
    if not rows:
        return set(), []
    site_days = _site_days(rows, days.first, days.last)
    born = {id_: row.born_on for id_, row in queries.closing.people({row.member_id for row in rows}).items()}
    facts, found = judge(site_days, born, plan)
    touched = store_facts(Attendance, rows, facts, mine)
    own = [day for day in site_days if mine is None or day.organisation_id in mine]
    touched |= _store_months(own, facts, days.months)
    return touched, found


def _site_days(rows: Sequence[Any], first: dt.date, last: dt.date) -> list[SiteDay]:
    """One per site and day with records, and everything they are compared with."""
    site_ids = {row.site_id for row in rows}
    found: dict[tuple[int, dt.date], SiteDay] = {}
    names = queries.closing.site_names(site_ids)
    for row in rows:
        key = row.site_id, row.day
        if key not in found:
            found[key] = SiteDay(row.site_id, row.organisation_id, row.day, names[row.site_id])
        found[key].rows.append(row)
    _add_placements(found, site_ids, first, last)
    _add_hours(found, site_ids, first, last)
    for key, spans in queries.closing.shifts(site_ids, first, last).items():
        if key in found:
            found[key].shifts = spans
    return list(found.values())


def _add_hours(found: Mapping[Any, SiteDay], site_ids: Collection[int], first: dt.date, last: dt.date) -> None:
    hours = queries.closing.opening_hours(site_ids)
    closed = queries.closing.closures(site_ids, first, last)
    holiday = cache(is_holiday)  # the calendar is asked once for a day, not for each site
    for (site_id, on), day in found.items():
        if week := of_line(hours.get(site_id, ()), day.service_line):
            day.hours = on_day((row for row in week if _holds(row, on)), on, holiday)
        if (site_id, on) in closed:
            day.hours, day.closed_why = [], closed[site_id, on]


def _add_placements(found: Mapping[Any, SiteDay], site_ids: Collection[int], first: dt.date, last: dt.date) -> None:
    enrolled = queries.closing.enrolments(site_ids, first, last)
    booked: dict[tuple[int, dt.date], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for slot in queries.booked_days({day.organisation_id for day in found.values()}, first, last):
        if slot.site_id is not None:
            booked[slot.site_id, slot.day][slot.member_id] += slot.minutes
    licences = queries.closing.capacities(site_ids)
    for (site_id, on), day in found.items():
        day.booked = booked.get((site_id, on), {})
        placed = [row for row in enrolled.get(site_id, ()) if _holds(row, on)]
        if site_id in enrolled:
            day.enrolled = frozenset(row.member_id for row in placed)
        here = {row.member_id for row in day.rows}
        lines = Counter(row.service_line for row in placed if row.member_id in here)
        held = {row.service_line: int(row.licensed_places) for row in licences.get(site_id, ()) if _holds(row, on)}
        day.service_line = _line(held, lines)
        day.places = held.get(day.service_line)


def _line(held: Collection[str], lines: Counter[str]) -> str:
    """That most children of the day are placed for; empty when there are several licences and nobody says which."""
    if lines:
        return lines.most_common(1)[0][0]
    return next(iter(held)) if len(held) == 1 else ""


def _store_months(
    site_days: Sequence[SiteDay], facts: Mapping[int, Facts], months: Collection[dt.date]
) -> set[tuple[str, int, int]]:
    """Minutes billed and attended by site and month. A changed sum touches all children of the site-month."""
    sums: dict[tuple[int, dt.date], Counter[str]] = defaultdict(Counter)
    children: dict[tuple[int, dt.date], set[int]] = defaultdict(set)
    for day in site_days:
        key = day.site_id, day.day.replace(day=1)
        if key[1] in months:
            for row in day.rows:
                fact = facts[row.id]
                sums[key]["billed_minutes"] += fact.more["billable_minutes"]
                sums[key]["absent_days"] += row.is_absent
                is_counted = fact.uncounted in ("", "outside_hours")
                sums[key]["attended_minutes"] += attended_minutes(day, row) if is_counted else 0
                children[key].add(row.member_id)
    stored = queries.closing.site_months({key[0] for key in sums}, months)
    touched, fresh, now = set(), [], clock.now()
    for key, values in sums.items():
        known = stored.get(key)
        if known is not None and all(getattr(known, name) == value for name, value in values.items()):
            continue
        row = {"site_id": key[0], "month": key[1], **values}
        if known is None:
            fresh.append(row | {"closed_at": now})
        else:
            where = (SiteMonth.site_id == key[0], SiteMonth.month == key[1])
            db.session.execute(update(SiteMonth).where(*where).values(**values, closed_at=now))
        touched |= {("site_month", key[0], member_id) for member_id in children[key]} if known is not None else set()
    bulk_insert(SiteMonth.__table__, fresh)
    return touched


def _holds(row: Any, on: dt.date) -> bool:
    return bool(row.valid_from <= on and (row.valid_until is None or on <= row.valid_until))
