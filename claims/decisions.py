"""The only writer of decisions: insert-only versions, in sets, each with a digest that the audit trail vouches for.

A single claim has its entry in the stream of its partition; a batch has one entry per partition with the Merkle
root of its decisions (DECISIONS 28, 32).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from claims import encoding, versions
from claims.case import ClaimDecision, LineDecision
from claims.filed import first_day
from claims.models import ClaimVersion, LineVersion
from claims.states import CLAIM, STEP_TO
from claims.verdicts import Verdict
from claims.written import leaf, listed
from core import audit, events
from core.actors import Actor
from core.acts import Act
from core.db import insert_rows

SUMS = ("state", "headline", "submitted", "undecided", "benefit", "member_share", "write_off")
LINE_SUMS = ("line_no", "state", "headline", "plan", "submitted", "undecided", "benefit", "member_share", "write_off")
KEY = ("partition", "claim_id", "version")
HEADER = (*KEY, *SUMS, "cause", "reason", "due_on", "waived", "decided_by", "decided_at", "digest")
LINE = (*KEY, *LINE_SUMS, "detail", "use")
_sums, _line_sums = attrgetter("claim_id", *SUMS), attrgetter(*LINE_SUMS)
_ACTS = {"review": Act.CLAIM_REVIEWED, "void": Act.CLAIM_VOIDED, "submission": Act.CLAIM_SUBMITTED}


@dataclass(frozen=True, slots=True)
class Cause:
    """Why and by whom these versions are written."""

    cause: str
    by: Actor
    at: dt.datetime
    reason: str = ""


def write(verdicts: Sequence[Verdict], act: Cause) -> None:
    """Insert the next version of every claim; refuses a step that the table does not know."""
    for state, decided in {(verdict.claim.state, verdict.decision.state) for verdict in verdicts}:
        CLAIM.after(state, STEP_TO[decided])
    headers, lines = versions.rows(verdicts, act.cause, act.reason, act.by.person, act.at)
    insert_rows(ClaimVersion.__table__, HEADER, headers)
    insert_rows(LineVersion.__table__, LINE, lines)
    _record(verdicts, [header[-1] for header in headers], act)
    _announce(verdicts)


def digest_of(decision: ClaimDecision) -> bytes:
    """SHA-256 of what was decided; equal digests mean that nothing differs. Version, time and person are not in it."""
    return _digest(decision, encoding.to_text)


def is_as_stored(decision: ClaimDecision, stored: bytes) -> bool:
    """Does `decision` say what the stored digest says, in this format or in the one before it?"""
    return stored == digest_of(decision) or stored == _digest(decision, encoding.first_text)


def _digest(decision: ClaimDecision, text: Callable[[LineDecision], str]) -> bytes:
    said = [(line_sums(line), encoding.whole(text(line), encoding.use_text(line))) for line in decision.lines]
    return content_digest(sums(decision), said)


def content_digest(header: Sequence[Any], lines: Sequence[tuple[Sequence[Any], str]]) -> bytes:
    """As `claims.written.version_rows`, from stored values: sums of the claim, and per line columns and its two texts.

    The hash of the canonical form of [header, [[columns, detail], …]], put together so that nothing is encoded twice.
    """
    said = ",".join([f"[{listed(columns)},{detail}]" for columns, detail in lines])
    return hashlib.sha256(f"[{listed(header)},[{said}]]".encode()).digest()


def sums(row: ClaimDecision | ClaimVersion) -> Sequence[Any]:
    """What the digest says of a claim, decided just now or read from its row."""
    said: tuple[Any, ...] = _sums(row)
    return said


def line_sums(row: LineDecision | LineVersion) -> Sequence[Any]:
    """What the digest says of a line beside its JSON."""
    said: tuple[Any, ...] = _line_sums(row)
    return said


def _record(verdicts: Sequence[Verdict], digests: Sequence[bytes], act: Cause) -> None:
    if len(verdicts) == 1:
        (verdict,), (content,) = verdicts, digests
        before = {"version": verdict.claim.version, "state": verdict.claim.state} if verdict.claim.version else None
        after = {"version": verdict.version, "state": verdict.decision.state, "digest": content.hex()}
        kind = _ACTS.get(act.cause, Act.CLAIM_DECIDED)
        stream = stream_of(verdict.claim.partition)
        audit.record_all([audit.Said(stream, kind, verdict.claim.number, act.reason, before, after)], by=act.by)
        return
    shards: dict[int, list[tuple[int, int, bytes]]] = defaultdict(list)
    for verdict, content in zip(verdicts, digests, strict=True):
        shards[verdict.claim.partition].append((verdict.claim.id, verdict.version, content))
    audit.record_all([_root(partition, sorted(shards[partition]), act) for partition in sorted(shards)], by=act.by)


def _root(partition: int, decided: Sequence[tuple[int, int, bytes]], act: Cause) -> audit.Said:
    """`rows` names the decisions under the root, so that each one can be asked for its voucher."""
    root = audit.merkle_root([leaf(*row) for row in decided])
    rows = [[claim_id, version] for claim_id, version, _content in decided]
    after = {"claims": len(decided), "cause": act.cause, "root": root.hex(), "rows": rows}
    subject = f"{act.at:%Y-%m-%dT%H:%M:%S.%fZ}"
    return audit.Said(stream_of(partition), Act.CLAIMS_DECIDED, subject, act.reason, after=after)


def stream_of(partition: int) -> str:
    return f"claims-{partition:02d}"


def _announce(verdicts: Sequence[Verdict]) -> None:
    """One event per act: who listens reads the decisions themselves."""
    first = first_day([verdict.claim for verdict in verdicts]) or verdicts[0].claim.received_at.date()
    ids = [verdict.claim.id for verdict in verdicts]
    data = {"claims": len(ids), "first": min(ids), "last": max(ids)}
    subject = verdicts[0].claim.number if len(ids) == 1 else "claims"
    events.publish("claims.decided", subject, effective_from=first, data=data)
