"""What is measured, from when, against what, and what it weighs. Definitions are data, read by quality.plan.

A definition that a run used never changes: a change is a new version.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from quality.record_checks.terms import CheckTerms
from quality.safety import SafetyTerms
from quality.scoring.arithmetic import ScoreRules
from quality.scoring.settlement import Terms, VerificationTerms
from quality.statistics.funnel import Direction


class Kind(StrEnum):
    """One pure function in quality.measures for each."""

    PROPORTION = "proportion"
    WEIGHTED_PROPORTION = "weighted_proportion"
    RATE = "rate"
    RATIO_OE = "ratio_oe"
    MEDIAN = "median"
    MEAN = "mean"
    RATIO = "ratio"


class Source(StrEnum):
    """Where the records of an indicator come from."""

    CLAIMS = "claims"
    VISITS = "visits"
    ATTENDANCE = "attendance"
    CONTRACTS = "contracts"
    ASSESSMENTS = "assessments"
    ROSTER = "roster"
    REQUESTS = "requests"
    RETURN = "return"
    INSPECTION = "inspection"
    SURVEY = "survey"
    AUDIT = "audit"
    CONTRIBUTIONS = "contributions"
    NONE = "none"


class Span(StrEnum):
    """Over which days an indicator looks; see quality.periods.window."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TWELVE_MONTHS = "12_months"
    THIRTY_SIX_MONTHS = "36_months"
    SEASON = "season"


class Gate(StrEnum):
    """What a result below the floor does besides its points: no bonus, withhold suspended, score capped."""

    FLOOR = "floor"


class Sector(StrEnum):
    HEALTH = "health"
    CHILDCARE = "childcare"
    LONG_TERM_CARE = "long_term_care"
    ALL = "all"


class Group(StrEnum):
    OUTCOME = "outcome"
    PROCESS = "process"
    STRUCTURE = "structure"
    EXPERIENCE = "experience"
    LABOUR = "labour_governance"


class Counting(StrEnum):
    """Whom the small-number rule protects: the counted persons or staff themselves, or the persons behind events."""

    PERSONS = "persons"
    STAFF = "staff"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Indicator:
    """`numerator`, `denominator`, `exclusions` are ids of expressions over our records; floor, target in `unit`s.

    Texts say the same in words; `adjustment` names the strata of an expectation; `cap` is a ratio's highest value.
    `minimum` is of the denominator, or of the cases behind it where `is_minimum_of_cases`. `parameters` are the numbers
    its reader asks for, by name: quality.parameters.
    """

    id: str
    version: int
    name: str
    kind: Kind
    sector: Sector
    source: Source
    period: Span
    direction: Direction
    group: Group
    weight: Decimal
    numerator: str
    denominator: str
    numerator_text: str
    denominator_text: str
    exclusions: tuple[str, ...]
    adjustment: tuple[str, ...]
    counting: Counting
    unit: str
    multiplier: int
    size_unit: str
    minimum: int
    threshold: int
    floor: Decimal
    target: Decimal
    gate: Gate | None
    cap: Decimal | None
    is_clustered: bool
    is_minimum_of_cases: bool
    basis: str
    valid_from: dt.date
    valid_until: dt.date | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def code(self) -> str:
        return f"{self.id}.{self.version}"

    def is_valid_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def in_units(self, value: float) -> Decimal:
        """A raw value (share, rate, ratio) in the unit of floor and target, to six decimals."""
        return round(Decimal(repr(value)) * self.multiplier, 6)


@dataclass(frozen=True, slots=True)
class Season:
    """The months of the year in which a vaccination counts."""

    first_month: int = 10
    months: int = 6


@dataclass(frozen=True, slots=True)
class QualityPlan:
    run_out_days: int
    appeal_days: int
    review_days: int
    cure_days: int
    record_years: int
    score: ScoreRules
    settlement: Terms
    verification: VerificationTerms
    indicators: tuple[Indicator, ...]
    illness: tuple[str, ...] = ()  # coded reasons of absence that count as illness
    season: Season = Season()
    alarm_or_meal: tuple[str, ...] = ()  # service codes that are no visits of care
    checks: tuple[CheckTerms, ...] = ()
    safety: tuple[SafetyTerms, ...] = ()

    def on(self, day: dt.date) -> tuple[Indicator, ...]:
        """Definitions in force on a day, in the order of the plan."""
        return tuple(one for one in self.indicators if one.is_valid_on(day))

    def checks_on(self, day: dt.date) -> tuple[CheckTerms, ...]:
        """Checks of the records in force on a day, in the order of the plan."""
        return tuple(one for one in self.checks if one.is_valid_on(day))

    def indicator(self, identifier: str, day: dt.date) -> Indicator | None:
        return next((one for one in self.on(day) if one.id == identifier), None)

    def safety_of(self, identifier: str, day: dt.date) -> SafetyTerms | None:
        """Its events are watched one by one; None: it counts no harm."""
        return next((one for one in self.safety if one.indicator == identifier and one.is_valid_on(day)), None)
