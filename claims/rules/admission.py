"""ADM: can the line be read, is it new, did it come in time, do its dates and amounts make sense?"""
# ruff: noqa: ARG001 (every rule takes the same two arguments)

from __future__ import annotations

from datetime import date, timedelta

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
    "ADM-01",
    part="whole_claim",
    text=_l("Line {line:number} of this claim is sent back ({code:text}); the fund takes a claim only as a whole."),
    basis="Claims regulation, art. 4(6)",
)
def other_line_sent_back(line: Line, terms: Terms) -> Finding | None:
    """Only where the plan says so; `adjudication` has looked at the other lines before."""
    if line.claim_id not in terms.sent_back:
        return None
    other, code = terms.sent_back[line.claim_id]
    return Finding(line=other, code=code) if other != line.line_no else None


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


@rule(
    "ADM-06",
    part="total",
    text=_l("The claim says {stated:money} in total, but its lines add up to {total:money}."),
    basis="Claims regulation, art. 4(3)",
)
def wrong_total(line: Line, terms: Terms) -> Finding | None:
    if line.stated_total is None or line.stated_total == line.claim_total:
        return None
    return Finding(stated=line.stated_total, total=line.claim_total)


@rule(
    "ADM-08",
    text=_l("Document needed: {document:text}. Send it by {until:day}."),
    basis="Claims regulation, art. 6(1)",
    concerns=lambda row: row.documents,
)
def document_needed(line: Line, terms: Terms) -> Finding | None:
    missing = _missing_document(line, terms)
    return None if missing is None or missing[2] else Finding(document=missing[0], until=missing[1])


@rule(
    "ADM-09",
    text=_l("Document not received in time: {document:text} was due by {until:day}."),
    basis="Claims regulation, art. 6(2)",
    concerns=lambda row: row.documents,
)
def document_not_received(line: Line, terms: Terms) -> Finding | None:
    missing = _missing_document(line, terms)
    return Finding(document=missing[0], until=missing[1]) if missing is not None and missing[2] else None


def _missing_document(line: Line, terms: Terms) -> tuple[str, date, bool] | None:
    """The missing document that is due first: its name, its last day, and whether that day is over."""
    missing = [
        (line.received_on + timedelta(days=needed.days), needed.name)
        for needed in terms.row.documents
        if line.amount >= needed.amount_from and needed.name not in line.documents
    ]
    if not missing:
        return None
    until, name = min(missing)
    return name, until, line.known_on is not None and line.known_on > until
