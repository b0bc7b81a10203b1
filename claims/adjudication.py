"""Decide: one pass over a household's lines, in a fixed order, every rule on every line that it concerns.

The screen, the API, the dry run, the nightly batch, an appeal and a simulation all call `decide`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final

from claims import pricing
from claims.benefit_plan.rows import BenefitPlan
from claims.case import (
    ACCEPTED,
    DENIED,
    PENDED,
    REDUCED,
    RETURNED,
    Case,
    ClaimDecision,
    ClaimState,
    Decisions,
    Finding,
    Line,
    LineDecision,
)
from claims.reasons import RANKS, Effect
from claims.regulation import edition_of
from claims.terms import Terms

PlanFor = Callable[[date], BenefitPlan]
_NO_START: Final = datetime(1, 1, 2, tzinfo=UTC)  # a line without a clock time goes before the day's others


def decide(case: Case, plan_for: PlanFor) -> Decisions:
    """Decide every line of `case`; later lines see what earlier accepted ones used up.

    `plan_for(service date)` gives the plan version in force. Writes nothing, reads no clock.
    """
    closed: set[tuple[int, int]] = set()
    while True:
        claims, refused = _decide_all(case, plan_for, closed)
        if refused <= closed:
            break
        closed |= refused
    for claim in claims.values():
        sum_up(claim)
    return Decisions(case.household.household_id, list(claims.values()))


def _decide_all(
    case: Case, plan_for: PlanFor, closed: set[tuple[int, int]]
) -> tuple[dict[int, ClaimDecision], set[tuple[int, int]]]:
    """One pass. `closed`: refused lines of claims whose kind is counted; the second answer: those that this pass found,
    which say nothing of the kind (§2 of the note), so that a pass that finds another one is followed by one more."""
    terms = Terms(case)
    terms.lines = sorted(case.lines, key=_order)  # also what a rule names from beside its line follows this order
    terms.closed = closed
    terms.sent_back = _sent_back(terms, plan_for)
    claims: dict[int, ClaimDecision] = {}
    for line in terms.lines:
        terms.turn_to(line, plan_for(line.service_on))
        decision = _decide_line(line, terms)
        terms.ledger.post(line, terms.identity, decision)
        claim = claims.get(line.claim_id)
        if claim is None:
            claim = ClaimDecision(line.claim_id, line.claim_number, "", "", 0, 0, 0, 0, 0, [])
            claims[line.claim_id] = claim
        claim.lines.append(decision)
    return claims, _refused(claims, terms.kinds_asked)


def _refused(claims: dict[int, ClaimDecision], kinds_asked: set[int]) -> set[tuple[int, int]]:
    """Lines of these claims that something else than the count of their kind refuses."""
    found: set[tuple[int, int]] = set()
    for claim_id in kinds_asked:
        for line in claims[claim_id].lines:
            if any(each.effect in (_RETURNS, _DENIES) and each.code != _COUNTED for each in line.findings):
                found.add((claim_id, line.line_no))
    return found


def _sent_back(terms: Terms, plan_for: PlanFor) -> dict[int, tuple[int, str]]:
    """Claims with a line that goes back, where the plan takes a claim only as a whole. No such rule asks the ledger."""
    found: dict[int, tuple[int, str]] = {}
    if not any(plan_for(line.service_on).is_whole_claim_returned for line in terms.lines):
        return found
    for line in terms.lines:
        plan = plan_for(line.service_on)
        if not plan.is_whole_claim_returned or line.claim_id in found:
            continue
        terms.turn_to(line, plan)
        for check in edition_of(line.service_on).concerning(terms.service).checks:
            if check.effect == _RETURNS and check.find(line, terms) is not None:
                found[line.claim_id] = (line.line_no, check.code)
                break
    return found


def _order(line: Line) -> tuple[object, ...]:
    return line.service_on, line.starts_at or _NO_START, line.received_at, line.claim_id, line.line_no


def _decide_line(line: Line, terms: Terms) -> LineDecision:
    rules = edition_of(line.service_on).concerning(terms.service)
    findings = []
    for check in rules.checks:
        found: Finding | None = check.find(line, terms)
        if found is not None:
            findings.append(check.keep(found))
    decision = LineDecision(line.claim_id, line.line_no, "", "", terms.plan.version, line.amount, findings=findings)
    effect = _deciding(findings).effect if findings else _PAYS
    if effect in (_RETURNS, _WAITS):
        decision.undecided = line.amount
        decision.state = PENDED if effect == _WAITS else RETURNED
    elif effect == _DENIES:
        pricing.deny(decision, line)
        decision.state = DENIED
    else:
        pricing.price(decision, line, terms, rules)
        decision.state = REDUCED if findings else ACCEPTED
    if findings:
        decision.headline = _deciding(findings).code
    _prove(decision)
    return decision


_COUNTED: Final = "BEN-05"
_RETURNS: Final = Effect.RETURNED.value
_DENIES: Final = Effect.DENIED.value
_WAITS: Final = Effect.PENDING.value
_PAYS: Final = Effect.REDUCED.value
_RANKS: Final[dict[str, dict[str, int]]] = {
    RETURNED: RANKS[_RETURNS],
    DENIED: RANKS[_DENIES],
    PENDED: RANKS[_WAITS],
    REDUCED: RANKS[_PAYS],
}


def _deciding(findings: list[Finding]) -> Finding:
    """The finding that decides the line: strongest effect, then kind of reason."""
    deciding = findings[0]
    for found in findings:
        if found.rank < deciding.rank:
            deciding = found
    return deciding


def _prove(decision: LineDecision) -> None:
    """The identity of every line. A decision that breaks it never leaves this module."""
    benefit, member, write_off = decision.benefit, decision.member_share, decision.write_off
    is_whole = decision.submitted == benefit + member + write_off + decision.undecided
    if not is_whole or benefit < 0 or member < 0 or write_off < 0:
        raise ArithmeticError(f"Claim {decision.claim_id} line {decision.line_no} does not add up: {decision}")


def sum_up(claim: ClaimDecision) -> None:
    """Sums, state and headline from the lines, which then stand in their order.

    Of the reasons that head its lines the one that goes before the others heads a claim.
    """
    states: set[str] = set()
    least = 0
    for line in claim.lines:
        states.add(line.state)
        claim.submitted += line.submitted
        claim.undecided += line.undecided
        claim.benefit += line.benefit
        claim.member_share += line.member_share
        claim.write_off += line.write_off
        if line.headline:
            rank = _RANKS[line.state][line.headline]
            if not claim.headline or rank < least:
                claim.headline, least = line.headline, rank
    claim.state = _claim_state(states)
    if len(claim.lines) > 1:
        claim.lines.sort(key=_line_no)


def _line_no(line: LineDecision) -> int:
    return line.line_no


def _claim_state(states: set[str]) -> str:
    if PENDED in states:
        return ClaimState.PENDED.value
    if states == {RETURNED}:
        return ClaimState.RETURNED.value
    if ACCEPTED in states or REDUCED in states:
        return ClaimState.ADJUDICATED.value
    return ClaimState.DENIED.value
