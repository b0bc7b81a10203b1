"""Each night: only what the records of the day before changed is computed again; nothing changed, nothing computed.

Rooms below say with their events from which day on something changed. A period is looked at until its run-out is over;
after what came in by then it is final. A computation that finds what the one before found leaves that one standing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from core import clock, events, plan, work
from core.actors import SYSTEM
from core.config import fund
from core.db import unit_of_work
from core.events import Event
from quality import keeping, services
from quality.case_row import RunRejected
from quality.definitions import Indicator, Source
from quality.models import IndicatorRun
from quality.names import PART
from quality.periods import ONE_DAY, Period, parse_period, quarter_of
from quality.queries import runs
from quality.record_checks.services import check_records
from quality.services.computing import Reading

NIGHT, COMPUTE, CHECK = "quality.night", "quality.compute", "quality.check"
CURSOR = "quality.refresh"
_CARE = ("care.records_changed", "care.placement_changed")
_CLAIMS = ("claims.decided", "members.cover_changed", "members.imported")
HEARD: dict[Source, tuple[str, ...]] = {
    Source.CLAIMS: (*_CLAIMS, *_CARE, "care.grant_decided"),
    Source.VISITS: (*_CARE, "claims.decided"),
    Source.ATTENDANCE: (*_CARE, "claims.decided"),
    Source.ROSTER: _CARE,
    Source.ASSESSMENTS: ("care.grant_decided", *_CARE),
}
"""What changes the records of a source. One without events is read each night until its period closes."""
LOOKED_BACK = 2  # full quarters, with their months: a run-out is shorter than that


def ask_when_due() -> None:
    """The worker's clock: once a day of the fund."""
    today = clock.today(fund().zone)
    with unit_of_work():
        if plan.timeline(PART).first is not None:
            work.enqueue(NIGHT, today.isoformat(), {"on": today.isoformat()})


@work.task(NIGHT)
def look(arguments: dict[str, Any]) -> dict[str, Any]:
    """Enqueue what is out of date, a period's windows apart, so that two workers share the night."""
    today, heard = dt.date.fromisoformat(arguments["on"]), _heard()
    wanted = {period.name: stale(period, heard) for period in open_periods(today) if _is_planned(period)}
    for name in wanted:
        work.enqueue(CHECK, f"{today} {name}", {"period": name})
    for name, definitions in wanted.items():
        for span, alike in groupby(sorted(definitions, key=_span), key=_span):
            work.enqueue(COMPUTE, f"{today} {name} {span}", {"period": name, "indicators": [one.id for one in alike]})
    return {name: [one.id for one in found] for name, found in wanted.items() if found}


@work.task(COMPUTE)
def compute(arguments: dict[str, Any]) -> dict[str, Any]:
    """Indicators of one window together; where rows of one contradict themselves, each alone, so that only it fails."""
    period, names = parse_period(arguments["period"]), arguments["indicators"]
    try:
        made = services.refresh_period(period, names, by=SYSTEM)
    except RunRejected:
        if len(names) == 1:
            raise
        for name in names:
            key = f"{clock.today(fund().zone)} {period.name} {name}"
            work.enqueue(COMPUTE, key, {"period": period.name, "indicators": [name]})
        return {}
    return {run.indicator: run.cases for run in made}


@work.task(CHECK)
def check(arguments: dict[str, Any]) -> dict[str, Any]:
    return {row.code: row.violated for row in check_records(parse_period(arguments["period"]))}


def open_periods(today: dt.date) -> Iterator[Period]:
    """Quarters and months that are over, the latest first."""
    quarter = quarter_of(today).before
    for _turn in range(LOOKED_BACK):
        yield quarter
        quarter = quarter.before
    month = parse_period(f"{today:%Y-%m}").before
    for _turn in range(3 * LOOKED_BACK):
        yield month
        month = month.before


def stale(period: Period, heard: Sequence[Event]) -> list[Indicator]:
    """Definitions that have no run of this period, changed themselves, or whose records changed before it closed."""
    reading = Reading(period)
    known = runs.newest_runs(period.name)
    changed = _changed(heard, reading.closes_at)
    return [one for one in reading.wanted if _is_stale(one, reading, known.get(one.code), changed)]


def _is_planned(period: Period) -> bool:
    first = plan.timeline(PART).first
    return first is not None and first <= period.last


def _span(definition: Indicator) -> str:
    return definition.period.value


def _is_stale(definition: Indicator, reading: Reading, run: IndicatorRun | None, changed: dict[str, dt.date]) -> bool:
    if run is None or run.params_hash != keeping.digest_of(keeping.definition_as_json(definition)):
        return True
    if run.data_cutoff >= reading.closes_at:
        return False
    days = reading.window(definition)
    kinds = HEARD.get(definition.source)
    if kinds is None:
        return clock.now() < reading.closes_at + ONE_DAY  # what came in on the last day is read the night after
    return any(changed[kind] <= days.last for kind in kinds if kind in changed)


def _heard() -> list[Event]:
    """Every unread event that changes records; the cursor moves with this night's transaction."""
    kinds = sorted({kind for of_source in HEARD.values() for kind in of_source})
    found: list[Event] = []
    while unread := events.unread(CURSOR, kinds):
        events.advance(CURSOR, unread[-1].id)
        found += unread
    return found


def _changed(heard: Sequence[Event], closes_at: dt.datetime) -> dict[str, dt.date]:
    """Kind of event → the first day it touched, of what was recorded before the period closed."""
    found: dict[str, dt.date] = {}
    for event in heard:
        if event.recorded_at < closes_at:
            found[event.kind] = min(found.get(event.kind, event.effective_from), event.effective_from)
    return found
