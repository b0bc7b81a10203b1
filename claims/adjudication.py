"""Decide: one pass over a household's lines, in a fixed order, every rule on every line.

The screen, the API, the dry run, the nightly batch, an appeal and a simulation all call `decide`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from claims import pricing
from claims.benefit_plan.rows import BenefitPlan
from claims.case import Case, ClaimDecision, ClaimState, Decisions, Line, LineDecision, LineState
from claims.reasons import Effect, precedence
from claims.rule import Rule, in_force
from claims.rules import CHECKS
from claims.terms import Terms

PlanFor = Callable[[date], BenefitPlan]


@dataclass(frozen=True, slots=True)
class Regulation:
    """The rules in force on one day."""

    checks: tuple[Rule, ...]
    tariff: tuple[pricing.Step, ...]
    sharing: tuple[pricing.Step, ...]


_regulations: dict[date, Regulation] = {}


def regulation(on: date) -> Regulation:
    found = _regulations.get(on)
    if found is None:
        tariff = [step.find for step in in_force(pricing.TARIFF_STEPS, on)]
        limits = [step.find for step in in_force(pricing.LIMIT_STEPS, on)]
        sharing = [step.find for step in in_force(pricing.SHARING_STEPS, on)]
        found = Regulation(in_force(CHECKS, on), (*tariff, pricing.cut_quantity, *limits), tuple(sharing))
        _regulations[on] = found
    return found


def decide(case: Case, plan_for: PlanFor) -> Decisions:
    """Decide every line of `case`; later lines see what earlier accepted ones used up.

    `plan_for(service date)` gives the plan version in force. Writes nothing, reads no clock.
    """
    terms = Terms(case)
    claims: dict[int, ClaimDecision] = {}
    for line in sorted(case.lines, key=_order):
        terms.turn_to(line, plan_for(line.service_on))
        decision = _decide_line(line, terms)
        terms.ledger.post(line, decision)
        claim = claims.get(line.claim_id)
        if claim is None:
            claim = ClaimDecision(line.claim_id, line.claim_number, "", "", 0, 0, 0, 0, 0, [])
            claims[line.claim_id] = claim
        claim.lines.append(decision)
    for claim in claims.values():
        _sum_up(claim)
    return Decisions(case.household.household_id, list(claims.values()))


def _order(line: Line) -> tuple[object, ...]:
    starts = line.starts_at.timestamp() if line.starts_at is not None else 0.0
    return line.service_on, starts, line.received_at, line.claim_id, line.line_no


def _decide_line(line: Line, terms: Terms) -> LineDecision:
    rules = regulation(line.service_on)
    findings = []
    for check in rules.checks:
        found = check.find(line, terms)
        if found is not None:
            findings.append(check.keep(found))
    decision = LineDecision(line.claim_id, line.line_no, "", "", terms.plan.version, line.amount, findings=findings)
    effect = min((precedence(f.effect, f.code) for f in findings), default=None)
    if effect is None or effect[0] > _WAITS:
        pricing.price(decision, line, terms, rules.tariff, rules.sharing)
        decision.state = LineState.REDUCED if decision.findings else LineState.ACCEPTED
    elif effect[0] == _DENIES:
        pricing.deny(decision, line)
        decision.state = LineState.DENIED
    else:
        decision.undecided = line.amount
        decision.state = LineState.PENDED if effect[0] == _WAITS else LineState.RETURNED
    decision.headline = min((precedence(f.effect, f.code) for f in decision.findings), default=(0, 0, ""))[2]
    _prove(decision)
    return decision


_DENIES, _WAITS = (list(Effect).index(effect) for effect in (Effect.DENIED, Effect.PENDING))


def _prove(decision: LineDecision) -> None:
    """The identity of every line. A decision that breaks it never leaves this module."""
    parts = (decision.benefit, decision.member_share, decision.write_off, decision.undecided)
    is_open = decision.state in (LineState.RETURNED, LineState.PENDED)
    if decision.submitted != sum(parts) or (not is_open and min(parts) < 0):
        raise ArithmeticError(f"Claim {decision.claim_id} line {decision.line_no} does not add up: {decision}")


def _sum_up(claim: ClaimDecision) -> None:
    states = {line.state for line in claim.lines}
    for line in claim.lines:
        claim.submitted += line.submitted
        claim.undecided += line.undecided
        claim.benefit += line.benefit
        claim.member_share += line.member_share
        claim.write_off += line.write_off
    claim.state = _claim_state(states)
    ranked = [precedence(f.effect, f.code) for line in claim.lines for f in line.findings]
    claim.headline = min(ranked)[2] if ranked else ""


def _claim_state(states: set[str]) -> str:
    if LineState.PENDED in states:
        return ClaimState.PENDED
    if states == {LineState.RETURNED}:
        return ClaimState.RETURNED
    if LineState.ACCEPTED in states or LineState.REDUCED in states:
        return ClaimState.ADJUDICATED
    return ClaimState.DENIED
