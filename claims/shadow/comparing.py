"""Line by line, what the old system paid beside what we would; every difference has one cause, so that sums are exact.

The cause of a line that we do not pay is its deciding reason. Of one that we pay with less, it is the step that took
the most. Where the old system paid less, it is the old system's own reason, if the file has one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from claims.case import ClaimDecision, LineDecision
from claims.sent import ClaimInput
from claims.shadow.reading import OldMonth, OldRow

ONLY_OLD, OLD_MORE, OLD_LESS, ONLY_OURS = "only_old", "old_more", "old_less", "only_ours"
MORE_THAN_ASKED = "asked"  # we pay all that was asked, and the old system paid more
_OWED = ("accepted", "reduced")


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of both systems, in minor units. `code` is our reason, `old_reason` the other system's own."""

    organisation_id: int
    claim_no: str
    line_no: int
    service: str
    service_on: dt.date | None
    asked: int
    old: int
    ours: int
    state: str
    code: str
    old_reason: str
    direction: str

    @property
    def difference(self) -> int:
        return self.old - self.ours


@dataclass(slots=True)
class Cause:
    """All lines that differ for one reason in one direction."""

    code: str
    old_reason: str
    direction: str
    lines: int = 0
    old: int = 0
    ours: int = 0

    @property
    def difference(self) -> int:
        return self.old - self.ours


@dataclass(frozen=True, slots=True)
class Comparison:
    """`lines` holds every line, `causes` those that differ, the largest sums first."""

    lines: list[Compared]
    causes: list[Cause]

    @property
    def old(self) -> int:
        return sum(line.old for line in self.lines)

    @property
    def ours(self) -> int:
        return sum(line.ours for line in self.lines)

    @property
    def equal(self) -> int:
        return sum(not line.direction for line in self.lines)


def compare(month: OldMonth, decided: Iterable[tuple[ClaimInput, ClaimDecision]]) -> Comparison:
    """Σ old − Σ ours = Σ over the causes: proved here, for every comparison."""
    lines = [line for claim, decision in decided for line in _lines(claim, decision, month)]
    found = Comparison(lines, _causes(lines))
    if found.old - found.ours != sum(cause.difference for cause in found.causes):
        raise ArithmeticError("The causes do not add up to the difference.")
    return found


def _lines(claim: ClaimInput, decision: ClaimDecision, month: OldMonth) -> Iterator[Compared]:
    by_no = {line.line_no: line for line in decision.lines}
    is_owed = decision.state == "adjudicated"
    for sent, old in zip(claim.lines, month.of(claim), strict=True):
        line = by_no.get(sent.line_no)
        ours = line.benefit if is_owed and line is not None else 0
        direction = _direction(old.paid, ours)
        day = sent.service_until or sent.service_from
        yield Compared(
            organisation_id=claim.organisation_id,
            claim_no=claim.provider_claim_no,
            line_no=sent.line_no,
            service=sent.service,
            service_on=day,
            asked=sent.amount,
            old=old.paid,
            ours=ours,
            state=decision.state if line is None else line.state,
            code=_code(line, decision, is_owed, direction),
            old_reason=_old_reason(old, direction),
            direction=direction,
        )


def _direction(old: int, ours: int) -> str:
    if old == ours:
        return ""
    if old > ours:
        return OLD_MORE if ours else ONLY_OLD
    return OLD_LESS if old else ONLY_OURS


def _code(line: LineDecision | None, decision: ClaimDecision, is_owed: bool, direction: str) -> str:
    if direction in ("", OLD_LESS, ONLY_OURS):
        return ""
    if line is None:  # the claim ended: another of the file corrects it
        return decision.headline
    if line.state not in _OWED:
        return line.headline
    if not is_owed:
        return next(other.headline for other in decision.lines if other.state == "pended")
    cuts = [(step.before - step.after, step.code) for step in line.trace if step.before > step.after]
    return max(cuts, key=lambda cut: cut[0])[1] if cuts else MORE_THAN_ASKED


def _old_reason(old: OldRow, direction: str) -> str:
    return old.reason if direction in (OLD_LESS, ONLY_OURS) else ""


def _causes(lines: Iterable[Compared]) -> list[Cause]:
    found: dict[tuple[str, str, str], Cause] = {}
    counted: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in lines:
        if line.direction:
            key = line.code, line.old_reason, line.direction
            sums = counted[key]
            sums[0] += 1
            sums[1] += line.old
            sums[2] += line.ours
    for key, (count, old, ours) in counted.items():
        found[key] = Cause(*key, lines=count, old=old, ours=ours)
    return sorted(found.values(), key=lambda cause: (-abs(cause.difference), cause.code, cause.old_reason))
