"""Long work as rows: one `shard` table for imports, batches, runs, charts, exports (DECISIONS 6).

A shard's result and its state are one commit. A lease that ran out is taken again; the attempt number is the fence:
a worker that lost its lease cannot write. After five attempts a shard waits for a person and the rest goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import CheckConstraint, Index, Integer, String, Text, UniqueConstraint, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.db import BigId, Instant, Json, Model, db, unit_of_work
from core.errors import DomainError

LEASE = dt.timedelta(minutes=5)
MAX_ATTEMPTS = 5
log = structlog.get_logger()
Task = Callable[[dict[str, Any]], dict[str, Any] | None]
_tasks: dict[str, Task] = {}


class Shard(Model):
    __tablename__ = "shard"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(120), comment="business key: the same work is enqueued once")
    arguments: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    result: Mapped[Any | None] = mapped_column(Json)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index(None, "state", "id"),
        CheckConstraint("state IN ('waiting', 'leased', 'done', 'poison')", name="state"),
    )


class Leader(Model):
    """Who runs the jobs now: on SQLite this row is the lock, on PostgreSQL an advisory lock stands before it."""

    __tablename__ = "leader"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(20))
    until: Mapped[dt.datetime] = mapped_column(Instant)
    ticked_at: Mapped[dt.datetime] = mapped_column(Instant, comment="age of the last tick, for readiness")


class LostLease(DomainError):
    """Another worker took the shard meanwhile; nothing of this attempt is kept."""


def task(kind: str) -> Callable[[Task], Task]:
    """Name the function that does the work of `kind`: arguments → JSON-able result, in the given transaction."""

    def register(function: Task) -> Task:
        _tasks[kind] = function
        return function

    return register


def enqueue(kind: str, key: str, arguments: dict[str, Any]) -> Shard:
    """Add a shard to the current transaction; the same kind and key again returns the one that exists."""
    query = select(Shard).where(Shard.kind == kind, Shard.key == key)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        row = Shard(kind=kind, key=key, arguments=arguments, state="waiting", attempt=0, created_at=clock.now())
        db.session.add(row)
        db.session.flush()
    return row


def run_due(limit: int = 20) -> int:
    """Do up to `limit` shards, each in its own transaction; the number done."""
    done = 0
    while done < limit:
        with unit_of_work():
            lease = _take()
        if lease is None:
            break
        _do(*lease)
        done += 1
    return done


def _take() -> tuple[int, int, str, dict[str, Any]] | None:
    """Lease the oldest shard that waits or whose lease ran out."""
    now = clock.now()
    free = or_(Shard.state == "waiting", (Shard.state == "leased") & (Shard.lease_until < now))
    query = select(Shard).where(free).order_by(Shard.id).limit(1).with_for_update(skip_locked=True)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        return None
    row.state, row.lease_until, row.attempt = "leased", now + LEASE, row.attempt + 1
    return row.id, row.attempt, row.kind, row.arguments


def _do(shard_id: int, attempt: int, kind: str, arguments: dict[str, Any]) -> None:
    try:
        with unit_of_work():
            result = _tasks[kind](arguments)
            _finish(shard_id, attempt, state="done", result=result, ended_at=clock.now())
    except Exception as error:
        log.exception("shard failed", shard=shard_id, kind=kind, attempt=attempt)
        with unit_of_work():
            state = "poison" if attempt >= MAX_ATTEMPTS else "waiting"
            _finish(shard_id, attempt, state=state, error=f"{type(error).__name__}: {error}"[:2000])


def _finish(shard_id: int, attempt: int, **values: Any) -> None:
    """Write the end of an attempt, fenced by its number."""
    mine = (Shard.id == shard_id, Shard.attempt == attempt, Shard.state == "leased")
    if db.session.execute(update(Shard).where(*mine).values(**values)).rowcount != 1:  # type: ignore[attr-defined]
        raise LostLease(f"Shard {shard_id}: attempt {attempt} lost its lease.")
