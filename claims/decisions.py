"""The only writer of decisions: insert-only versions, in sets, each with a digest that the audit trail vouches for.

A single claim has its entry in the stream of its partition; a batch has one entry per partition with the Merkle
root of its decisions (DECISIONS 28, 32).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from claims import encoding
from claims.case import ClaimDecision, LineDecision
from claims.filed import Filed
from claims.models import ClaimVersion, LineVersion
from claims.states import CLAIM, STEP_TO
from core import audit, events
from core.actors import Actor
from core.acts import Act
from core.db import JsonText, bulk_insert

_ACTS = {"review": Act.CLAIM_REVIEWED, "void": Act.CLAIM_VOIDED, "submission": Act.CLAIM_SUBMITTED}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One claim and what was decided on it. `due_on`: until when its reader can do something about it."""

    claim: Filed
    decision: ClaimDecision
    due_on: dt.date | None = None

    @property
    def version(self) -> int:
        return self.claim.version + 1


@dataclass(frozen=True, slots=True)
class Cause:
    """Why and by whom these versions are written."""

    cause: str
    by: Actor
    at: dt.datetime
    reason: str = ""


def write(verdicts: Sequence[Verdict], act: Cause) -> None:
    """Insert the next version of every claim; refuses a step that the table does not know."""
    digests: list[bytes] = []
    headers: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for verdict in verdicts:
        CLAIM.after(verdict.claim.state, STEP_TO[verdict.decision.state])
        texts = [(encoding.to_text(line), encoding.use_text(line)) for line in verdict.decision.lines]
        digests.append(digest(verdict.decision, texts))
        headers.append(_header(verdict, act, digests[-1]))
        lines.extend(_line(verdict, line, *text) for line, text in zip(verdict.decision.lines, texts, strict=True))
    bulk_insert(ClaimVersion.__table__, headers)
    bulk_insert(LineVersion.__table__, lines)
    _record(verdicts, digests, act)
    _announce(verdicts)


def digest(decision: ClaimDecision, texts: Sequence[tuple[str, str]]) -> bytes:
    """SHA-256 of what was decided; equal digests mean that nothing differs. Version, time and person are not in it.

    `texts`: detail and use of each line.
    """
    lines = [(line_sums(line), encoding.whole(*text)) for line, text in zip(decision.lines, texts, strict=True)]
    return content_digest(sums(decision), lines)


def digest_of(decision: ClaimDecision) -> bytes:
    return digest(decision, [(encoding.to_text(line), encoding.use_text(line)) for line in decision.lines])


def content_digest(header: Sequence[Any], lines: Sequence[tuple[Sequence[Any], str]]) -> bytes:
    """The same from stored values: sums of the claim, and per line its columns and the text of detail and use.

    The hash of the canonical form of [header, [[columns, detail], …]], put together so that nothing is encoded twice.
    """
    said = b",".join(b"[%b,%b]" % (audit.canonical(columns), detail.encode()) for columns, detail in lines)
    return hashlib.sha256(b"[%b,[%b]]" % (audit.canonical(header), said)).digest()


def leaf(claim_id: int, version: int, content: bytes) -> bytes:
    """What the Merkle tree of a batch is built of, claims in order of their id."""
    return audit.canonical([claim_id, version, content.hex()])


def sums(row: ClaimDecision | ClaimVersion) -> list[Any]:
    """What the digest says of a claim, decided just now or read from its row."""
    return [
        row.claim_id,
        row.state,
        row.headline,
        row.submitted,
        row.undecided,
        row.benefit,
        row.member_share,
        row.write_off,
    ]


def line_sums(row: LineDecision | LineVersion) -> list[Any]:
    """What the digest says of a line beside its JSON."""
    return [
        row.line_no,
        row.state,
        row.headline,
        row.plan,
        row.submitted,
        row.undecided,
        row.benefit,
        row.member_share,
        row.write_off,
    ]


def _header(verdict: Verdict, act: Cause, content: bytes) -> dict[str, Any]:
    claim, decision = verdict.claim, verdict.decision
    return {
        "partition": claim.partition,
        "claim_id": claim.id,
        "version": verdict.version,
        "state": decision.state,
        "headline": decision.headline,
        "submitted": decision.submitted,
        "undecided": decision.undecided,
        "benefit": decision.benefit,
        "member_share": decision.member_share,
        "write_off": decision.write_off,
        "cause": act.cause,
        "reason": act.reason,
        "due_on": verdict.due_on,
        "waived": " ".join(sorted(claim.waived)),
        "decided_by": act.by.person,
        "decided_at": act.at,
        "digest": content,
    }


def _line(verdict: Verdict, line: LineDecision, detail: JsonText, use: str) -> dict[str, Any]:
    return {
        "partition": verdict.claim.partition,
        "claim_id": verdict.claim.id,
        "version": verdict.version,
        "line_no": line.line_no,
        "state": line.state,
        "headline": line.headline,
        "plan": line.plan,
        "submitted": line.submitted,
        "undecided": line.undecided,
        "benefit": line.benefit,
        "member_share": line.member_share,
        "write_off": line.write_off,
        "detail": detail,
        "use": use,
    }


def _record(verdicts: Sequence[Verdict], digests: Sequence[bytes], act: Cause) -> None:
    if len(verdicts) == 1:
        (verdict,), (content,) = verdicts, digests
        before = {"version": verdict.claim.version, "state": verdict.claim.state} if verdict.claim.version else None
        after = {"version": verdict.version, "state": verdict.decision.state, "digest": content.hex()}
        kind = _ACTS.get(act.cause, Act.CLAIM_DECIDED)
        stream = stream_of(verdict.claim.partition)
        audit.record(stream, kind, verdict.claim.number, by=act.by, reason=act.reason, before=before, after=after)
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
    days = [line.service_until or line.service_from for verdict in verdicts for line in verdict.claim.lines]
    first = min((day for day in days if day is not None), default=verdicts[0].claim.received_at.date())
    ids = [verdict.claim.id for verdict in verdicts]
    data = {"claims": len(ids), "first": min(ids), "last": max(ids)}
    subject = verdicts[0].claim.number if len(ids) == 1 else "claims"
    events.publish("claims.decided", subject, effective_from=first, data=data)
