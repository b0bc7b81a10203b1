"""The plan in force, and the plan as it would be: both as the engine takes them, service date → plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

from claims.benefit_plan.rows import BenefitPlan, ServiceRow
from claims.facts import PlanFor
from core import plan
from core.errors import DomainError
from core.plan import PlanVersion
from core.words import _l


def plans_before(row: PlanVersion) -> PlanFor:
    """As the fund decides without `row`; days before the first version are judged by the first one."""
    versions = plan.versions_in_force(row.part, without=row)
    if not versions:
        raise DomainError(_l("There is no version to compare with: this is the first."), code="no_plan")
    on, first = plan.timeline_without(row), versions[0].valid_from

    @cache
    def plan_for(day: dt.date) -> BenefitPlan:
        found: BenefitPlan = on(max(day, first))
        return found

    return plan_for


def plans_with(row: PlanVersion) -> PlanFor:
    """As if `row` were approved. Service dates before its first day are decided by its rows of that day: this is how
    claims of the past show what rules of the future would cost."""
    on, first = plan.timeline_with(row), row.valid_from
    early = as_of(on(first), first)

    @cache
    def plan_for(day: dt.date) -> BenefitPlan:
        found: BenefitPlan = early if day < first else on(day)
        return found

    return plan_for


def as_of(benefits: BenefitPlan, day: dt.date) -> BenefitPlan:
    """The plan with the rows of one day, holding on every day."""
    rows = {
        key: tuple(replace(row, valid_from=dt.date.min, valid_until=None) for row in found if _holds(row, day))
        for key, found in benefits.rows.items()
    }
    kept = {key: found for key, found in rows.items() if found}
    return replace(benefits, valid_from=dt.date.min, valid_until=None, rows=kept)


def _holds(row: ServiceRow, day: dt.date) -> bool:

    return row.valid_from <= day and (row.valid_until is None or day <= row.valid_until)
