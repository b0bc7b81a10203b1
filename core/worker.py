"""`flask worker`: APScheduler in memory, UTC, one leader; jobs only do what the database says is due (DECISIONS 6)."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Callable

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask
from sqlalchemy import select, text

from core import clock, delivery, work
from core.db import db, unit_of_work
from core.work import Leader

LEADER_LEASE = dt.timedelta(seconds=30)
_NAME = secrets.token_hex(6)
log = structlog.get_logger()
_jobs: list[tuple[str, int, Callable[[], object]]] = []


def every(seconds: int, name: str, job: Callable[[], object]) -> None:
    """Run `job` each `seconds`; it must be idempotent and ask the database what is due."""
    if name not in {known for known, _seconds, _job in _jobs}:
        _jobs.append((name, seconds, job))


def run(app: Flask) -> None:
    """Block and work until stopped."""
    # A tick that finds the last one still at work is skipped on purpose: that is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BlockingScheduler(
        timezone=dt.UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    )
    jobs = [("shards", 2, work.run_due), ("outbox", 5, delivery.send_queued), *_jobs]
    for name, seconds, job in jobs:
        scheduler.add_job(_guarded, "interval", seconds=seconds, args=(app, name, job), id=name)
    scheduler.start()


def _guarded(app: Flask, name: str, job: Callable[[], object]) -> None:
    """One tick: only the leader works; a failing job is logged and tried again at the next tick."""
    with app.app_context():
        try:
            with unit_of_work():
                leads = lead()
            if leads:
                job()
        except Exception:
            log.exception("job failed", job=name)
            db.session.rollback()


def lead() -> bool:
    """Take or renew the lease of the one leader."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(7460)"))
    now = clock.now()
    row = db.session.execute(select(Leader).where(Leader.name == "worker")).scalar_one_or_none()
    if row is None:
        db.session.add(Leader(name="worker", holder=_NAME, until=now + LEADER_LEASE, ticked_at=now))
        return True
    if row.holder != _NAME and row.until > now:
        return False
    row.holder, row.until, row.ticked_at = _NAME, now + LEADER_LEASE, now
    return True
