"""Decide: one pass over a household's lines, in a fixed order, every rule on every line.

The screen, the API, the dry run, the nightly batch, an appeal and a simulation all call `decide`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from claims import pricing
from claims.benefit_plan.rows import BenefitPlan
from claims.case import Case, ClaimDecision, ClaimState, Decisions, Finding, Line, LineDecision, LineState
from claims.reasons import Effect, precedence
from claims.rule import Rule, in_force
from claims.rules import CHECKS
from claims.terms import Terms

PlanFor = Callable[[date], BenefitPlan]


@dataclass(frozen=True, slots=True)
class Regulation:
    """The rules in force on one day."""

    checks: tuple[tuple[Callable[[Line, Terms], Finding | None], Rule], ...]
    tariff: tuple[pricing.Step, ...]
    sharing: tuple[pricing.Step, ...]


_regulations: dict[date, Regulation] = {}


def regulation(on: date) -> Regulation:
    found = _regulations.get(on)
    if found is None:
        tariff = [step.find for step in in_force(pricing.TARIFF_STEPS, on)]
        limits = [step.find for step in in_force(pricing.LIMIT_STEPS, on)]
        sharing = [step.find for step in in_force(pricing.SHARING_STEPS, on)]
        checks = tuple((check.find, check) for check in in_force(CHECKS, on))
        found = Regulation(checks, (*tariff, pricing.cut_quantity, *limits), tuple(sharing))
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
        sum_up(claim)
    return Decisions(case.household.household_id, list(claims.values()))


def _order(line: Line) -> tuple[object, ...]:
    starts = line.starts_at.timestamp() if line.starts_at is not None else 0.0
    return line.service_on, starts, line.received_at, line.claim_id, line.line_no


def _decide_line(line: Line, terms: Terms) -> LineDecision:
    rules = regulation(line.service_on)
    findings = []
    for find, check in rules.checks:
        found = find(line, terms)
        if found is not None:
            findings.append(check.keep(found))
    decision = LineDecision(line.claim_id, line.line_no, "", "", terms.plan.version, line.amount, findings=findings)
    effect = _headline(findings)[0] if findings else _PAYS
    if effect >= _PAYS:
        pricing.price(decision, line, terms, rules.tariff, rules.sharing)
        decision.state = _REDUCED if findings else _ACCEPTED
    elif effect == _DENIES:
        pricing.deny(decision, line)
        decision.state = _DENIED
    else:
        decision.undecided = line.amount
        decision.state = _PENDED if effect == _WAITS else _RETURNED
    if findings:
        decision.headline = _headline(findings)[2]
    _prove(decision)
    return decision


_DENIES, _WAITS, _PAYS = (list(Effect).index(e) for e in (Effect.DENIED, Effect.PENDING, Effect.REDUCED))
_RETURNED, _PENDED, _ACCEPTED, _REDUCED, _DENIED = (state.value for state in LineState)


def _headline(findings: list[Finding]) -> tuple[int, int, str]:
    """The finding that decides the line: strongest effect, then kind of reason."""
    return min([precedence(found.effect, found.code) for found in findings])


def _prove(decision: LineDecision) -> None:
    """The identity of every line. A decision that breaks it never leaves this module."""
    benefit, member, write_off = decision.benefit, decision.member_share, decision.write_off
    is_whole = decision.submitted == benefit + member + write_off + decision.undecided
    if not is_whole or benefit < 0 or member < 0 or write_off < 0:
        raise ArithmeticError(f"Claim {decision.claim_id} line {decision.line_no} does not add up: {decision}")


def sum_up(claim: ClaimDecision) -> None:
    states = {line.state for line in claim.lines}
    for line in claim.lines:
        claim.submitted += line.submitted
        claim.undecided += line.undecided
        claim.benefit += line.benefit
        claim.member_share += line.member_share
        claim.write_off += line.write_off
    claim.state = _claim_state(states)
    findings = [found for line in claim.lines for found in line.findings]
    claim.headline = _headline(findings)[2] if findings else ""


def _claim_state(states: set[str]) -> str:
    if LineState.PENDED in states:
        return ClaimState.PENDED
    if states == {LineState.RETURNED}:
        return ClaimState.RETURNED
    if LineState.ACCEPTED in states or LineState.REDUCED in states:
        return ClaimState.ADJUDICATED
    return ClaimState.DENIED
