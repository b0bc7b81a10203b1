"""What a contract still pays for: a line above its budget or its volume waits for the fund, whole (DECISIONS 25).

`fitting` is the ordered pass itself, for one claim or for all claims of a run; `hold` reads the rooms, the contracts
locked last and in the order of their id, and turns lines that do not fit into pended ones. Their use of limits is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from claims import budget
from claims.adjudication import sum_up
from claims.budget import Agreed, AgreedOf
from claims.case import MILLI, PENDED, ClaimDecision, Finding, LineDecision
from claims.producers import contract_used_up, volume_used_up
from claims.queries import holding as queries
from claims.queries import records
from claims.verdicts import Verdict

Place = tuple[Agreed, int, int]  # what was agreed for a line, and what of money and units it took


@dataclass(slots=True)
class Room:
    """One contract: minor units agreed for its whole period, and used by decided lines.

    `together`: the rooms of all members of a framework, this one too; their budget is one ceiling.
    """

    number: str
    budget: int
    used: int
    together: list[Room] = field(default_factory=list, repr=False, compare=False)

    @property
    def used_together(self) -> int:
        return sum(room.used for room in self.together or [self])

    @property
    def left(self) -> int:
        return max(self.budget - self.used_together, 0)


@dataclass(slots=True)
class Volume:
    """One service of a contract: thousandths of a unit bought for its whole period, and used by paid lines."""

    number: str
    service: str
    unit: str
    bought: int
    used: int

    @property
    def left(self) -> int:
        return max(self.bought - self.used, 0)


@dataclass(frozen=True, slots=True)
class Ask:
    """A decided line that wants `benefit` minor units of a contract, and units of what was agreed there.

    `held_…`: what its version before took of the same contract; that place stays its own.
    """

    received_at: dt.datetime
    claim_id: int
    line_no: int
    contract_id: int
    benefit: int
    agreed: Agreed | None = None
    quantity_milli: int = 0
    held_benefit: int = 0
    held_milli: int = 0

    @property
    def kept(self) -> tuple[int, int]:
        """Of money and of units, what it had and still wants."""
        return min(self.benefit, self.held_benefit), min(self.quantity_milli, self.held_milli)


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the contracts at hand still have, by contract and by what was agreed of each service."""

    budgets: Mapping[int, Room]
    volumes: Mapping[Agreed | None, Volume]

    def take(self, ask: Ask, benefit: int, quantity_milli: int) -> None:
        room, volume = self.budgets.get(ask.contract_id), self.volumes.get(ask.agreed)
        if room is not None:
            room.used += benefit
        if volume is not None:
            volume.used += quantity_milli


def fitting(asks: Iterable[Ask], rooms: Rooms) -> dict[tuple[int, int], list[Finding]]:
    """In the order (received_at, claim, line): what fits uses its room up; why the rest does not, by claim and line.

    Who had a place keeps it before anyone else is asked, however full the contract became; only what a line wants
    beyond its place has to fit. Where that does not fit, the line waits whole and its place is free.
    """
    found: dict[tuple[int, int], list[Finding]] = {}
    ordered = sorted(asks, key=lambda ask: (ask.received_at, ask.claim_id, ask.line_no))
    for ask in ordered:
        rooms.take(ask, *ask.kept)
    for ask in ordered:
        benefit, quantity = ask.kept
        more, units = ask.benefit - benefit, ask.quantity_milli - quantity
        room, volume = rooms.budgets.get(ask.contract_id), rooms.volumes.get(ask.agreed)
        why = [each for each in (_above_budget(more, room), _above_volume(units, volume)) if each is not None]
        if why:
            found[ask.claim_id, ask.line_no] = why
            rooms.take(ask, -benefit, -quantity)
        else:
            rooms.take(ask, more, units)
    return found


def _above_budget(needed: int, room: Room | None) -> Finding | None:
    if room is None or needed <= room.left:
        return None
    figures: dict[str, Any] = {"limit": room.budget, "used": room.used_together, "left": room.left, "needed": needed}
    return contract_used_up.keep(Finding(contract=room.number, **figures))


def _above_volume(needed: int, volume: Volume | None) -> Finding | None:
    if volume is None or needed <= volume.left:
        return None
    figures: dict[str, Any] = {
        "limit": volume.bought,
        "used": volume.used,
        "left": volume.left,
        "needed": needed,
    }
    found = Finding(contract=volume.number, service=volume.service, unit=volume.unit, **figures)
    return volume_used_up.keep(found)


def hold(verdicts: Sequence[Verdict], *, answer_by: dt.date, is_dry: bool = False) -> list[Verdict]:
    """The same verdicts, lines above a budget or a volume pended. A dry run gives the same answer and locks nothing.

    What earlier versions of these claims took, and the claims that they correct, is given back first; a line that was
    accepted keeps its place.
    """
    agreed_of = budget.capped_contracts([verdict.claim for verdict in verdicts])
    if agreed_of is None:
        return list(verdicts)
    asks = [ask for verdict in verdicts for ask in _asks(verdict, agreed_of)]
    rooms = rooms_of({ask.contract_id for ask in asks}, is_locked=not is_dry)
    had = _give_back(verdicts, rooms)
    asks = [_with_place(ask, had.get((ask.claim_id, ask.line_no))) for ask in asks]
    held: dict[int, dict[int, list[Finding]]] = {}
    for (claim, line), why in fitting(asks, rooms).items():
        held.setdefault(claim, {})[line] = why
    return [
        waiting(verdict, held[verdict.claim.id], answer_by) if verdict.claim.id in held else verdict
        for verdict in verdicts
    ]


def _asks(verdict: Verdict, agreed_of: AgreedOf) -> Iterator[Ask]:
    claim, decided = verdict.claim, {line.line_no: line for line in verdict.decision.lines}
    for line in claim.lines:
        decision = decided.get(line.line_no)
        agreed = agreed_of(claim, line) if decision is not None and decision.benefit else None
        if decision is not None and agreed is not None:
            what = (agreed.contract_id, decision.benefit, agreed, decision.quantity_milli)
            yield Ask(claim.received_at, claim.id, line.line_no, *what)


def _with_place(ask: Ask, had: Place | None) -> Ask:
    if had is None or had[0] != ask.agreed:
        return ask
    return replace(ask, held_benefit=had[1], held_milli=had[2])


def rooms_of(contract_ids: Collection[int], *, is_locked: bool) -> Rooms:
    """As they are now, with those of members that share a ceiling; `is_locked`: nobody else takes of them meanwhile."""
    frameworks = queries.frameworks(contract_ids)
    everyone = {*contract_ids, *frameworks}
    if is_locked:
        queries.lock(everyone)
    budgets = {contract: Room(*figures) for contract, *figures in queries.rooms(everyone)}
    for contract, room in budgets.items():
        lot = frameworks.get(contract)
        room.together = [budgets[key] for key in budgets if lot is not None and frameworks.get(key) == lot]
    volumes: dict[Agreed | None, Volume] = {
        Agreed(contract, service, site): Volume(number, service, unit, units * MILLI, used)
        for contract, service, site, number, unit, units, used in queries.volumes(contract_ids)
    }
    return Rooms(budgets, volumes)


def _give_back(verdicts: Sequence[Verdict], rooms: Rooms) -> dict[tuple[int, int], Place]:
    """Free what was taken before; the places of the lines that are decided again, by claim and line."""
    places: dict[tuple[int, int], Place] = {}
    live = {each.claim.id: each.claim for each in verdicts if each.claim.version}
    corrected = {each.claim.replaces_claim_id or 0 for each in verdicts if each.decision.state != "returned"}
    ended = corrected - live.keys() - {0}
    claims = [*live.values(), *(records.filed(sorted(ended)) if ended else ())]
    before = budget.paid_before([claim.id for claim in claims])
    agreed_of = budget.capped_contracts(claims) if before else None
    if agreed_of is None:
        return places
    for claim in claims:
        for line in claim.lines:
            benefit, quantity = before.get((claim.id, line.line_no), (0, 0))
            agreed = agreed_of(claim, line) if benefit else None
            if agreed is not None and agreed.contract_id in rooms.budgets:
                rooms.budgets[agreed.contract_id].used -= benefit
            if agreed in rooms.volumes:
                rooms.volumes[agreed].used -= quantity
            if agreed is not None and claim.id in live:
                places[claim.id, line.line_no] = agreed, benefit, quantity
    return places


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
