"""The fund's own records over the days an indicator looks at, each read once however many indicators ask for them."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import polars as pl

from quality.indicators.billed import CHILDCARE, billed_child_days, with_claim_of_visit
from quality.indicators.frames import Claimed
from quality.indicators.window import Kept, Window
from quality.periods import ONE_DAY
from quality.queries import records as queries
from quality.queries.restricted import has_restricted


class Records(Window):
    """What is read once for all indicators of one window."""

    def with_restricted(self) -> Records:
        """The same days with restricted services, for quality.pooled alone."""
        kept = Kept(self.kept.received_before, with_restricted=True)
        return Records(self.period, self.plan, self.zone, self.yesterday + ONE_DAY, kept)

    @cached_property
    def has_restricted(self) -> bool:
        """Restricted care touches these days."""
        return has_restricted(self.first, self.until)

    @cached_property
    def claimed(self) -> Claimed:
        """Stays, lists of members and dated codes, for what is counted from claims."""
        return Claimed(self)

    @cached_property
    def visits(self) -> pl.DataFrame:
        """Every visit due with what was recorded of it, in order of provider, member and due time.

        placement_id, organisation_id, member_id, service, day, due_at, minutes; number (empty: no record), worker,
        started_at, ended_at.
        """
        due = queries.visits_due(self.first, self.until, self.at, with_restricted=self.kept.with_restricted)
        given = queries.given_visits(self.first, self.until, self.at)
        found = self.of_providers(due).join(given, on=["placement_id", "due_at"], how="left")
        found = found.with_columns(pl.col("number", "worker").fill_null(""))
        return found.sort("organisation_id", "member_id", "due_at", "placement_id", "minutes")

    @cached_property
    def billed_visits(self) -> pl.DataFrame:
        """`visits` with claim_number and line_no of the claim line that bills each."""
        return with_claim_of_visit(self.visits, self.lines)

    @cached_property
    def cancelled(self) -> pl.DataFrame:
        """placement_id, due_at, cancelled_by, told_at, recorded_at of visits called off."""
        return queries.cancelled_visits(self.first, self.until, self.at)

    @cached_property
    def attendance(self) -> pl.DataFrame:
        """organisation_id, member_id, day, came, finding, absence: one row per child and day at a provider."""
        return queries.signed_days(self.first, self.until, self.at)

    @cached_property
    def children(self) -> pl.DataFrame:
        """Days of children signed at both ends with site and room: queries.children_present."""
        return queries.children_present(self.first, self.until, self.at)

    @cached_property
    def shifts(self) -> pl.DataFrame:
        """Shifts as worked: queries.worked_shifts."""
        return queries.worked_shifts(self.first, self.until, self.at)

    @cached_property
    def billed_days(self) -> pl.DataFrame | None:
        """organisation_id, member_id, day, claim_number, line_no of child-days billed; None: no claim bills any."""
        lines = self.lines.filter(pl.col("service_line") == CHILDCARE)
        if lines.is_empty():
            return None
        since: dt.date = lines["service_from"].min()  # type: ignore[assignment]
        booked = queries.booked_days(since, self.until, self.at, with_restricted=self.kept.with_restricted)
        return billed_child_days(lines, booked, self.first, self.until)

    @cached_property
    def covered(self) -> pl.DataFrame:
        """member_id of those covered on all of these days."""
        return queries.covered_whole_period(self.first, self.until, self.at)
