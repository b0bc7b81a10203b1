"""Entries and the ends of their chains: what was done, by whom, appended in the act's own transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Index, Integer, LargeBinary, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.actors import Actor
from core.acts import Act
from core.among import among
from core.audit.chain import GENESIS, canonical, chain
from core.db import BigId, Instant, Json, Model, bulk_insert, db, insert_unless_there, put_rows
from core.rows import Prepared
from core.written_once import written_once


class AuditHead(Model):
    """The end of each stream's chain: the row that serialises its writers."""

    __tablename__ = "audit_head"
    stream: Mapped[str] = mapped_column(String(60), primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditEntry(Model):
    """One act. `body` is the canonical text that was hashed; nothing updates or deletes a row."""

    __tablename__ = "audit_entry"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    stream: Mapped[str] = mapped_column(String(60))
    sequence: Mapped[int] = mapped_column(Integer)
    act: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(120), index=True, comment="public number or id of what was acted on")
    actor_id: Mapped[int | None] = mapped_column(BigId, comment="account; null for the system itself")
    actor_name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)
    before: Mapped[Any | None] = mapped_column(Json)
    after: Mapped[Any | None] = mapped_column(Json)
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))

    __table_args__ = (Index("uq_audit_entry_stream_sequence", "stream", "sequence", unique=True),)


written_once(AuditEntry.__table__)


def entries(stream: str, *acts: Act) -> Sequence[AuditEntry]:
    """What a stream says, in order; only of these acts, if any are named."""
    query = select(AuditEntry).where(AuditEntry.stream == stream).order_by(AuditEntry.sequence)
    if acts:
        query = query.where(AuditEntry.act.in_([act.value for act in acts]))
    return db.session.execute(query).scalars().all()


def entries_like(*acts: Act) -> Iterator[AuditEntry]:
    """Entries of these acts in every stream, streaming, in the order of stream and sequence."""
    query = select(AuditEntry).where(AuditEntry.act.in_([act.value for act in acts]))
    query = query.order_by(AuditEntry.stream, AuditEntry.sequence).execution_options(yield_per=1000)
    with db.session.execute(query) as rows:
        yield from rows.scalars()


@dataclass(frozen=True, slots=True)
class Said:
    """One act to append; `before` and `after` are JSON-able."""

    stream: str
    act: Act
    subject: str
    reason: str = ""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


def record(
    stream: str,
    act: Act,
    subject: str,
    *,
    by: Actor,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Append one act to `stream` in the current transaction, at once."""
    _append([(Said(stream, act, subject, reason, before, after), by)])


_kept_back: ContextVar[list[tuple[Said, Actor]] | None] = ContextVar("kept_back", default=None)


@contextmanager
def together() -> Iterator[None]:
    """What `record_all` is told inside is appended at the end: the heads are locked once, all in order, and no longer
    than it takes to write the entries. An error appends nothing, as nothing of the act is kept."""
    if _kept_back.get() is not None:
        yield
        return
    said: list[tuple[Said, Actor]] = []
    token = _kept_back.set(said)
    try:
        yield
    finally:
        _kept_back.reset(token)
    _append(said)


def record_all(acts: Sequence[Said], *, by: Actor) -> None:
    """Append acts, each to its stream, in the order given: a handful of statements, however many there are."""
    said, kept_back = [(act, by) for act in acts], _kept_back.get()
    if kept_back is not None:
        kept_back += said
    else:
        _append(said)


def _append(said: Sequence[tuple[Said, Actor]]) -> None:
    if said:
        heads = _locked_heads({act.stream for act, _by in said})
        bulk_insert(AuditEntry.__table__, [_follow(heads, act, by) for act, by in said])
        _move(heads)


End = tuple[int, bytes]  # sequence and digest of the last entry
_HEADS = Prepared(
    select(AuditHead.stream, AuditHead.sequence, AuditHead.digest)
    .where(among(AuditHead.stream, "streams"))
    .order_by(AuditHead.stream)
    .with_for_update()
)
_MOVE = "ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence, digest = excluded.digest"


def _locked_heads(streams: Collection[str]) -> dict[str, End]:
    """The ends of the chains, locked in the order of their names; a stream begins with its first act."""
    heads = {stream: (sequence, digest) for stream, sequence, digest in _HEADS.rows(streams=streams)}
    missing = sorted(set(streams) - heads.keys())
    if missing:
        rows = [{"stream": stream, "sequence": 0, "digest": GENESIS} for stream in missing]
        insert_unless_there(AuditHead.__table__, rows)
        heads = {stream: (sequence, digest) for stream, sequence, digest in _HEADS.rows(streams=streams)}
    return heads


def _move(heads: Mapping[str, End]) -> None:
    rows = [(stream, sequence, digest) for stream, (sequence, digest) in sorted(heads.items())]
    put_rows(AuditHead.__table__, ("stream", "sequence", "digest"), rows, _MOVE)


def _follow(heads: dict[str, End], said: Said, by: Actor) -> dict[str, Any]:
    """The entry that comes next in its stream; its head moves on to it."""
    sequence, previous = heads[said.stream]
    entry = {
        "stream": said.stream,
        "sequence": sequence + 1,
        "act": said.act.value,
        "subject": said.subject,
        "actor_id": by.account_id,
        "actor_name": by.name,
        "reason": str(said.reason),
        "before": _plain(said.before),
        "after": _plain(said.after),
        "recorded_at": clock.now(),
    }
    digest = chain(previous, body(entry))
    heads[said.stream] = (sequence + 1, digest)
    return entry | {"digest": digest}


def body(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What is hashed, from the columns of an entry."""
    return {
        "stream": entry["stream"],
        "sequence": entry["sequence"],
        "act": entry["act"],
        "subject": entry["subject"],
        "actor": entry["actor_id"],
        "name": entry["actor_name"],
        "reason": entry["reason"],
        "before": entry["before"],
        "after": entry["after"],
        "at": clock.microseconds(entry["recorded_at"]),
    }


def _plain(value: dict[str, Any] | None) -> Any:
    """What JSON will give back, so that the hash of the stored value is the hash of the written one."""
    return None if value is None else json.loads(canonical(value))
