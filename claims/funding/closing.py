"""The worker's part: the month that has closed is split, one provider at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from care.capitation.counting import Month
from claims.funding import queries
from claims.funding.splitting import split_month
from core import clock, work
from core.actors import SYSTEM
from core.config import fund
from core.db import unit_of_work
from core.errors import InputErrors
from core.words import _l
from procurement.services import rules

TASK = "claims.funding"


def split_what_is_due() -> None:
    """The job: last month, once, from the plan's day on; without a rule there is nothing to share out."""
    with unit_of_work():
        today = clock.today(fund().zone)
        month = (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
        plan = rules.funding(today)
        if plan.rules and today.day >= plan.closes_on_day and not work.states(_run(month)):
            _enqueue(month, _run(month))


def start(month: dt.date, *, at: dt.datetime) -> int:
    """Split a closed month again: what was posted late, or fell under a rule that is newer. How many providers."""
    today = clock.local_day(at, fund().zone)
    if Month(month).last >= today:
        message = _l("This month is not over yet.")
        raise InputErrors.at("month", message, f"{month:%Y-%m}")
    return _enqueue(month.replace(day=1), f"{_run(month)} {at:%d%H%M%S%f}")


def _run(month: dt.date) -> str:
    return f"funding {month:%Y-%m}"


def _enqueue(month: dt.date, run: str) -> int:
    found = queries.organisations_posted((month, Month(month).last))
    told = {f"{run} {each}": {"organisation": each, "month": month.isoformat()} for each in found}
    work.enqueue_all(TASK, told, run=run)
    return len(told)


@work.task(TASK)
def split_provider(told: dict[str, Any]) -> dict[str, Any]:
    """One provider's month."""
    return {"parts": split_month(told["organisation"], dt.date.fromisoformat(told["month"]), by=SYSTEM)}
