"""The audit trail: one hash chain per stream (DECISIONS 32).

hᵢ = SHA-256(hᵢ₋₁ ‖ canonical(entryᵢ)), h₀ = 32 zero bytes. Entries hold identifiers and hashes, never personal
text. Streams: one per tender, `money`, `access`, `providers`, `members`, `care`, `plan`, `quality`, `claims-00…63`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Index, Integer, LargeBinary, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.actors import Actor
from core.acts import Act
from core.db import BigId, Instant, Json, Model, db

GENESIS = bytes(32)


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


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry of a stream that does not follow from what stands before it."""

    stream: str
    sequence: int
    reason: str


def canonical(value: Any) -> bytes:
    """Sorted keys, no spaces, UTF-8: the one byte form of a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def chain(previous: bytes, entry: Any) -> bytes:
    """The next link over `entry`."""
    return hashlib.sha256(previous + canonical(entry)).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """SHA-256(00‖leaf), nodes SHA-256(01‖l‖r), an odd node is promoted; no leaves: 32 zero bytes."""
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if not level:
        return GENESIS
    while len(level) > 1:
        paired = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]


def record(
    stream: str,
    act: Act,
    subject: str,
    *,
    by: Actor,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one act to `stream` in the current transaction."""
    head = _locked_head(stream)
    entry = AuditEntry(
        stream=stream,
        sequence=head.sequence + 1,
        act=act.value,
        subject=subject,
        actor_id=by.account_id,
        actor_name=by.name,
        reason=str(reason),
        before=_plain(before),
        after=_plain(after),
        recorded_at=clock.now(),
        digest=GENESIS,
    )
    entry.digest = chain(head.digest, _body(entry))
    head.sequence, head.digest = entry.sequence, entry.digest
    db.session.add(entry)
    db.session.flush()
    return entry


def verify() -> Iterator[Break]:
    """Walk every stream; yield the first broken entry of each, and heads that were cut off or moved."""
    heads = {head.stream: head for head in db.session.execute(select(AuditHead)).scalars()}
    ends: dict[str, tuple[int, bytes]] = {}
    broken: set[str] = set()
    query = select(AuditEntry).order_by(AuditEntry.stream, AuditEntry.sequence).execution_options(yield_per=1000)
    for entry in db.session.execute(query).scalars():
        if entry.stream in broken:
            continue
        sequence, digest = ends.get(entry.stream, (0, GENESIS))
        if entry.sequence != sequence + 1:
            broken.add(entry.stream)
            yield Break(entry.stream, sequence + 1, "entry is missing")
        elif chain(digest, _body(entry)) != entry.digest:
            broken.add(entry.stream)
            yield Break(entry.stream, entry.sequence, "content does not match its hash")
        else:
            ends[entry.stream] = (entry.sequence, entry.digest)
    for stream in sorted(heads.keys() | ends.keys()):
        head, end = heads.get(stream), ends.get(stream, (0, GENESIS))
        if stream not in broken and (head is None or (head.sequence, head.digest) != end):
            yield Break(stream, end[0] + 1, "the stream ends before its recorded head")


def _locked_head(stream: str) -> AuditHead:
    query = select(AuditHead).where(AuditHead.stream == stream).with_for_update()
    head = db.session.execute(query).scalar_one_or_none()
    if head is None:
        head = AuditHead(stream=stream, sequence=0, digest=GENESIS)
        db.session.add(head)
    return head


def _body(entry: AuditEntry) -> dict[str, Any]:
    return {
        "stream": entry.stream,
        "sequence": entry.sequence,
        "act": entry.act,
        "subject": entry.subject,
        "actor": entry.actor_id,
        "name": entry.actor_name,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
        "at": clock.microseconds(entry.recorded_at),
    }


def _plain(value: dict[str, Any] | None) -> Any:
    """What JSON will give back, so that the hash of the stored value is the hash of the written one."""
    return None if value is None else json.loads(canonical(value))
