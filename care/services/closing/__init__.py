"""Closing records: what crosses households, computed in one set step and stored on the record (DECISIONS 17)."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from care.plan import plan_by_day
from care.services.closing import attendance, occupancies, visits
from care.services.closing.storing import store_findings
from core import audit, events
from core.actors import Actor
from core.acts import Act

Touched = set[tuple[str, int, int]]  # kind, record, member


@dataclass(frozen=True, slots=True)
class Range:
    """The days asked for, widened to whole months and then to whole weeks, so that margins and sums are exact."""

    first: dt.date
    last: dt.date
    months: tuple[dt.date, ...]


def close_records(
    valid_from: dt.date, valid_until: dt.date, *, by: Actor, organisation_ids: Collection[int] | None = None
) -> int:
    """Check all records of the months of these days, store facts, findings and sums; how many records changed.

    A changed record is published, so that the cases it touches are decided again. `organisation_ids`: only theirs.
    """
    days, plan = _widened(valid_from, valid_until), plan_by_day()(valid_until)
    touched: Touched = set()
    found = []
    for judge in (attendance.close, visits.close, occupancies.close):
        changed, more = judge(days, plan, organisation_ids)
        touched |= changed
        found += more
    store_findings(found, days.first, days.last, days.months, organisation_ids)
    after = {"from": valid_from, "until": valid_until, "changed": len(touched), "findings": len(found)}
    audit.record("care", Act.CARE_RECORDS_CLOSED, f"{valid_from} {valid_until}", by=by, after=after)
    publish_changed(touched, valid_from, valid_until, source="facts")
    return len(touched)


def publish_changed(
    touched: Iterable[tuple[str, int, int]], effective_from: dt.date, until: dt.date, *, source: str
) -> None:
    """Say upwards whose records changed and for which days; `touched` are (kind, record, member)."""
    if member_ids := sorted({member_id for _, _, member_id in touched}):
        data = {"member_ids": member_ids, "from": effective_from.isoformat(), "until": until.isoformat()}
        events.publish("care.records_changed", source, effective_from=effective_from, data=data)


def _widened(valid_from: dt.date, valid_until: dt.date) -> Range:
    first = valid_from.replace(day=1)
    last = valid_until.replace(day=calendar.monthrange(valid_until.year, valid_until.month)[1])
    months, month = [], first
    while month <= last:
        months.append(month)
        month = (month + dt.timedelta(days=31)).replace(day=1)
    monday, sunday = first - dt.timedelta(days=first.weekday()), last + dt.timedelta(days=6 - last.weekday())
    return Range(monday, sunday, tuple(months))
