"""What a reader must see beside a decision: contract and limits that ran before the fund began here, and from where."""

from __future__ import annotations

import datetime as dt
from typing import Any

from claims.benefit_plan.rows import BenefitPlan, ServiceRow, period_start
from claims.figures import Figures
from claims.models import Claim, ClaimLine
from claims.opening.use import limits_of
from claims.queries import opening as queries
from core.texts import said
from core.words import _
from procurement.queries.contracts import contract_line_for


def notes(claim: Claim, line: ClaimLine, plan: BenefitPlan, figures: Figures) -> list[tuple[str, str]]:
    """The line's contract and limits of its service that came in, and from where.

    Like “Day care ceiling”, “12 used before, from Old fund register, 31 December 2025”.
    """
    day = line.service_until or line.service_from
    row = plan.row(line.code_system, line.service, day) if day and line.service else None
    if row is None or day is None:
        return []
    agreed = _contract(claim, line.service or "", line.service_from or day)
    if claim.household_id is None:
        return agreed
    return agreed + [
        (said(plan.names[used.key]) if used.key in plan.names else _("Authorised quantity"), _said(used, figures))
        for used in queries.rows_behind(claim.household_id)
        if _meets(used, row, day)
    ]


def _contract(claim: Claim, service: str, day: dt.date) -> list[tuple[str, str]]:
    """The contract that priced the line, if it came in with an opening file."""
    agreed = contract_line_for(claim.organisation_id, service, day, claim.site_id)
    if agreed is None or not agreed.contract.opened_from:
        return []
    contract = agreed.contract
    words = _("number %(paper)s, from %(source)s", paper=contract.paper_number or "–", source=contract.opened_from)
    return [(_("Contract %(number)s", number=contract.number), words)]


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
