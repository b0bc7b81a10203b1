"""Which benefits plan decides a service date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from claims.benefit_plan.rows import BenefitPlan
from core import plan
from core.errors import DomainError
from core.words import _l

PART = "benefits"
PlanFor = Callable[[dt.date], BenefitPlan]


def plans() -> PlanFor:
    """Service date → benefits plan. A day before the first version is judged by the first one, never left undecided."""
    on = plan.timeline(PART)
    first = on.first
    if first is None:
        raise DomainError(_l("No benefits plan is approved yet, so no claim can be decided."), code="no_plan")
    known: dict[dt.date, BenefitPlan] = {}

    def plan_for(day: dt.date) -> BenefitPlan:
        found = known.get(day)
        if found is None:
            found = known[day] = on(max(day, first))
        return found

    return plan_for
