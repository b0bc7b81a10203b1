"""What was typed, as we read it, with the answer it would get: shown before anything counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from claims import facts, presenters
from claims.case import ClaimDecision, LineDecision
from claims.explanation import Explanation, Left, explain, sentence
from claims.intake.values import ClaimInput, LineInput
from claims.states import LINE_STATES
from core import clock
from core.codes import service_names
from core.config import fund


@dataclass(frozen=True, slots=True)
class TriedLine:
    """One line as read and as it would be decided; `place` is its place on the form."""

    place: int
    line: LineInput
    name: str
    days: str
    shape: str
    word: Any
    decision: LineDecision
    reasons: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Tried:
    """The answer a claim would get now; `left` are the limits as they would stand after it."""

    claim: ClaimInput
    decision: ClaimDecision
    lines: list[TriedLine]
    left: list[Left]


def tried(claim: ClaimInput, decision: ClaimDecision, places: Sequence[int]) -> Tried:
    names = service_names({line.service for line in claim.lines})
    decided = {line.line_no: line for line in decision.lines}
    lines = [
        _line(place, line, names.get(line.service, line.service), decided[line.line_no])
        for place, line in zip(places, claim.lines, strict=True)
    ]
    left = {limit.name: limit for row in lines for limit in _explained(row.line, row.decision).left}
    return Tried(claim, decision, lines, list(left.values()))


def _line(place: int, line: LineInput, name: str, decision: LineDecision) -> TriedLine:
    first = line.service_from or clock.today(fund().zone)
    last = line.service_until or first
    ordered = sorted(decision.findings, key=lambda found: found.code != decision.headline)
    reasons = [(f.code, sentence(f.code, f.part, f.parameters, presenters.FIGURES, last)) for f in ordered]
    shape = presenters.LINE_SHAPES.get(decision.state, str(decision.state))
    days = presenters.days_words(first, last)
    return TriedLine(place, line, name, days, shape, LINE_STATES[decision.state], decision, reasons)


def _explained(line: LineInput, decision: LineDecision) -> Explanation:
    today = clock.today(fund().zone)
    on = line.service_until or line.service_from or today
    plan = facts.plans()(on)
    return explain(
        decision,
        presenters.FIGURES,
        service_on=on,
        decided_on=today,
        appeal_days=plan.appeal_days,
        names=plan.names,
        reader="provider",
    )
