"""What every step of the arithmetic does: move a part of the benefit to whoever bears it, and keep why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from claims.benefit_plan.rows import MoneyLimit
from claims.case import MILLI, Bearer, Finding, LineDecision, TraceStep, UseEntry
from claims.rule import Rule
from claims.terms import Place, Terms

FUND: Final = Bearer.FUND.value
MEMBER: Final = Bearer.MEMBER.value
PROVIDER: Final = Bearer.PROVIDER.value


def value(quantity_milli: int, unit_price: int) -> int:
    """Minor units of a quantity at a unit price, rounded half up once."""
    return (quantity_milli * unit_price * 2 + MILLI) // (2 * MILLI)


def take(decision: LineDecision, step: Rule, amount: int, bearer: str, parameters: dict[str, Any]) -> None:
    """Move `amount` from the benefit to its bearer, and keep why; where nothing moves there is nothing to tell."""
    if not amount:
        return
    before = decision.benefit
    decision.benefit = before - amount
    if bearer == MEMBER:
        decision.member_share += amount
    else:
        decision.write_off += amount
    decision.trace.append(TraceStep(step.part, step.code, before, before - amount, bearer, parameters))
    found = Finding()
    found.parameters = parameters
    found.amount = amount
    decision.findings.append(step.keep(found))


def cap(decision: LineDecision, step: Rule, limits: Iterable[MoneyLimit], terms: Terms) -> None:
    """Each min(rest, left); what remains after all of them is used on each of them."""
    met = []
    for limit in limits:
        if limit.visit_types and terms.line.visit_type not in limit.visit_types:
            continue
        place = terms.money_window(limit)
        used = terms.ledger.used.get(place, 0)
        most = terms.most(limit)
        left = max(most - used, 0)
        met.append(money_used(limit, place, 0, most, used))
        if decision.benefit > left:
            figures = {"name": limit.name, "limit": most, "period": limit.period, "used": used, "left": left}
            take(decision, step, decision.benefit - left, MEMBER, figures)
    if decision.benefit:
        for entry in met:
            entry.amount = decision.benefit
        decision.use.extend(met)


def money_used(limit: MoneyLimit, place: Place, amount: int, most: int, used: int) -> UseEntry:
    return UseEntry(place[0], limit.scope, place[1], place[2], "money", amount, most, used, limit.period)
