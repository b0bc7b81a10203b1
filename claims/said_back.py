"""What was typed, as we read it, with the answer it would get: shown before anything counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from claims import facts, presenters
from claims.case import ClaimDecision, LineDecision
from claims.explanation import Explanation, Left, explain, sentence
from claims.models import Claim, ClaimLine, ClaimVersion
from claims.queries import records
from claims.sent import ClaimInput, LineInput
from claims.states import LINE_STATES
from core import clock
from core.codes import service_names
from core.config import fund
from core.money import to_decimal


@dataclass(frozen=True, slots=True)
class TriedLine:
    """One line as read and as it would be decided; `place` is its place on the form."""

    place: int
    line: LineInput
    name: str
    days: str
    shape: str
    word: Any
    decision: LineDecision | None
    reasons: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Tried:
    """The answer a claim would get now, None where it may not be told; `left`: the limits as they would stand after."""

    claim: ClaimInput
    decision: ClaimDecision | None
    lines: list[TriedLine]
    left: list[Left]


def tried(claim: ClaimInput, decision: ClaimDecision | None, places: Sequence[int]) -> Tried:
    names = service_names({line.service for line in claim.lines})
    decided = {line.line_no: line for line in decision.lines} if decision is not None else {}
    lines = [
        _line(place, line, names.get(line.service, line.service), decided.get(line.line_no))
        for place, line in zip(places, claim.lines, strict=True)
    ]
    left = {limit.name: limit for row in lines for limit in _left(row)}
    return Tried(claim, decision, lines, list(left.values()))


def _left(row: TriedLine) -> list[Left]:
    return _explained(row.line, row.decision).left if row.decision is not None else []


def _line(place: int, line: LineInput, name: str, decision: LineDecision | None) -> TriedLine:
    first = line.service_from or clock.today(fund().zone)
    last = line.service_until or first
    days = presenters.days_words(first, last)
    if decision is None:
        return TriedLine(place, line, name, days, "", "", None, [])
    ordered = sorted(decision.findings, key=lambda found: found.code != decision.headline)
    reasons = [(f.code, sentence(f.code, f.part, f.parameters, presenters.FIGURES, last, "provider")) for f in ordered]
    shape = presenters.LINE_SHAPES.get(decision.state, str(decision.state))
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


def typed_again(claim: Claim, version: ClaimVersion) -> dict[str, str]:
    """A claim as it would be typed, to be corrected: one sent back keeps its number, another is replaced."""
    is_back = version.state == "returned"
    number = {"claim_no" if is_back else "prior_claim_no": claim.provider_claim_no}
    lines = enumerate(records.lines_of(claim))
    fields = {f"lines.{place}.{name}": text for place, line in lines for name, text in _fields(line).items()}
    head = {"member_id": claim.member_number, "referral_no": claim.referral_no, "visit_type": claim.visit_type}
    return {**head, **number, **fields}


def _fields(line: ClaimLine) -> dict[str, str]:
    return {
        "code": line.service,
        "service_start": line.service_from.isoformat() if line.service_from else "",
        "service_end": line.service_until.isoformat() if line.service_until else "",
        "quantity": presenters.quantity_words(line.quantity_milli),
        "unit_price": to_decimal(line.unit_price, fund().currency.exponent),
        "practitioner_id": line.practitioner,
        "authorisation_no": line.authorisation_no,
        "diagnosis_1": line.diagnoses.partition(" ")[0],
    }
