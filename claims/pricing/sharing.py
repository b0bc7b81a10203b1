"""Steps 4 to 6: deductible, the member's shares, and the ceilings on what the fund pays."""
# ruff: noqa: ARG001 (every step takes the same three arguments)

from __future__ import annotations

from typing import Any

from claims.case import MILLI, Line, LineDecision
from claims.pricing.step import MEMBER, cap, money_used, take
from claims.rule import Rule, guarded, rule
from claims.terms import Terms
from core.money import share
from core.words import _l


@rule(
    "PRC-03",
    part="deductible",
    text=_l(
        "{name:text}: {limit:money} per {period:period}; {used:money} was paid before, {taken:money} is taken here."
    ),
    basis="Benefit regulation, art. 10(1)",
    concerns=lambda row: row.deductibles,
)
def deductibles(decision: LineDecision, line: Line, terms: Terms) -> None:
    for limit in terms.row.deductibles:
        place = terms.money_window(limit)
        used = terms.ledger.used.get(place, 0)
        taken = min(decision.benefit, max(limit.amount - used, 0))
        if taken:
            figures = {"name": limit.name, "limit": limit.amount, "period": limit.period, "used": used, "taken": taken}
            take(decision, deductibles, taken, MEMBER, figures)
            decision.deductible += taken
            decision.use.append(money_used(limit, place, taken, limit.amount, used))


@rule(
    "PRC-02",
    part="copayment",
    text=_l("Fixed co-payment of {fixed:money}."),
    basis="Benefit regulation, art. 10(2)",
    concerns=lambda row: row.copayment,
)
def copayment(decision: LineDecision, line: Line, terms: Terms) -> None:
    fixed = terms.row.copayment
    _share(decision, copayment, min(fixed, decision.benefit), {"fixed": fixed})


@rule(
    "PRC-04",
    part="share",
    text=_l("{percent:percent} of {rest:money}."),
    basis="Benefit regulation, art. 10(3)",
    concerns=lambda row: row.share and not row.share_by_band,
)
def percentage_share(decision: LineDecision, line: Line, terms: Terms) -> None:
    percent, rest = terms.row.share, decision.benefit
    _share(decision, percentage_share, share(rest, percent), {"percent": percent, "rest": rest})


@rule(
    "PRC-04",
    part="banded_share",
    text=_l("{percent:percent} of {rest:money}: {band:band}."),
    basis="Benefit regulation, art. 10(4)",
    concerns=lambda row: row.share_by_band,
)
def banded_share(decision: LineDecision, line: Line, terms: Terms) -> None:
    """The share follows the income; a band that was entered counts only while no income is recorded.

    With neither, silence gains nothing where the plan says so: the highest of the shares.
    """
    row, home, rest = terms.row, terms.household, decision.benefit
    if home.monthly_income is not None:
        band = terms.plan.band(home.monthly_income, line.service_on)
        known_by = band or "ordinary"
    else:
        band = home.income_band
        known_by = f"{band}_entered" if band else "unknown"
    percent = row.share_by_band.get(band, row.share)
    if known_by == "unknown" and terms.plan.when_undeclared == "highest_share":
        known_by = "undeclared"
        percent = max(row.share, *row.share_by_band.values())
    _share(decision, banded_share, share(rest, percent), {"percent": percent, "rest": rest, "band": known_by})


@rule(
    "PRC-04",
    part="family_fee",
    text=_l("{percent:percent} of a monthly income of {income:money} for each of {hours:quantity} hours."),
    basis="Childcare tariff regulation, art. 3(1)",
    concerns=lambda row: row.has_family_fee,
)
def family_fee(decision: LineDecision, line: Line, terms: Terms) -> None:
    """The parents' fee per hour follows income and number of children; rounded once, on the line."""
    childcare = terms.plan.childcare
    if childcare is None:
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
    concerns=lambda row: row.net_ceilings,
)
def net_ceilings(decision: LineDecision, line: Line, terms: Terms) -> None:
    """Cap what the fund pays: category, then member, then household."""
    cap(decision, net_ceilings, terms.row.net_ceilings, terms)


def _share(decision: LineDecision, step: Rule, amount: int, parameters: dict[str, Any]) -> None:
    take(decision, step, amount, MEMBER, parameters)
    decision.copayment += amount


SHARING_STEPS: tuple[Rule, ...] = guarded(
    (deductibles, copayment, percentage_share, banded_share, family_fee, net_ceilings)
)
