"""From stored claims to durable decisions: what a run costs in one process and in several, and what it holds."""

from __future__ import annotations

import resource
import time
from typing import Any

from sqlalchemy import func, select

from bench.watch import Watch, peak_mebibytes
from claims import batch, decisions, facts, posting
from claims.models import ClaimVersion, LineVersion
from claims.queries import records, waiting
from claims.services import judging
from core import clock, crew
from core.db import db, unit_of_work

PHASES = ("reading claims", "loading facts", "deciding", "storing decisions", "posting", "queue of claims")
LIMITS = ("BEN-03", "BEN-04", "BEN-05", "BEN-06", "PRC-03")


def alone(_lines: int) -> dict[str, Any]:
    """The run in this process, watched."""
    before, watch = peak_mebibytes(), _watched()
    run = _begin()
    started = time.perf_counter()
    with watch.phase("the rest"):
        crew.alone(run)
    seconds = time.perf_counter() - started
    return _told(run, seconds) | {
        "phases": dict(watch.seconds),
        "cpu_phases": dict(watch.cpu),
        "cpu": sum(watch.cpu.values()),
        "statements": watch.statements,
        "memory_before": before,
        "memory": peak_mebibytes(),
        "limited": _limited(),
    }


def pair(_lines: int) -> dict[str, Any]:
    """The same run by this process and a helper that it starts."""
    run = _begin()
    started, before = time.perf_counter(), time.process_time()
    crew.together(run, 2)
    told = _told(run, time.perf_counter() - started)
    helper = resource.getrusage(resource.RUSAGE_CHILDREN)
    memory = max(helper.ru_maxrss // 1024, peak_mebibytes())
    return told | {"memory": memory, "cpu": helper.ru_utime + helper.ru_stime + time.process_time() - before}


def _begin() -> str:
    with unit_of_work():
        return batch.start(at=clock.now())


def _told(run: str, seconds: float) -> dict[str, Any]:
    with unit_of_work():
        done, (left, _) = batch.progress(run), waiting.waiting_count()
        if left or done.failures:
            raise SystemExit(f"{left} claims were left undecided: {done.failures}")
        counted = db.session.execute(
            select(ClaimVersion.state, func.count()).where(records.is_live()).group_by(ClaimVersion.state)
        )
        states: dict[str, int] = dict(counted.tuples().all())
    return {"lines": done.lines, "claims": done.claims, "seconds": seconds, "states": states}


def _limited() -> float:
    """The share of lines that a limit cut, ended or charged to the household."""
    some = select(LineVersion.detail).where(LineVersion.partition == 7).limit(20_000)
    with unit_of_work():
        found = [
            any(finding[0] in LIMITS for finding in detail["findings"])
            or any(step[1] in LIMITS for step in detail["trace"])
            for detail in db.session.execute(some).scalars()
        ]
    return sum(found) / max(len(found), 1)


def _watched() -> Watch:
    watch = Watch()
    watch.function(records, "filed", PHASES[0])
    watch.function(facts, "cases", PHASES[1])
    watch.function(judging, "decide", PHASES[2])
    watch.function(decisions, "write", PHASES[3])
    watch.function(posting, "post", PHASES[4])
    for name in ("next_part", "undecided", "remove", "leave_to_settle", "move_homes"):
        watch.function(waiting, name, PHASES[5])
    watch.count_statements()
    return watch
