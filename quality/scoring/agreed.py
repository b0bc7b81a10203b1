"""What a score is reckoned by: the plan as it stood when the contract year began, and nothing newer within it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core import plan
from core.clock import local_day
from core.config import fund
from core.errors import NotFound
from core.words import _l
from quality.definitions import QualityPlan
from quality.names import PART
from quality.periods import Period


@dataclass(frozen=True, slots=True)
class Agreed:
    """`rules` in force on `since`, the first day of the contract year; `version` and `sha256` name their text."""

    rules: QualityPlan
    since: dt.date
    version: int
    sha256: str
    published_on: dt.date | None

    def as_json(self) -> dict[str, Any]:
        return {
            "version": self.version, "sha256": self.sha256, "since": self.since.isoformat(),
            "published_on": self.published_on.isoformat() if self.published_on else None,
        }  # fmt: skip


def contract_year(began_on: dt.date, period: Period) -> dt.date:
    """The newest anniversary of the contract's first day that does not lie after the period's first day."""
    if began_on >= period.first:
        return began_on
    years = period.first.year - began_on.year
    return next(day for day in (_years_on(began_on, years), _years_on(began_on, years - 1)) if day <= period.first)


def agreements() -> Callable[[dt.date], Agreed]:
    """The versions in force, read once: day → what was agreed; before the first version there was, that one."""
    rows = plan.versions_in_force(PART)
    if not rows:
        raise NotFound(_l("No quality plan is approved yet."))
    known = plan.timeline(PART)

    def agreed_on(day: dt.date) -> Agreed:
        row = next((one for one in reversed(rows) if one.valid_from <= day), rows[0])
        rules: QualityPlan = known(row.valid_from)
        published_on = local_day(row.approved_at, fund().zone) if row.approved_at else None
        return Agreed(rules, day, row.version, row.sha256, published_on)

    return agreed_on


def _years_on(day: dt.date, years: int) -> dt.date:
    """A year that begins on 29 February begins on the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
