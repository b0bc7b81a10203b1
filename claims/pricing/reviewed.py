"""Between quantity and limits: what a reviewer approved of a line, where it is less than what was adjudicated."""

from __future__ import annotations

from typing import Final

from claims.case import Approval, LineDecision
from claims.pricing.step import PROVIDER, take, value
from claims.reasons import Effect
from claims.rule import Rule, rule
from core.words import _l


@rule(
    "CLI-03",
    part="approved_price",
    text=_l(
        "The reviewer ({role:text}) approves {approved:money} per unit instead of {before:money}: {text:text} "
        "The difference must not be charged to the member."
    ),
    basis="Claims regulation, art. 11(3)",
    effect=Effect.REDUCED,
)
def approved_price(decision: LineDecision, approval: Approval) -> None:
    before, price = decision.unit_price, approval.unit_price
    if price < before:
        decision.unit_price = price
        cheaper = min(value(decision.quantity_milli, price), decision.benefit)
        figures = {"role": approval.role, "text": approval.reason, "approved": price, "before": before}
        take(decision, approved_price, decision.benefit - cheaper, PROVIDER, figures)


@rule(
    "CLI-03",
    part="approved_quantity",
    text=_l(
        "The reviewer ({role:text}) approves {approved:quantity} of {before:quantity}: {text:text} "
        "The difference must not be charged to the member."
    ),
    basis="Claims regulation, art. 11(3)",
    effect=Effect.REDUCED,
)
def approved_quantity(decision: LineDecision, approval: Approval) -> None:
    before, quantity = decision.quantity_milli, approval.quantity_milli
    if quantity < before:
        decision.quantity_milli = quantity
        less = min(value(quantity, decision.unit_price), decision.benefit)
        figures = {"role": approval.role, "text": approval.reason, "approved": quantity, "before": before}
        take(decision, approved_quantity, decision.benefit - less, PROVIDER, figures)


REVIEW_STEPS: Final[tuple[Rule, ...]] = (approved_price, approved_quantity)
