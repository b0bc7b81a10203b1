"""What a contract still pays for: a decided line that does not fit its budget waits for the fund, whole (DECISIONS 25).

`fitting` is the ordered pass itself, for one claim or for all claims of a run; `hold` reads the rooms, the contracts
locked last and in the order of their id, and turns lines that do not fit into pended ones. Their use of limits is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from claims import budget
from claims.adjudication import sum_up
from claims.case import PENDED, ClaimDecision, Finding, LineDecision
from claims.decisions import Verdict
from claims.producers import contract_used_up
from claims.queries import holding as queries


@dataclass(slots=True)
class Room:
    """One contract: minor units agreed for its whole period, and used by decided lines."""

    number: str
    budget: int
    used: int

    @property
    def left(self) -> int:
        return max(self.budget - self.used, 0)


@dataclass(frozen=True, slots=True)
class Ask:
    """A decided line that wants `benefit` minor units of a contract."""

    received_at: dt.datetime
    claim_id: int
    line_no: int
    contract_id: int
    benefit: int


def fitting(asks: Iterable[Ask], rooms: Mapping[int, Room]) -> dict[tuple[int, int], Finding]:
    """In the order (received_at, claim, line): what fits uses its room up; the rest is found, by claim and line."""
    found: dict[tuple[int, int], Finding] = {}
    for ask in sorted(asks, key=lambda ask: (ask.received_at, ask.claim_id, ask.line_no)):
        room = rooms.get(ask.contract_id)
        if room is None:
            continue
        if ask.benefit <= room.left:
            room.used += ask.benefit
            continue
        found[ask.claim_id, ask.line_no] = Finding(
            contract=room.number, limit=room.budget, used=room.used, left=room.left, needed=ask.benefit
        )
    return found


def hold(verdicts: Sequence[Verdict], *, answer_by: dt.date, is_dry: bool = False) -> list[Verdict]:
    """The same verdicts, lines above a budget pended. A dry run gives the same answer and locks nothing."""
    contract_of = budget.capped_contracts([verdict.claim for verdict in verdicts])
    if contract_of is None:
        return list(verdicts)
    asks = [
        Ask(verdict.claim.received_at, verdict.claim.id, line.line_no, contract_id, decided[line.line_no].benefit)
        for verdict in verdicts
        if (decided := {line.line_no: line for line in verdict.decision.lines})
        for line in verdict.claim.lines
        if decided[line.line_no].benefit and (contract_id := contract_of(verdict.claim, line)) is not None
    ]
    rooms = {row[0]: Room(*row[1:]) for row in queries.rooms({ask.contract_id for ask in asks}, is_locked=not is_dry)}
    for (claim, line), benefit in budget.earlier(verdicts).items():
        given_back = next((ask.contract_id for ask in asks if (ask.claim_id, ask.line_no) == (claim, line)), 0)
        if given_back in rooms:
            rooms[given_back].used -= benefit
    held: dict[int, dict[int, list[Finding]]] = {}
    for (claim, line), finding in fitting(asks, rooms).items():
        held.setdefault(claim, {})[line] = [contract_used_up.keep(finding)]
    return [
        waiting(verdict, held[verdict.claim.id], answer_by) if verdict.claim.id in held else verdict
        for verdict in verdicts
    ]


def waiting(verdict: Verdict, found: Mapping[int, Sequence[Finding]], answer_by: dt.date) -> Verdict:
    """The verdict with some decided lines waiting after all. `found`: line → why. What waits already keeps its day."""
    decision, lines = verdict.decision, []
    for line in decision.lines:
        for finding in found.get(line.line_no, ()):
            line = waiting_line(line, finding)
        lines.append(line)
    again = ClaimDecision(decision.claim_id, decision.claim_number, "", "", 0, 0, 0, 0, 0, lines)
    sum_up(again)
    first = verdict.due_on if decision.state == PENDED and verdict.due_on is not None else answer_by
    return replace(verdict, decision=again, due_on=min(answer_by, first))


def waiting_line(line: LineDecision, finding: Finding) -> LineDecision:
    """A decided line that waits after all: nothing is paid yet, what it would use up stays reserved."""
    findings = [each for each in line.findings if each.code[:3] != "PRC" and each.code != "BEN-06"]
    for each in findings:
        each.amount = 0
    return replace(
        line,
        state=PENDED,
        headline=finding.code,
        undecided=line.submitted,
        eligible=0,
        deductible=0,
        copayment=0,
        benefit=0,
        member_share=0,
        write_off=0,
        findings=[*findings, finding],
        trace=[],
    )
