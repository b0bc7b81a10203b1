"""What a reader must see beside a decision: limits that were partly used before the fund began here, and from where."""

from __future__ import annotations

import datetime as dt
from typing import Any

from claims.benefit_plan.rows import BenefitPlan, ServiceRow, period_start
from claims.figures import Figures
from claims.models import ClaimLine
from claims.opening.use import limits_of
from claims.queries import opening as queries
from core.words import _


def notes(household_id: int | None, line: ClaimLine, plan: BenefitPlan, figures: Figures) -> list[tuple[str, str]]:
    """Name of each limit of the line's service, and “12 used before, from Old fund register, 31 December 2025”."""
    day = line.service_until or line.service_from
    row = plan.row(line.code_system, line.service, day) if day and line.service else None
    if row is None or day is None or household_id is None:
        return []
    return [
        (plan.names.get(used.key, _("Authorised quantity")), _said(used, figures))
        for used in queries.rows_behind(household_id)
        if _meets(used, row, day)
    ]


def _meets(used: Any, row: ServiceRow, day: dt.date) -> bool:
    """Does the line meet this limit in this window?"""
    if used.key == "grant":
        return row.needs_grant and used.period_start <= day
    limit = limits_of(row).get(used.key)
    if limit is None or used.period_start > day:
        return False
    return limit.period == "cover" or period_start(limit.period, day, None) == used.period_start


def _said(used: Any, figures: Figures) -> str:
    words = {"money": figures.money, "quantity": figures.quantity, "count": figures.number}[used.unit]
    file = used.opening_file
    return _(
        "%(amount)s used before, from %(source)s, %(day)s",
        amount=words(used.amount),
        source=file.source,
        day=figures.day(file.taken_on),
    )
