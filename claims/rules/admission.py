"""ADM: can the line be read, is it new, did it come in time, do its dates and amounts make sense?"""
# ruff: noqa: ARG001 (every rule takes the same two arguments)

from __future__ import annotations

from datetime import timedelta

from claims.case import Finding, Line
from claims.pricing import value
from claims.rule import rule
from claims.terms import Terms
from core.words import _l


@rule(
    "ADM-01",
    text=_l("Required information is missing or not readable: {elements:elements}."),
    basis="Claims regulation, art. 4(1)",
)
def missing_elements(line: Line, terms: Terms) -> Finding | None:
    if line.service and line.service_from is not None and not line.unreadable:
        return None
    missing = list(line.unreadable)
    if not line.service and "service" not in missing:
        missing.append("service")
    if line.service_from is None and "service_from" not in missing:
        missing.append("service_from")
    return Finding(elements=missing)


@rule(
    "ADM-03",
    text=_l("Already claimed: same member, provider, date and service (claim {claim:code} of {on:day})."),
    basis="Claims regulation, art. 7(1)",
)
def duplicate(line: Line, terms: Terms) -> Finding | None:
    """Denied and returned lines are no duplicates; neither is the claim that this one corrects."""
    live = terms.ledger.live.get(terms.identity)
    if live is None or not line.service:
        return None
    for claim_id, number, on in live:
        if claim_id != line.replaces_claim_id:
            return Finding(claim=number, on=on, claim_id=claim_id)
    return None


@rule(
    "ADM-04",
    text=_l("Received on {received:day}, after the filing deadline of {days:number} days ({deadline:day})."),
    basis="Claims regulation, art. 5(2)",
)
def late(line: Line, terms: Terms) -> Finding | None:
    days = terms.plan.filing_days
    if (line.received_on - line.service_on).days <= days:
        return None
    return Finding(days=days, received=line.received_on, deadline=line.service_on + timedelta(days=days))


@rule(
    "ADM-05",
    text=_l(
        "Service dates are impossible: {service_from:day} to {service_until:day}, received on {received:day}. "
        "They must not be reversed or later than the day of receipt."
    ),
    basis="Claims regulation, art. 4(2)",
)
def impossible_dates(line: Line, terms: Terms) -> Finding | None:
    begins = line.service_from
    if begins is None:
        return None
    ends = line.service_on
    if begins <= ends <= line.received_on and (
        line.starts_at is None or line.ends_at is None or line.starts_at < line.ends_at
    ):
        return None
    return Finding(service_from=begins, service_until=ends, received=line.received_on)


@rule(
    "ADM-06",
    text=_l(
        "Amounts do not add up: {quantity:quantity} × {price:money} is {expected:money}, but {amount:money} was asked. "
        "Quantity must be above zero and the price not negative."
    ),
    basis="Claims regulation, art. 4(3)",
)
def wrong_amount(line: Line, terms: Terms) -> Finding | None:
    quantity, price = line.quantity_milli, line.unit_price
    if quantity > 0 and price >= 0 and value(quantity, price) == line.amount:
        return None
    expected = value(quantity, price) if quantity > 0 and price >= 0 else 0
    return Finding(quantity=quantity, price=price, amount=line.amount, expected=expected)
