"""Cash beside care in kind: the unused part of a month's care ceiling is paid as that part of the level's cash.

A monthly statement with its trace, computed exactly and rounded once. It is a statement only: `payments` has no payee
who is a member yet.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from claims.benefit_plan.rows import BenefitPlan, MoneyLimit
from claims.case import CareLevel, Member
from claims.encoding import uses_from_texts
from claims.facts.timeline import PlanFor, plans
from claims.queries import facts as queries
from core.errors import NotFound
from core.words import _l


@dataclass(frozen=True, slots=True)
class CashStatement:
    """Minor units. amount = cash × unused ÷ ceiling, half up; `basis` of the plan row, `claims` that used it."""

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

    @property
    def trace(self) -> tuple[tuple[str, int], ...]:
        """The figures in the order of the arithmetic."""
        return tuple((name, getattr(self, name)) for name in ("ceiling", "used", "unused", "cash", "amount"))


def cash_statement(member_number: str, month: date) -> CashStatement:
    """What a member is owed in cash for the month of `month`: live decisions of all their providers count."""
    first = month.replace(day=1)
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    found = queries.members_by_number([member_number]).get(member_number)
    if found is None:
        raise NotFound(_l("We know no member with this number."))
    member_id = found[0]
    plan_for: PlanFor = plans()
    benefits = plan_for(last)
    limit = cash_limit(benefits)
    claims = _used(member_id, limit.key, first, last)
    person = Member(member_id, None, care_levels=_levels(member_id))
    statement = combined(limit, person, last, sum(claims.values()))
    return replace(
        statement, member=member_number, month=first, plan=benefits.version, claims=tuple(sorted(claims.items()))
    )


def cash_limit(benefits: BenefitPlan) -> MoneyLimit:
    """The ceiling of the plan whose unused part is paid in cash."""
    for row in benefits.services():
        for limit in row.gross_ceilings:
            if limit.cash_by_level:
                return limit
    raise NotFound(_l("The plan in force pays no cash beside care in kind."))


def combined(limit: MoneyLimit, member: Member, on: date, used: int) -> CashStatement:
    """The arithmetic alone; a level that changes within the month counts day by day, in ceiling and cash alike."""
    ceiling = limit.amount_for(member, on)
    cash = replace(limit, by_level=limit.cash_by_level).amount_for(member, on)
    unused = max(ceiling - used, 0)
    amount = (2 * cash * unused + ceiling) // (2 * ceiling) if ceiling else 0
    return CashStatement("", on, "", ceiling, min(used, ceiling), unused, cash, amount, limit.basis, ())


def _used(member_id: int, key: str, first: date, last: date) -> Mapping[str, int]:
    """Claim → what its accepted lines used of the ceiling in the month."""
    rows: Sequence[tuple[object, ...]] = [tuple(row) for row in queries.prior_lines([member_id], first, last)]
    found: dict[str, int] = {}
    for row, entries in zip(rows, uses_from_texts([str(row[-1] or "") for row in rows]), strict=True):
        for entry in entries:
            is_ours = entry.key == key and entry.subject_id == member_id and entry.period_start == first
            if is_ours and row[-2] != "pended":
                found[str(row[2])] = found.get(str(row[2]), 0) + entry.amount
    return found


def _levels(member_id: int) -> tuple[CareLevel, ...]:
    return tuple(CareLevel(row[5], *row[8:]) for row in queries.grants([member_id]) if row[5])
