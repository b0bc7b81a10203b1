"""The arithmetic of a line, from asked to paid, as named steps in the order of the regulation.

`LineDecision.benefit` starts as the amount asked; every step takes a part of it away and gives that part to the
member or to the provider. So submitted = benefit + member share + write-off holds after each step, not only at the end.
Rounding happens only where a percentage is taken: half up, on the member's share.
"""

from __future__ import annotations

from typing import Final

from claims.case import Finding, Line, LineDecision, TraceStep
from claims.pricing.eligible import LIMIT_STEPS, TARIFF_STEPS, cut_quantity
from claims.pricing.reviewed import REVIEW_STEPS
from claims.pricing.sharing import SHARING_STEPS
from claims.pricing.step import FUND, MEMBER, PROVIDER, value
from claims.pricing.used import use_quantities
from claims.reasons import Effect
from claims.rule import Regulation
from claims.terms import Terms

__all__ = ["LIMIT_STEPS", "REVIEW_STEPS", "SHARING_STEPS", "TARIFF_STEPS", "cut_quantity", "deny", "price", "value"]


def price(decision: LineDecision, line: Line, terms: Terms, rules: Regulation) -> None:
    """Run the steps on an allowed line; its decision then holds amounts, trace and use."""
    _submit(decision, line, terms)
    for step in rules.tariff:
        step.find(decision, line, terms)
    if decision.findings:
        cut_quantity(decision)
    if line.approved is not None:
        for step in REVIEW_STEPS:
            step.find(decision, line.approved)
    for step in rules.limits:
        step.find(decision, line, terms)
    decision.eligible = decision.benefit
    for step in rules.sharing:
        step.find(decision, line, terms)
    use_quantities(decision, line, terms)


def deny(decision: LineDecision, line: Line) -> None:
    """Nothing is paid. The provider bears it if one denying finding is the provider's, or another payer's."""
    decision.trace.append(_asked(decision, line))
    denying = [found for found in decision.findings if found.effect == _DENIES]
    deciding = denying[0] if len(denying) == 1 else min(denying, key=_who_owes)
    amount = decision.submitted
    if deciding.liable == "PR":
        bearer, decision.member_share = MEMBER, amount
    else:
        bearer, decision.write_off = PROVIDER, amount
    deciding.amount = amount
    parameters = deciding.parameters
    decision.trace.append(TraceStep(deciding.part or "denied", deciding.code, amount, 0, bearer, parameters))


_DENIES: Final = Effect.DENIED.value


def _who_owes(found: Finding) -> int:
    return ("CO", "OA", "PR", "PI", "").index(found.liable)


def _asked(decision: LineDecision, line: Line) -> TraceStep:
    figures = {"quantity": line.quantity_milli, "price": line.unit_price}
    return TraceStep("asked", "", decision.submitted, decision.submitted, FUND, figures)


def _submit(decision: LineDecision, line: Line, terms: Terms) -> None:
    decision.quantity_milli = line.quantity_milli
    decision.unit_price = line.unit_price
    if terms.plan.price_rule == "tariff" and line.contract is not None and line.contract.unit_price is not None:
        decision.unit_price = line.contract.unit_price
        decision.submitted = value(line.quantity_milli, decision.unit_price)
    decision.benefit = decision.submitted
    decision.trace.append(_asked(decision, line))
