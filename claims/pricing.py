"""The arithmetic of a line, from asked to paid, as named steps in the order of the regulation.

`LineDecision.benefit` starts as the amount asked; every step takes a part of it away and gives that part to the
member or to the provider. So submitted = benefit + member share + write-off holds after each step, not only at the end.
Rounding happens only where a percentage is taken: half up, on the member's share.
"""
# ruff: noqa: ARG001 (every step takes the same three arguments)

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from claims.benefit_plan.rows import MoneyLimit
from claims.case import MILLI, Bearer, Finding, Line, LineDecision, TraceStep, UseEntry
from claims.limits import quantity_limits
from claims.reasons import Effect
from claims.rule import Rule, guarded, rule
from claims.terms import Terms
from core.money import share
from core.words import _l

FUND, MEMBER, PROVIDER = Bearer.FUND.value, Bearer.MEMBER.value, Bearer.PROVIDER.value
Step = Callable[[LineDecision, Line, Terms], None]


def value(quantity_milli: int, unit_price: int) -> int:
    """Minor units of a quantity at a unit price, rounded half up once."""
    return (quantity_milli * unit_price * 2 + MILLI) // (2 * MILLI)


def price(decision: LineDecision, line: Line, terms: Terms, tariff: Iterable[Step], sharing: Iterable[Step]) -> None:
    """Run the steps on an allowed line; its decision then holds amounts, trace and use."""
    _submit(decision, line, terms)
    for step in tariff:
        step(decision, line, terms)
    decision.eligible = decision.benefit
    for step in sharing:
        step(decision, line, terms)
    _use_quantities(decision, line, terms)


def deny(decision: LineDecision, line: Line) -> None:
    """Nothing is paid. The provider bears it if one denying finding is the provider's, or another payer's."""
    decision.trace.append(_asked(decision, line))
    denying = [found for found in decision.findings if found.effect == Effect.DENIED]
    deciding = min(denying, key=lambda found: ("CO", "OA", "PR", "PI", "").index(found.liable))
    amount = decision.submitted
    if deciding.liable == "PR":
        bearer, decision.member_share = MEMBER, amount
    else:
        bearer, decision.write_off = PROVIDER, amount
    deciding.amount = amount
    parameters = deciding.parameters
    decision.trace.append(TraceStep(deciding.part or "denied", deciding.code, amount, 0, bearer, parameters))


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


def _take(decision: LineDecision, step: Rule, amount: int, bearer: str, parameters: dict[str, Any]) -> None:
    """Move `amount` from the benefit to its bearer, and keep why."""
    before = decision.benefit
    decision.benefit = before - amount
    if bearer == MEMBER:
        decision.member_share += amount
    else:
        decision.write_off += amount
    decision.trace.append(TraceStep(step.part, step.code, before, before - amount, bearer, parameters))
    if amount:
        found = Finding()
        found.parameters = parameters
        found.amount = amount
        decision.findings.append(step.keep(found))


# ---------------------------------------------------------------- steps 1 to 3b: what is eligible


@rule(
    "PRC-01",
    part="price",
    text=_l(
        "Contract {contract:code} pays {tariff:money}; {asked:money} was asked. "
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
        _reprice(decision, agreed_price, tariff, {"contract": contract.contract_number, "asked": line.unit_price})


@rule(
    "PRC-01",
    part="attendance_ratio",
    text=_l(
        "The site billed {billed:quantity} hours for {attended:quantity} attended hours of the month; "
        "the agreed price falls to {tariff:money}. The difference must not be charged to the member."
    ),
    basis="Childcare tariff regulation, art. 4(2)",
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
    _take(decision, step, decision.benefit - cheaper, PROVIDER, {"tariff": tariff, **parameters})


def cut_quantity(decision: LineDecision, line: Line, terms: Terms) -> None:
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
)
def unit_limit(decision: LineDecision, line: Line, terms: Terms) -> None:
    service = terms.service
    if service is None or service.unit_limit is None:
        return
    most = value(decision.quantity_milli, service.unit_limit)
    if decision.benefit > most:
        figures = {"limit": service.unit_limit, "quantity": decision.quantity_milli}
        _take(decision, unit_limit, decision.benefit - most, MEMBER, figures)


@rule(
    "BEN-06",
    part="gross_ceiling",
    text=_l(
        "{name:text}: {limit:money} per {period:period}; {used:money} was used before this line, {left:money} was left."
    ),
    basis="Care regulation, art. 9(1)",
)
def gross_ceilings(decision: LineDecision, line: Line, terms: Terms) -> None:
    """Cap the tariff value before the share; above the ceiling the member pays all."""
    if terms.service is not None and terms.service.gross_ceilings:
        _cap(decision, gross_ceilings, terms.service.gross_ceilings, terms)


# ---------------------------------------------------------------- steps 4 to 6: who shares it


@rule(
    "PRC-03",
    part="deductible",
    text=_l(
        "{name:text}: {limit:money} per {period:period}; {used:money} was paid before, {taken:money} is taken here."
    ),
    basis="Benefit regulation, art. 10(1)",
)
def deductibles(decision: LineDecision, line: Line, terms: Terms) -> None:
    if terms.service is None:
        return
    for limit in terms.service.deductibles:
        place = terms.money_window(limit)
        used = terms.ledger.used.get(place, 0)
        taken = min(decision.benefit, max(limit.amount - used, 0))
        figures = {"name": limit.name, "limit": limit.amount, "period": limit.period, "used": used, "taken": taken}
        _take(decision, deductibles, taken, MEMBER, figures)
        decision.deductible += taken
        if taken:
            decision.use.append(_money_used(limit, place, taken, limit.amount, used))


@rule(
    "PRC-02",
    part="copayment",
    text=_l("Fixed co-payment of {fixed:money}."),
    basis="Benefit regulation, art. 10(2)",
)
def copayment(decision: LineDecision, line: Line, terms: Terms) -> None:
    if terms.service is not None and terms.service.copayment:
        fixed = terms.service.copayment
        _share(decision, copayment, min(fixed, decision.benefit), {"fixed": fixed})


@rule(
    "PRC-04",
    part="share",
    text=_l("{percent:percent} of {rest:money}."),
    basis="Benefit regulation, art. 10(3)",
)
def percentage_share(decision: LineDecision, line: Line, terms: Terms) -> None:
    service = terms.service
    if service is None:
        return
    percent = service.share
    if service.share_by_band:
        percent = service.share_by_band.get(terms.household.income_band, percent)
    if percent:
        rest = decision.benefit
        _share(decision, percentage_share, share(rest, percent), {"percent": percent, "rest": rest})


@rule(
    "PRC-04",
    part="family_fee",
    text=_l("{percent:percent} of a monthly income of {income:money} for each of {hours:quantity} hours."),
    basis="Childcare tariff regulation, art. 3(1)",
)
def family_fee(decision: LineDecision, line: Line, terms: Terms) -> None:
    """The parents' fee per hour follows income and number of children; rounded once, on the line."""
    childcare, service = terms.plan.childcare, terms.service
    if childcare is None or service is None or not service.has_family_fee:
        return
    has_disability = terms.member is not None and terms.member.has_disability
    percent = childcare.rate(terms.household.children, has_disability)
    income = childcare.income(terms.household.monthly_income)
    exact = income * percent * decision.quantity_milli
    fee = min((2 * exact + 10_000 * MILLI) // (2 * 10_000 * MILLI), decision.benefit)
    _share(decision, family_fee, fee, {"percent": percent, "income": income, "hours": decision.quantity_milli})


@rule(
    "BEN-06",
    part="ceiling",
    text=_l(
        "{name:text}: {limit:money} per {period:period}; {used:money} was used before this line, {left:money} was left."
    ),
    basis="Benefit regulation, art. 8(3)",
)
def net_ceilings(decision: LineDecision, line: Line, terms: Terms) -> None:
    """Cap what the fund pays: category, then member, then household."""
    if terms.service is not None and terms.service.net_ceilings:
        _cap(decision, net_ceilings, terms.service.net_ceilings, terms)


def _share(decision: LineDecision, step: Rule, amount: int, parameters: dict[str, Any]) -> None:
    _take(decision, step, amount, MEMBER, parameters)
    decision.copayment += amount


def _cap(decision: LineDecision, step: Rule, limits: Iterable[MoneyLimit], terms: Terms) -> None:
    """Each min(rest, left); what remains after all of them is used on each of them."""
    met = []
    for limit in limits:
        place = terms.money_window(limit)
        used = terms.ledger.used.get(place, 0)
        most = limit.amount
        if limit.by_level:
            most = limit.amount_for(terms.member, terms.line.service_on) if terms.member is not None else 0
        left = max(most - used, 0)
        met.append((limit, place, most, used))
        if decision.benefit > left:
            figures = {"name": limit.name, "limit": most, "period": limit.period, "used": used, "left": left}
            _take(decision, step, decision.benefit - left, MEMBER, figures)
    if decision.benefit:
        decision.use.extend(_money_used(limit, place, decision.benefit, most, used) for limit, place, most, used in met)


def _money_used(limit: MoneyLimit, place: tuple[str, int, Any], amount: int, most: int, used: int) -> UseEntry:
    return UseEntry(place[0], limit.scope, place[1], place[2], "money", amount, most, used, limit.period)


def _use_quantities(decision: LineDecision, line: Line, terms: Terms) -> None:
    service, grant, quantity, use = terms.service, line.grant, decision.quantity_milli, decision.use
    if service is None:
        return
    if service.limits or service.entitlement:
        for key, period, limit, used in quantity_limits(line, terms):
            _, subject, start = terms.quantity_window(key, period)
            use.append(UseEntry(key, "member", subject, start, "quantity", quantity, limit, used, period))
    for count in service.counts:
        if (count.key, line.claim_id) not in terms.ledger.counted:
            place = terms.quantity_window(count.key, count.period)
            used = terms.ledger.used.get(place, 0)
            use.append(UseEntry(count.key, "member", place[1], place[2], "count", 1, count.count, used, count.period))
    if grant is not None and grant.granted_milli is not None:
        used = grant.used_milli + terms.ledger.used.get(("grant", grant.grant_id, grant.valid_from), 0)
        granted = grant.granted_milli
        use.append(
            UseEntry("grant", "grant", grant.grant_id, grant.valid_from, "quantity", quantity, granted, used, "grant")
        )


TARIFF_STEPS: tuple[Rule, ...] = guarded((agreed_price, attended_price))
LIMIT_STEPS: tuple[Rule, ...] = guarded((unit_limit, gross_ceilings))
SHARING_STEPS: tuple[Rule, ...] = guarded((deductibles, copayment, percentage_share, family_fee, net_ceilings))
