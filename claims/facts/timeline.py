"""Which benefits plan decides a service date, and the plan's row for a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from claims.benefit_plan.rows import BenefitPlan, ServiceRow
from claims.intake.values import LineInput
from core import plan
from core.errors import DomainError
from core.words import _l

PART = "benefits"
PlanFor = Callable[[dt.date], BenefitPlan]
RowOf = Callable[[LineInput], ServiceRow | None]


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


def rows_by(plan_for: PlanFor) -> RowOf:
    """Line → the plan's row for it on its service date; nothing where code or day is missing or unknown."""
    known: dict[tuple[str, str, dt.date], ServiceRow | None] = {}

    def row_of(line: LineInput) -> ServiceRow | None:
        day = line.service_until or line.service_from
        if day is None or not line.service:
            return None
        key = (line.code_system, line.service, day)
        if key not in known:
            known[key] = plan_for(day).row(*key)
        return known[key]

    return row_of
