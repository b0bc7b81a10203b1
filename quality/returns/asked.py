"""What is asked of providers, as plan part `returns` has it. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from quality.periods import Period, parse_period, quarter_of

ONE_DAY: Final = dt.timedelta(days=1)


class Table(StrEnum):
    """What one row of a return says."""

    HOURS = "hours"
    STAFF = "staff"
    INCIDENTS = "incidents"
    FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Ask:
    """One indicator that providers report. `facts` of facts.toml: part and whole, or two such pairs."""

    indicator: str
    table: Table
    every: str
    evidence: str
    basis: str
    facts: tuple[str, ...] = ()
    compared_with: tuple[str, ...] = ()
    has_proof: bool = False
    has_deduction: bool = False

    def period_before(self, day: dt.date) -> Period:
        """The last one that is over on `day`."""
        return quarter_of(day).before if self.every == "quarter" else parse_period(str(day.year - 1))


@dataclass(frozen=True, slots=True)
class IncidentRules:
    report_within_hours: int
    injury_codes: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StaffRules:
    """Hours and days of annex 1, X-01."""

    baseline_hours: int
    gone_days: int
    leave_days: int


@dataclass(frozen=True, slots=True)
class SurveyRules:
    """The best `top_boxes` of `points`."""

    top_boxes: int
    points: int
    basis: str

    @property
    def top_from(self) -> int:
        return self.points - self.top_boxes + 1


@dataclass(frozen=True, slots=True)
class ReturnsPlan:
    """`due_days` from the day a return is asked for, which is after its period."""

    due_days: int
    reminder_days: int
    reminders: int
    correction_days: int
    sample: int
    statement: str
    incident: IncidentRules
    staff: StaffRules
    survey: SurveyRules
    asks: tuple[Ask, ...]

    def of(self, indicator: str) -> Ask | None:
        return next((one for one in self.asks if one.indicator == indicator), None)
