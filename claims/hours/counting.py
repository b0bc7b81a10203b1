"""Counting: what the live lines of a month claim of each site, told to `care`, which knows of no claims.

A line that names no site, or runs over several months, is shared out by the minutes that may be billed of its days.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from care.queries import claimed as care_queries
from care.services.claimed import record_claimed
from claims import facts
from claims.benefit_plan.rows import BenefitPlan
from claims.hours import queries
from core import clock, events
from core.actors import SYSTEM, Actor
from core.config import fund
from core.db import unit_of_work
from core.errors import DomainError
from core.money import split

CURSOR = "claims.hours"
KINDS = ("claims.decided",)
PROVIDERS = 100  # in memory at a time
SiteMonth = tuple[int, dt.date]
Days = Mapping[tuple[int, int], Sequence[tuple[int, dt.date, int]]]  # organisation, member → site, day, minutes


def count_due() -> None:
    """The worker's job: months whose claims had their days, once; then those of which a claim was decided since."""
    is_more = True
    while is_more:
        with unit_of_work():
            is_more = count_some(by=SYSTEM)
    with unit_of_work():
        hear()


def count_some(*, by: Actor) -> bool:
    """Count for some providers with months that are due and not counted; were there any? Inside a unit of work."""
    upto = closed_before(clock.today(fund().zone))
    found = care_queries.uncounted(upto, PROVIDERS) if upto is not None else {}
    for month, organisation_ids in found.items():
        count(month, organisation_ids, by=by, at=clock.now())
    return bool(found)


def closed_before(today: dt.date) -> dt.date | None:
    """First day of the latest month whose claims are in; None while no plan pays childcare."""
    try:
        childcare = facts.plans()(today).childcare
    except DomainError:
        return None
    if childcare is None:
        return None
    settled = today - dt.timedelta(days=childcare.counted_after_days)
    return (settled.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def hear() -> int:
    """Count again where a claim of a counted month was decided; how many events were taken up."""
    unread = events.unread(CURSOR, KINDS)
    if not unread:
        return 0
    upto = closed_before(clock.today(fund().zone))
    if upto is not None:
        touched = _touched(unread, upto)
        for month in sorted(touched):
            count(month, sorted(touched[month]), by=SYSTEM, at=clock.now())
    events.advance(CURSOR, unread[-1].id)
    return len(unread)


def skip_the_past() -> None:
    """What was decided so far is counted already. For the opening of a fund."""
    events.advance(CURSOR, events.last_id())


def _touched(heard: Sequence[events.Event], upto: dt.date) -> dict[dt.date, set[int]]:
    """Month up to `upto` → providers of whose claims one was decided."""
    plan_for = facts.plans()
    services = {code for event in heard for code in _by_the_hour(plan_for(event.effective_from))}
    found: dict[dt.date, set[int]] = defaultdict(set)
    for first_claim, last_claim in events.joined((event.data["first"], event.data["last"]) for event in heard):
        for organisation_id, first, last in queries.spans(first_claim, last_claim, services):
            for month in _months(first, min(last, upto)):
                found[month].add(organisation_id)
    return found


def count(month: dt.date, organisation_ids: Collection[int], *, by: Actor, at: dt.datetime) -> int:
    """Tell `care` what is claimed of this month at the sites of these providers; how many sites changed."""
    known = care_queries.claimed_minutes(organisation_ids, month)
    sums = _claimed(month, organisation_ids)
    changed = {
        site: sums.get((site, month), 0) for site, before in known.items() if before != sums.get((site, month), 0)
    }
    record_claimed(month, changed, by=by, at=at)
    return len(changed)


def _claimed(month: dt.date, organisation_ids: Collection[int]) -> dict[SiteMonth, int]:
    """Minutes by site and month; of other months only the part of the lines that touch this one."""
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    lines = queries.claimed_lines(organisation_ids, _by_the_hour(facts.plans()(last)), month, last)
    days = _days(lines)
    sums: dict[SiteMonth, int] = defaultdict(int)
    for organisation, site, member, begins, ends, milli in lines:
        own = [
            day for day in days.get((organisation, member), ()) if begins <= day[1] <= ends and site in (None, day[0])
        ]
        for place, minutes in _shared_out((milli * 60 + 500) // 1000, own, site, ends):
            sums[place] += minutes
    return sums


def _days(lines: Sequence[Any]) -> Days:
    found: dict[tuple[int, int], list[tuple[int, dt.date, int]]] = defaultdict(list)
    if lines:
        organisations, members = {line[0] for line in lines}, {line[2] for line in lines}
        first, last = min(line[3] for line in lines), max(line[4] for line in lines)
        for organisation, member, site, day, minutes in care_queries.billable_days(organisations, members, first, last):
            found[organisation, member].append((site, day, minutes))
    return found


def _shared_out(
    minutes: int, days: Sequence[tuple[int, dt.date, int]], site: int | None, ends: dt.date
) -> Iterator[tuple[SiteMonth, int]]:
    weights: dict[SiteMonth, int] = defaultdict(int)
    for place, day, billable in days:
        weights[place, day.replace(day=1)] += billable
    weights = {place: weight for place, weight in sorted(weights.items()) if weight}
    if weights:
        yield from zip(weights, split(minutes, list(weights.values())), strict=True)
    elif site is not None:
        yield (site, ends.replace(day=1)), minutes


def _by_the_hour(plan: BenefitPlan) -> set[str]:
    """Codes whose hours are borne out by attendance."""
    return {row.code for row in plan.services() if row.unit == "hour" and row.match == "attendance"}


def _months(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + dt.timedelta(days=31)).replace(day=1)
