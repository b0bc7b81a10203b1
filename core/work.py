"""Long work as rows: one `shard` table for imports, batches, runs, charts, exports (DECISIONS 6).

A shard's result and its state are one commit. A lease that ran out, or whose process on this machine is gone, is taken
again; the attempt number is the fence: a worker that lost its lease cannot write. After five attempts a shard waits for
a person and the rest goes on. Shards of one run may have stages: a later one begins when the earlier ones are through.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import structlog
from sqlalchemy import (
    CheckConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from core import clock
from core.db import BigId, Instant, Json, Model, bulk_insert, db, reading, unit_of_work
from core.errors import DomainError

LEASE = dt.timedelta(minutes=5)
MAX_ATTEMPTS = 5
OPEN = ("waiting", "leased")
log = structlog.get_logger()
Task = Callable[[dict[str, Any]], dict[str, Any] | None]
Lease = tuple[int, int, str, dict[str, Any]]  # shard, attempt, kind, arguments
_tasks: dict[str, Task] = {}
_readers: set[str] = set()


class Shard(Model):
    __tablename__ = "shard"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(120), comment="business key: the same work is enqueued once")
    run: Mapped[str] = mapped_column(String(40), default="", server_default="", comment="what it is a part of")
    stage: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0", comment="its turn within the run")
    arguments: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    holder: Mapped[str] = mapped_column(String(80), default="", server_default="", comment="who has the lease")
    lease_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    result: Mapped[Any | None] = mapped_column(Json)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index(None, "state", "id"),
        Index(None, "run", "stage"),
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


def task(kind: str, *, is_reading: bool = False) -> Callable[[Task], Task]:
    """Name the function that does the work of `kind`: arguments → JSON-able result, in the given transaction.

    One that is only reading works in a transaction of its own before that: on SQLite nobody waits for it.
    """

    def register(function: Task) -> Task:
        _tasks[kind] = function
        (_readers.add if is_reading else _readers.discard)(kind)
        return function

    return register


def enqueue(kind: str, key: str, arguments: dict[str, Any], *, run: str = "", stage: int = 0) -> Shard:
    """Add a shard to the current transaction; the same kind and key again returns the one that exists."""
    query = select(Shard).where(Shard.kind == kind, Shard.key == key)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        row = Shard(**_new(kind, key, arguments, run, stage))
        db.session.add(row)
        db.session.flush()
    return row


def arguments(kind: str, key: str) -> dict[str, Any]:
    """What a shard was told when it was enqueued; {} if there is none of this key."""
    query = select(Shard.arguments).where(Shard.kind == kind, Shard.key == key)
    return db.session.execute(query).scalar_one_or_none() or {}


def enqueue_all(kind: str, wanted: dict[str, dict[str, Any]], *, run: str, stage: int = 0) -> None:
    """Add the shards of a stage as one set, key → arguments; the keys are new."""
    bulk_insert(Shard.__table__, [_new(kind, key, arguments, run, stage) for key, arguments in wanted.items()])


def _new(kind: str, key: str, arguments: dict[str, Any], run: str, stage: int) -> dict[str, Any]:
    place = {"kind": kind, "key": key, "run": run, "stage": stage}
    return place | {"arguments": arguments, "state": "waiting", "attempt": 0, "created_at": clock.now()}


def run_due(limit: int = 20, run: str = "", holder: str = "") -> int:
    """Do up to `limit` shards, of one run if named, each in its own transaction; the number done."""
    done = 0
    while done < limit:
        with unit_of_work():
            lease = _take(holder or this_process(), Shard.run == run if run else None)
        if lease is None:
            break
        _do(*lease)
        done += 1
    return done


def do(shard_id: int, holder: str) -> None:
    """Do one shard if it is free, or held by `holder` already: whoever was sent here first is known to be lost."""
    with unit_of_work():
        lease = _take(holder, Shard.id == shard_id, again=True)
    if lease is not None:
        _do(*lease)


def open_shards(run: str) -> Sequence[tuple[int, int]]:
    """(id, stage) of what is not through yet, the first stage first; a shard that waits for a person is not open."""
    query = select(Shard.id, Shard.stage).where(Shard.run == run, Shard.state.in_(OPEN))
    return [(row.id, row.stage) for row in db.session.execute(query.order_by(Shard.stage, Shard.id))]


def states(run: str) -> Sequence[str]:
    """The state of each shard of a run, in the order they were enqueued."""
    return db.session.execute(select(Shard.state).where(Shard.run == run).order_by(Shard.id)).scalars().all()


def open_runs(kind: str) -> Sequence[str]:
    """Runs that have shards of `kind` which are not through, the oldest first."""
    query = select(Shard.run).where(Shard.kind == kind, Shard.run != "", Shard.state.in_(OPEN)).distinct()
    return db.session.execute(query.order_by(Shard.run)).scalars().all()


def results(run: str) -> list[dict[str, Any]]:
    """What the shards of a run that are done said."""
    query = select(Shard.result).where(Shard.run == run, Shard.state == "done").order_by(Shard.id)
    return [result for result in db.session.execute(query).scalars() if result]


def failures(run: str) -> Sequence[str]:
    """Why shards of a run wait for a person."""
    query = select(Shard.key, Shard.error).where(Shard.run == run, Shard.state == "poison").order_by(Shard.id)
    return [f"{key}: {error}" for key, error in db.session.execute(query)]


@cache
def _host() -> str:
    return socket.gethostname()[:40]


def this_process() -> str:
    """The holder's name of this process: anyone on the machine can tell whether it still lives."""
    return f"{_host()} {os.getpid()}"


def _is_gone(holder: str) -> bool:
    """A process of this machine that ended without giving its lease back. Of other machines nothing is known."""
    host, _, process = holder.rpartition(" ")
    if host != _host() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _take(holder: str, which: Any = None, *, again: bool = False) -> Lease | None:
    """Lease the oldest shard that waits, whose lease ran out, or whose holder is gone; `again`: also one's own."""
    now = clock.now()
    lost = [name for name in _holders() if (again and name == holder) or _is_gone(name)]
    is_leased = Shard.state == "leased"
    free = or_(Shard.state == "waiting", is_leased & (Shard.lease_until < now), is_leased & Shard.holder.in_(lost))
    query = select(Shard).where(free, _is_its_turn()).order_by(Shard.id).limit(1).with_for_update(skip_locked=True)
    row = db.session.execute(query if which is None else query.where(which)).scalar_one_or_none()
    if row is None:
        return None
    if row.attempt >= MAX_ATTEMPTS:
        row.state, row.error = "poison", "The processes that began it ended before it was done."
        db.session.flush()
        return _take(holder, which, again=again)
    row.state, row.lease_until, row.attempt, row.holder = "leased", now + LEASE, row.attempt + 1, holder
    return row.id, row.attempt, row.kind, row.arguments


def _holders() -> Collection[str]:
    query = select(Shard.holder).where(Shard.state == "leased", Shard.holder != "").distinct()
    return db.session.execute(query).scalars().all()


def _is_its_turn() -> Any:
    """No shard of an earlier stage of the same run is still open."""
    earlier = aliased(Shard)
    is_before = (earlier.run == Shard.run, earlier.stage < Shard.stage, earlier.state.in_(OPEN))
    return (Shard.stage == 0) | ~select(earlier.id).where(*is_before).exists()


def _do(shard_id: int, attempt: int, kind: str, arguments: dict[str, Any]) -> None:
    try:
        known = _read(kind, arguments) if kind in _readers else None
        with unit_of_work():
            result = known if kind in _readers else _tasks[kind](arguments)
            _finish(shard_id, attempt, state="done", result=result, ended_at=clock.now())
    except LostLease:
        log.warning("shard taken over by another worker", shard=shard_id, kind=kind, attempt=attempt)
    except Exception as error:
        log.exception("shard failed", shard=shard_id, kind=kind, attempt=attempt)
        state = "poison" if attempt >= MAX_ATTEMPTS else "waiting"
        with suppress(LostLease), unit_of_work():
            _finish(shard_id, attempt, state=state, error=f"{type(error).__name__}: {error}"[:2000])


def _read(kind: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
    with reading(), unit_of_work():
        return _tasks[kind](arguments)


def _finish(shard_id: int, attempt: int, **values: Any) -> None:
    """Write the end of an attempt, fenced by its number."""
    mine = (Shard.id == shard_id, Shard.attempt == attempt, Shard.state == "leased")
    if db.session.execute(update(Shard).where(*mine).values(**values)).rowcount != 1:  # type: ignore[attr-defined]
        raise LostLease(f"Shard {shard_id}: attempt {attempt} lost its lease.")
