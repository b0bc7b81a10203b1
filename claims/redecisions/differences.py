"""Which lines come out otherwise, and by how much: what is stored beside what would be decided now.

A line differs by its state, its deciding reason, or who bears it. Figures inside a sentence ("12 of 16 used") may
shift without anything else; they alone are no difference and write no version.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from claims.case import ClaimDecision
from claims.filed import Filed
from claims.redecisions import queries
from claims.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Stand:
    """How a line stands. `paid`: what is owed for it in minor units, 0 while its claim is not decided as a whole."""

    state: str
    reason: str
    paid: int
    member_share: int
    write_off: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One line before and after; `version` is that of its claim's live decision."""

    claim: Filed
    line_no: int
    old: Stand
    new: Stand

    @property
    def moved(self) -> int:
        return self.new.paid - self.old.paid


def between(claims: Sequence[Filed], decided: Mapping[int, ClaimDecision]) -> list[Difference]:
    """The lines of `claims` that differ from what `decided` says, in order of claim and line."""
    known = {claim.id: claim for claim in claims if claim.id in decided}
    stored: dict[int, list[Any]] = defaultdict(list)
    for row in queries.live_lines(known):
        stored[row.claim_id].append(row)
    found = []
    for claim_id, claim in sorted(known.items()):
        decision = decided[claim_id]
        old, new = _stands(claim.state, stored[claim_id]), _stands(decision.state, decision.lines)
        gone = Stand(decision.state, "", 0, 0, 0)
        for line_no in sorted(old):
            after = new.get(line_no, gone)
            if old[line_no] != after:
                found.append(Difference(claim, line_no, old[line_no], after))
    return found


def _stands(state: str, lines: Sequence[Any]) -> dict[int, Stand]:
    """A line that would pay in a claim that waits is not owed, and says what the claim waits for."""
    is_owed = state == "adjudicated"
    waits_for = next((line.headline for line in lines if line.state == "pended"), "")
    found = {}
    for line in lines:
        reason = line.headline if is_owed or not line.benefit else waits_for
        paid = line.benefit if is_owed else 0
        found[line.line_no] = Stand(line.state, reason, paid, line.member_share, line.write_off)
    return found


def sums(differences: Iterable[Difference]) -> tuple[int, int]:
    """(paid on top, taken back), both counted by line, in minor units; their difference is what is posted."""
    moved = [row.moved for row in differences]
    return sum(each for each in moved if each > 0), -sum(each for each in moved if each < 0)


def changed(verdicts: Iterable[Verdict], differences: Iterable[Difference]) -> list[Verdict]:
    """The verdicts worth a new version: those with a line that differs."""
    ids = {row.claim.id for row in differences}
    return [verdict for verdict in verdicts if verdict.claim.id in ids]


def row_of(run_id: int, difference: Difference) -> dict[str, Any]:
    """As it is stored with its run."""
    claim, old, new = difference.claim, difference.old, difference.new
    line = next(line for line in claim.lines if line.line_no == difference.line_no)
    day: dt.date = line.service_until or line.service_from or claim.received_at.date()
    return {
        "run_id": run_id,
        "claim_id": claim.id,
        "line_no": difference.line_no,
        "household_id": claim.household_id,
        "claim_number": claim.number,
        "organisation_id": claim.organisation_id,
        "version": claim.version,
        "service": line.service,
        "service_on": day,
        "old_state": old.state,
        "new_state": new.state,
        "old_reason": old.reason,
        "new_reason": new.reason,
        "old_paid": old.paid,
        "new_paid": new.paid,
        "old_member_share": old.member_share,
        "new_member_share": new.member_share,
        "old_write_off": old.write_off,
        "new_write_off": new.write_off,
    }
