"""Claims the rules left to a person: cleared, they are decided again; refused, the waiting lines are denied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from claims import facts, services
from claims.adjudication import sum_up
from claims.case import Bearer, ClaimDecision, Finding, LineDecision, TraceStep
from claims.decisions import Cause
from claims.filed import Filed
from claims.producers import not_necessary
from claims.reasons import Effect
from claims.verdicts import Verdict
from core.actors import Actor
from core.errors import DomainError, Forbidden, InputErrors
from core.words import _l

CLEARABLE = frozenset({"CAR-02", "CAR-05", "REV-01"})  # what a person may let pass; the other reasons wait for a fact
ROLE = _l("claims reviewer")


class NotWaiting(DomainError):
    """Someone decided it in the meantime."""

    code = "not_waiting"


class StillWaits(DomainError):
    """It waits for a fact, which no reviewer can put in its place."""

    code = "still_waits"


def accept(numbers: Sequence[str], *, reason: str, by: Actor, at: dt.datetime, zone: ZoneInfo) -> int:
    """Let pass what the rules doubted; the lines are then decided like any other. How many claims."""
    check(reason, by)
    plan_for = facts.plans()
    for number in numbers:
        claim = _waiting(number)
        cleared = replace(claim, waived=claim.waived | CLEARABLE)
        (verdict,) = services.judge([cleared], plan_for, zone, at)
        if verdict.decision.state == "pended":
            raise still_waits(verdict)
        services.keep([verdict], Cause("review", by, at, reason.strip()), {}, zone)
    return len(numbers)


def refuse(numbers: Sequence[str], *, reason: str, by: Actor, at: dt.datetime, zone: ZoneInfo) -> int:
    """Deny the waiting lines with the reviewer's words, CLI-03; lines decided already stay as they are."""
    check(reason, by)
    plan_for = facts.plans()
    for number in numbers:
        (verdict,) = services.judge([_waiting(number)], plan_for, zone, at)
        waiting = {line.line_no for line in verdict.decision.lines if line.state == "pended"}
        decision = refused(verdict, reason.strip(), waiting)
        services.keep([replace(verdict, decision=decision)], Cause("review", by, at, reason.strip()), {}, zone)
    return len(numbers)


def check(reason: str, by: Actor) -> None:
    if by.organisation_id is not None:
        raise Forbidden(_l("A cooperative does not review its own claims."))
    if not reason.strip():
        raise InputErrors.at("reason", _l("Write the reason. The cooperative reads it."))


def _waiting(number: str) -> Filed:
    claim = services.locked(number)
    if claim.state != "pended":
        raise NotWaiting(_l("Claim %(number)s does not wait any more.", number=claim.number))
    return claim


def still_waits(verdict: Verdict) -> StillWaits:
    codes = sorted({line.headline for line in verdict.decision.lines if line.state == "pended"})
    message = _l(
        "Claim %(number)s still waits for something that no reviewer can clear: %(codes)s.",
        number=verdict.claim.number,
        codes=", ".join(codes),
    )
    return StillWaits(message)


def refused(verdict: Verdict, text: str, line_nos: Collection[int]) -> ClaimDecision:
    """The decision with these lines denied in the reviewer's words."""
    decision = verdict.decision
    sent = {line.line_no: {"quantity": line.quantity_milli, "price": line.unit_price} for line in verdict.claim.lines}
    lines = [_denied(n, text, sent[n.line_no]) if n.line_no in line_nos else n for n in decision.lines]
    again = ClaimDecision(decision.claim_id, decision.claim_number, "", "", 0, 0, 0, 0, 0, lines)
    sum_up(again)
    return again


def _denied(line: LineDecision, text: str, figures: dict[str, Any]) -> LineDecision:
    """The provider bears a refused line (CO)."""
    found = not_necessary.keep(Finding(role=str(ROLE), text=text))
    found.amount = line.submitted
    asked = TraceStep("asked", "", line.submitted, line.submitted, Bearer.FUND.value, figures)
    step = TraceStep("", found.code, line.submitted, 0, Bearer.PROVIDER.value, found.parameters)
    # what was taken from a priced line before it was refused took nothing after all
    is_priced = line.state in ("accepted", "reduced")
    others = [each for each in line.findings if not is_priced or each.effect != Effect.REDUCED.value]
    return replace(
        line,
        state="denied",
        headline=found.code,
        undecided=0,
        quantity_milli=0,
        eligible=0,
        deductible=0,
        copayment=0,
        benefit=0,
        member_share=0,
        write_off=line.submitted,
        findings=[*others, found],
        trace=[asked, step],
        use=[],
    )
