"""The rows of many new versions, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from claims.verdicts import Verdict
from claims.written import version_rows


def rows(
    verdicts: Sequence[Verdict], cause: str, reason: str, person: str, at: datetime
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """What `claims.decisions` inserts of these, in the order of its columns: of claims, digest last, and of lines."""
    headers: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    for verdict in verdicts:
        claim, decision, version = verdict.claim, verdict.decision, verdict.claim.version + 1
        digest, own = version_rows(claim.partition, version, decision)
        lines += own
        waived = " ".join(sorted(claim.waived)) if claim.waived else ""
        headers.append((
            claim.partition, claim.id, version, decision.state, decision.headline, decision.submitted,
            decision.undecided, decision.benefit, decision.member_share, decision.write_off, cause, reason,
            verdict.due_on, waived, person, at, digest,
        ))  # fmt: skip
    return headers, lines
