"""Steps 1 to 3b: agreed price, allowed quantity, limits before anything is shared."""
# ruff: noqa: ARG001 (every step takes the same three arguments)

from __future__ import annotations

from typing import Any

from claims.case import MILLI, Line, LineDecision, TraceStep
from claims.pricing.step import MEMBER, PROVIDER, cap, take, value
from claims.rule import Rule, guarded, rule
from claims.terms import Terms
from core.words import _l


@rule(
    "PRC-01",
    part="price",
    text=_l(
        "Contract {contract:code} pays {tariff:money} since {since:day}; {asked:money} was asked. "
        "The difference must not be charged to the member."
    ),
    basis="Contracting regulation, art. 7(1)",
)
def agreed_price(decision: LineDecision, line: Line, terms: Terms) -> None:
    contract = line.contract
    if contract is None or contract.unit_price is None:
        raise ValueError("A line without an agreed price is never priced.")  # BEN-02 and PRV-02 stand before
    tariff = contract.unit_price
    if tariff < decision.unit_price:
        figures = {"contract": contract.contract_number, "since": contract.valid_from, "asked": line.unit_price}
        _reprice(decision, agreed_price, tariff, figures)


@rule(
    "PRC-01",
    part="attendance_ratio",
    text=_l(
        "The site billed {billed:quantity} hours for {attended:quantity} attended hours of the month; "
        "the agreed price falls to {tariff:money}. The difference must not be charged to the member."
    ),
    basis="Childcare tariff regulation, art. 4(2)",
    concerns=lambda row: row.unit == "hour",  # the cut is per hour
)
def attended_price(decision: LineDecision, line: Line, terms: Terms) -> None:
    """The more a centre bills beyond what children attend, the lower its hourly price, down to a floor."""
    childcare, fact = terms.plan.childcare, line.attendance
    if childcare is None or fact is None or not childcare.tariff_cut or not fact.attended_milli_of_site:
        return
    billed, attended = fact.billed_milli_of_site, fact.attended_milli_of_site
    over = billed * MILLI - childcare.ratio_from * attended
    span = (childcare.ratio_until - childcare.ratio_from) * attended
    if over <= 0 or line.contract is None or line.contract.unit_price is None:
        return
    fall = (2 * childcare.tariff_cut * min(over, span) + span) // (2 * span)
    tariff = max(line.contract.unit_price - fall, 0)
    if tariff < decision.unit_price:
        _reprice(decision, attended_price, tariff, {"billed": billed, "attended": attended})


def _reprice(decision: LineDecision, step: Rule, tariff: int, parameters: dict[str, Any]) -> None:
    decision.unit_price = tariff
    cheaper = min(value(decision.quantity_milli, tariff), decision.benefit)
    take(decision, step, decision.benefit - cheaper, PROVIDER, {"tariff": tariff, **parameters})


def cut_quantity(decision: LineDecision) -> None:
    """Quantity findings (BEN-03, BEN-08, CAR-01) cut one after the other, each valued at the agreed price."""
    for found in decision.findings:
        if found.allowed_milli is None:
            continue
        allowed = min(found.allowed_milli, decision.quantity_milli)
        before = decision.benefit
        after = value(allowed, decision.unit_price) if allowed < decision.quantity_milli else before
        found.amount = before - after
        decision.quantity_milli = allowed
        decision.benefit = after
        bearer = MEMBER if found.liable == "PR" else PROVIDER
        if bearer == MEMBER:
            decision.member_share += found.amount
        else:
            decision.write_off += found.amount
        decision.trace.append(TraceStep("quantity", found.code, before, after, bearer, found.parameters))


@rule(
    "BEN-06",
    part="unit_limit",
    text=_l("The fund pays at most {limit:money} per unit; {quantity:quantity} allowed."),
    basis="Benefit regulation, art. 8(2)",
    concerns=lambda row: row.unit_limit is not None,
)
def unit_limit(decision: LineDecision, line: Line, terms: Terms) -> None:
    limit = terms.row.unit_limit
    if limit is None:
        return
    most = value(decision.quantity_milli, limit)
    if decision.benefit > most:
        figures = {"limit": limit, "quantity": decision.quantity_milli}
        take(decision, unit_limit, decision.benefit - most, MEMBER, figures)


@rule(
    "PRC-01",
    part="quote",
    text=_l("Quote {quote:code} stands at {quoted:money}, the works were accepted at {accepted:money}."),
    basis="Care regulation, art. 16(2)",
    concerns=lambda row: row.match == "quote",
)
def quoted_amount(decision: LineDecision, line: Line, terms: Terms) -> None:
    """Never more than quoted, never more than the works accepted."""
    quote = line.quote
    if quote is None or quote.accepted is None:
        raise ValueError("A line without accepted works is never priced.")  # CAR-01 stands before
    most = min(quote.quoted, quote.accepted)
    if decision.benefit > most:
        figures = {"quote": quote.number, "quoted": quote.quoted, "accepted": quote.accepted, "tariff": most}
        take(decision, quoted_amount, decision.benefit - most, PROVIDER, figures)


@rule(
    "BEN-06",
    part="gross_ceiling",
    text=_l(
        "{name:text}: {limit:money} per {period:period}; {used:money} was used before this line, {left:money} was left."
    ),
    basis="Care regulation, art. 9(1)",
    concerns=lambda row: row.gross_ceilings,
)
def gross_ceilings(decision: LineDecision, line: Line, terms: Terms) -> None:
    """Cap the tariff value before the share; above the ceiling the member pays all."""
    cap(decision, gross_ceilings, terms.row.gross_ceilings, terms)


TARIFF_STEPS: tuple[Rule, ...] = guarded((agreed_price, attended_price))
LIMIT_STEPS: tuple[Rule, ...] = guarded((quoted_amount, unit_limit, gross_ceilings))
