"""A night of screens: every screen of the plan once a day, its hits kept as they were found."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from core import audit, clock, plan, work
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert, db, unit_of_work
from quality.desk import plan as screen_plan
from quality.desk.models import ScreenHit, ScreenRun
from quality.desk.plan import Terms
from quality.desk.queries import runs
from quality.desk.screens import SCREENS, Hit
from quality.desk.window import window_before
from quality.names import STREAM

TASK = "desk.screens"
FROM_HOUR = 2  # of the night, in the fund's time: the day's files are in


def run_screens(on: dt.date, *, by: Actor) -> list[ScreenRun]:
    """All screens in force that have not run on that day; one entry in the trail for the night."""
    done = runs.screens_run_on(on)
    made = [_run(terms, on) for terms in screen_plan.in_force(on).on(on) if terms.code not in done]
    if made:
        after = {run.screen: run.hits for run in made} | {"digest": _digest([run.digest for run in made])}
        audit.record(STREAM, Act.SCREENS_RUN, on.isoformat(), by=by, after=after)
    return made


def ask_when_due() -> None:
    """The worker's clock: once a day, after midnight's files, if the plan says what to look for."""
    local = clock.now().astimezone(fund().zone)
    with unit_of_work():
        if local.hour >= FROM_HOUR and plan.timeline(screen_plan.PART).first is not None:
            ask(local.date())


def ask(on: dt.date) -> None:
    work.enqueue(TASK, on.isoformat(), {"on": on.isoformat()})


@work.task(TASK)
def look(arguments: dict[str, Any]) -> dict[str, Any]:
    made = run_screens(dt.date.fromisoformat(arguments["on"]), by=SYSTEM)
    return {"screens": len(made), "hits": sum(run.hits for run in made)}


def _run(terms: Terms, on: dt.date) -> ScreenRun:
    screen, window = SCREENS[terms.code], window_before(on, terms.months, fund().zone)
    found = screen.judge(screen.reads(window, terms), terms)
    run = ScreenRun(
        screen=terms.code,
        ran_on=on,
        first_on=window.first,
        last_on=window.last,
        terms=_plain(terms),
        examined=found.examined,
        hits=len(found.hits),
        digest=_digest(found.hits),
        created_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    bulk_insert(ScreenHit.__table__, [_row(run.id, place, hit) for place, hit in enumerate(found.hits, start=1)])
    return run


def _row(run_id: int, place: int, hit: Hit) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "place": place,
        "organisation_id": hit.organisation_id,
        "subject": hit.subject,
        "value": hit.value,
        "peers": hit.peers,
        "figures": dict(hit.figures),
        "evidence": [list(pair) for pair in hit.evidence],
        "evidence_count": len(hit.evidence),
    }


def _plain(terms: Terms) -> dict[str, Any]:
    """The terms as JSON: dates as texts, what is empty left out."""
    values = dataclasses.asdict(terms)
    dates = {name: value.isoformat() for name, value in values.items() if isinstance(value, dt.date)}
    return {name: value for name, value in (values | dates).items() if value not in ((), {}, None)}


def _digest(found: Sequence[object]) -> str:
    return hashlib.sha256("\n".join(map(repr, found)).encode()).hexdigest()
