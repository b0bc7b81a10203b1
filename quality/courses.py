"""One indicator of a provider through time, in every chart its kind has: page, picture, CSV and PDF show these.

What is made of single events tells of single persons: it is for those who may see the cases, and never handed out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from core import plan
from quality import events, keeping
from quality.case_row import CaseRow
from quality.definitions import Indicator, Kind, QualityPlan
from quality.names import PART
from quality.queries.cases import case_rows
from quality.queries.series import History
from quality.safety import SafetyTerms
from quality.series import apart, by_period, by_week, has_weeks
from quality.statistics.series import Series
from quality.viewers import Viewer
from quality.wording import worded

WEEK_RUNS = 4


@dataclass(frozen=True)
class Courses:
    """`history` of one indicator, not empty, and the provider whose course it is; `viewer` None: anybody."""

    history: History
    provider: str
    organisation_id: int
    viewer: Viewer | None

    @cached_property
    def indicator(self) -> Indicator:
        return worded(keeping.definition_of(self.history[-1][0]))

    @property
    def names(self) -> tuple[str, ...]:
        """Of the charts this reader may see, the nearest to the events first."""
        return tuple(self._drawn)

    def course(self, name: str) -> Series | None:
        draw = self._drawn.get(name)
        return draw() if draw else None

    def all(self) -> dict[str, Series]:
        return {name: draw() for name, draw in self._drawn.items()}

    @property
    def _drawn(self) -> dict[str, Callable[[], Series]]:
        found: dict[str, Callable[[], Series]] = {}
        terms = self.safety
        if terms and self.viewer and self.viewer.sees_cases_of(self.provider):
            found["evidence"] = lambda: events.evidence(self.indicator, terms, self._days)
            if self.indicator.kind is Kind.RATE:
                found |= {"between": lambda: events.between(self._days), "month": lambda: events.by_month(self._days)}
        if has_weeks(self.indicator) and self.viewer:
            found["week"] = self._weeks
        is_public = self.viewer is None
        return {**found, "period": lambda: by_period(self.history, self.provider, is_public=is_public)}

    @cached_property
    def safety(self) -> SafetyTerms | None:
        run = self.history[-1][0]
        rules: QualityPlan = plan.in_force(PART, run.period_until)
        return rules.safety_of(run.indicator, run.period_until)

    @cached_property
    def _days(self) -> list[events.Day]:
        return events.days_of(self.indicator, self._cases(apart(self._own)))

    def _weeks(self) -> Series:
        newest = self._own[-WEEK_RUNS:]
        return by_week(self.indicator, self._cases(newest), newest[0][0].period_from, newest[-1][0].period_until)

    @property
    def _own(self) -> History:
        return [(run, results) for run, results in self.history if self.provider in results]

    def _cases(self, chosen: History) -> Sequence[CaseRow]:
        found = chain.from_iterable(case_rows(run.id, self.organisation_id) for run, _results in chosen)
        return [case for case, _member in found]
