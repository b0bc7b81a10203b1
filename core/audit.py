"""The audit trail: one hash chain per stream (DECISIONS 32).

hᵢ = SHA-256(hᵢ₋₁ ‖ canonical(entryᵢ)), h₀ = 32 zero bytes. Entries hold identifiers and hashes, never personal
text. Streams: one per tender, `money`, `access`, `providers`, `members`, `care`, `plan`, `quality`, `claims-00…63`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Index, Integer, LargeBinary, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.actors import Actor
from core.acts import Act
from core.db import BigId, Instant, Json, Model, bulk_insert, db, insert_unless_there

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
    """The first entry of a stream that does not follow from what stands before it; or a stored value that is not
    what the trail vouches for: then `place` names it."""

    stream: str
    sequence: int
    reason: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.place or f'{self.stream} entry {self.sequence}'}: {self.reason}"


Check = Callable[[], Iterator[Break]]
_checks: dict[str, Check] = {}


def add_check(name: str, check: Check) -> None:
    """A room compares its stored values with what the trail says of them (DECISIONS 32); it reads, never writes."""
    _checks[name] = check


def verify_stored() -> Iterator[Break]:
    """Every room's stored values against their digests."""
    for check in _checks.values():
        yield from check()


def entries(stream: str, *acts: Act) -> Sequence[AuditEntry]:
    """What a stream says, in order; only of these acts, if any are named."""
    query = select(AuditEntry).where(AuditEntry.stream == stream).order_by(AuditEntry.sequence)
    if acts:
        query = query.where(AuditEntry.act.in_([act.value for act in acts]))
    return db.session.execute(query).scalars().all()


_canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False, default=str
).encode


def canonical(value: Any) -> bytes:
    """Sorted keys, no spaces, UTF-8: the one byte form of a JSON value."""
    return _canonical(value).encode()


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
) -> AuditEntry:
    """Append one act to `stream` in the current transaction."""
    head = _locked_heads({stream})[stream]
    entry = AuditEntry(**_follow(head, Said(stream, act, subject, reason, before, after), by))
    db.session.add(entry)
    db.session.flush()
    return entry


def record_all(acts: Sequence[Said], *, by: Actor) -> None:
    """Append acts, each to its stream, in the order given: a handful of statements, however many there are."""
    heads = _locked_heads({act.stream for act in acts})
    bulk_insert(AuditEntry.__table__, [_follow(heads[act.stream], act, by) for act in acts])
    db.session.flush()


def _follow(head: AuditHead, said: Said, by: Actor) -> dict[str, Any]:
    """The entry that comes next in its stream; the head moves on to it."""
    entry = {
        "stream": said.stream,
        "sequence": head.sequence + 1,
        "act": said.act.value,
        "subject": said.subject,
        "actor_id": by.account_id,
        "actor_name": by.name,
        "reason": str(said.reason),
        "before": _plain(said.before),
        "after": _plain(said.after),
        "recorded_at": clock.now(),
    }
    head.sequence, head.digest = head.sequence + 1, chain(head.digest, _body(entry))
    return entry | {"digest": head.digest}


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
        elif chain(digest, _body(vars(entry))) != entry.digest:
            broken.add(entry.stream)
            yield Break(entry.stream, entry.sequence, "content does not match its hash")
        else:
            ends[entry.stream] = (entry.sequence, entry.digest)
    for stream in sorted(heads.keys() | ends.keys()):
        head, end = heads.get(stream), ends.get(stream, (0, GENESIS))
        if stream not in broken and (head is None or (head.sequence, head.digest) != end):
            yield Break(stream, end[0] + 1, "the stream ends before its recorded head")


def _locked_heads(streams: Collection[str]) -> dict[str, AuditHead]:
    """The ends of the chains, locked in the order of their names; a stream begins with its first act."""
    query = select(AuditHead).where(AuditHead.stream.in_(streams)).order_by(AuditHead.stream).with_for_update()
    heads = {head.stream: head for head in db.session.execute(query).scalars()}
    missing = sorted(set(streams) - heads.keys())
    if missing:
        rows = [{"stream": stream, "sequence": 0, "digest": GENESIS} for stream in missing]
        insert_unless_there(AuditHead.__table__, rows)
        heads = {head.stream: head for head in db.session.execute(query).scalars()}
    return heads


def _body(entry: Mapping[str, Any]) -> dict[str, Any]:
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
