"""The fund's own records of one period, each read once however many indicators ask for them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cached_property
from zoneinfo import ZoneInfo

from quality.definitions import QualityPlan
from quality.periods import ONE_DAY, Period
from quality.queries import records as queries
from quality.queries.records import BilledDay, ClaimedVisit, PlannedVisit


class Records:
    """`until`: the last day that is over, so that nobody is late for a visit still to come."""

    def __init__(self, period: Period, plan: QualityPlan, zone: ZoneInfo, today: dt.date) -> None:
        self.period, self.plan, self.zone = period, plan, zone
        self.until = min(period.last, today - ONE_DAY)

    @cached_property
    def providers(self) -> dict[int, str]:
        """Organisation → public provider number."""
        return queries.provider_numbers()

    @cached_property
    def visits(self) -> list[PlannedVisit]:
        """Every visit due in the period with what was recorded of it, in order of member and due time."""
        found = queries.planned_visits(self.period.first, self.until)
        return [visit for visit in found if visit.organisation_id in self.providers]

    @cached_property
    def claimed_visits(self) -> ClaimedVisit:
        return queries.claimed_visits(self.period.first, self.until)

    @cached_property
    def billed_days(self) -> list[BilledDay]:
        """Distinct child-days that live claims bill, the first claim of each."""
        found = queries.billed_child_days(self.period.first, self.until)
        return [day for day in found if day.organisation_id in self.providers]

    @cached_property
    def attendance(self) -> dict[tuple[int, int, dt.date], queries.Signed]:
        """(organisation, member, day) → what was signed."""
        return queries.signed_days(self.period.first, self.until)

    @cached_property
    def visits_by_member(self) -> dict[tuple[int, int], list[PlannedVisit]]:
        found: dict[tuple[int, int], list[PlannedVisit]] = defaultdict(list)
        for visit in self.visits:
            found[visit.organisation_id, visit.member_id].append(visit)
        return found

    def number(self, organisation_id: int) -> str:
        return self.providers[organisation_id]
