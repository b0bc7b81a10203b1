"""The arithmetic of a month in cash: exact, rounded once, with its trace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from claims.benefit_plan.rows import BenefitPlan, MoneyLimit
from claims.case import Member
from core.errors import NotFound
from core.words import _l


@dataclass(frozen=True, slots=True)
class CashStatement:
    """Minor units. amount = cash × unused ÷ ceiling, half up; `basis` of the plan row, `claims` that used it.

    `waits`: something of the month is not decided yet, so nothing is paid before it is.
    """

    member: str
    month: date
    plan: str
    ceiling: int
    used: int
    unused: int
    cash: int
    amount: int
    basis: str
    claims: tuple[tuple[str, int], ...]  # claim number, minor units of the ceiling that it used
    waits: bool = False

    @property
    def trace(self) -> tuple[tuple[str, int], ...]:
        """The figures in the order of the arithmetic."""
        return tuple((name, getattr(self, name)) for name in ("ceiling", "used", "unused", "cash", "amount"))


@dataclass(frozen=True, slots=True)
class CashTerms:
    """The ceiling whose unused part is paid, the services that use it, their packages, the group one may wait for."""

    limit: MoneyLimit
    services: frozenset[str]
    packages: frozenset[str]
    waiting_group: str


def cash_terms(benefits: BenefitPlan) -> CashTerms:
    rows = benefits.services()
    for row in rows:
        for limit in row.gross_ceilings:
            if limit.cash_by_level:
                keys = {other.code: {each.key for each in other.gross_ceilings} for other in rows}
                services = frozenset(code for code, found in keys.items() if limit.key in found)
                return CashTerms(limit, services, row.packages, row.waiting_group)
    raise NotFound(_l("The plan in force pays no cash beside care in kind."))


def combined(limit: MoneyLimit, member: Member, on: date, used: int) -> CashStatement:
    """The arithmetic alone; a level that changes within the month counts day by day, in ceiling and cash alike."""
    ceiling = limit.amount_for(member, on)
    cash = replace(limit, by_level=limit.cash_by_level).amount_for(member, on)
    unused = max(ceiling - used, 0)
    amount = (2 * cash * unused + ceiling) // (2 * ceiling) if ceiling else 0
    return CashStatement("", on, "", ceiling, min(used, ceiling), unused, cash, amount, limit.basis, ())
