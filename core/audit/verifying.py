"""Walking the trail: is every entry the one that follows, and is what is stored what the trail vouches for?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from core.audit.chain import GENESIS, chain
from core.audit.trail import AuditEntry, AuditHead, body
from core.db import db


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
        elif chain(digest, body(vars(entry))) != entry.digest:
            broken.add(entry.stream)
            yield Break(entry.stream, entry.sequence, "content does not match its hash")
        else:
            ends[entry.stream] = (entry.sequence, entry.digest)
    for stream in sorted(heads.keys() | ends.keys()):
        head, end = heads.get(stream), ends.get(stream, (0, GENESIS))
        if stream not in broken and (head is None or (head.sequence, head.digest) != end):
            yield Break(stream, end[0] + 1, "the stream ends before its recorded head")
