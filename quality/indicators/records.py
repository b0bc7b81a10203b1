"""The fund's own records over the days an indicator looks at, each read once however many indicators ask for them."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

import polars as pl

from quality.definitions import QualityPlan
from quality.indicators.billed import CHILDCARE, billed_child_days
from quality.indicators.frames import Claimed
from quality.periods import ONE_DAY, Period, closes_at
from quality.queries import records as queries


class Read(Protocol):
    def __call__(
        self, first: dt.date, last: dt.date, received_before: dt.datetime, *, with_restricted: bool
    ) -> pl.DataFrame: ...


class Kept:
    """Wide frames that several windows share: a year of lines holds its last quarter too.

    `received_before`: what comes in from then on does not count; the same for all windows of a period.
    `with_restricted`: for a figure over all providers that names nobody.
    """

    def __init__(self, received_before: dt.datetime, *, with_restricted: bool = False) -> None:
        self.received_before, self.with_restricted = received_before, with_restricted
        self._frames: dict[Read, tuple[dt.date, dt.date, pl.DataFrame]] = {}

    def covering(self, read: Read, first: dt.date, last: dt.date) -> pl.DataFrame:
        """What `read` gives for these days, or for more."""
        known = self._frames.get(read)
        if known is None or known[0] > first or known[1] < last:
            found = read(first, last, self.received_before, with_restricted=self.with_restricted)
            known = self._frames[read] = (first, last, found)
        return known[2]


class Records:
    """`period`: the window of the indicator; `until`: its last day that is over, so that nobody is late for a visit
    still to come. Frames are in no order unless they say so."""

    def __init__(
        self, period: Period, plan: QualityPlan, zone: ZoneInfo, today: dt.date, kept: Kept | None = None
    ) -> None:
        self.period, self.plan, self.zone = period, plan, zone
        self.yesterday = today - ONE_DAY
        self.first, self.until = period.first, min(period.last, self.yesterday)
        self.kept = kept or Kept(closes_at(period.last, plan.run_out_days, zone))

    def with_restricted(self) -> Records:
        """The same days with restricted services, for quality.pooled alone."""
        kept = Kept(self.kept.received_before, with_restricted=True)
        return Records(self.period, self.plan, self.zone, self.yesterday + ONE_DAY, kept)

    @cached_property
    def claimed(self) -> Claimed:
        """Stays, lists of members and dated codes, for what is counted from claims."""
        return Claimed(self)

    @cached_property
    def providers(self) -> dict[int, str]:
        """Organisation → public provider number."""
        return queries.provider_numbers()

    @cached_property
    def people(self) -> pl.DataFrame:
        """member_id, born_on, sex, died_on."""
        return queries.people()

    @cached_property
    def lines(self) -> pl.DataFrame:
        """Lines of claims that stand and touch these days, in order of claim and line: queries.standing_lines."""
        wide = self.kept.covering(queries.standing_lines, self.first, self.until)
        touching = (pl.col("service_from") <= self.until) & (pl.col("service_until") >= self.first)
        return self.of_providers(wide.filter(touching))

    @cached_property
    def accepted_lines(self) -> pl.DataFrame:
        """Of those, what was accepted or reduced and began in these days; `day` is when."""
        accepted = self.kept.covering(queries.accepted, self.first, self.until)
        began = self.lines.filter(pl.col("service_from") >= self.first).with_columns(day="service_from")
        return began.join(accepted, on=["claim_id", "line_no"], how="semi", maintain_order="left")

    @cached_property
    def visits(self) -> pl.DataFrame:
        """Every visit due with what was recorded of it, in order of provider, member and due time.

        placement_id, organisation_id, member_id, service, day, due_at, minutes; number (empty: no record), worker,
        started_at, ended_at.
        """
        due = queries.visits_due(self.first, self.until, with_restricted=self.kept.with_restricted)
        given = queries.given_visits(self.first, self.until)
        found = self.of_providers(due).join(given, on=["placement_id", "due_at"], how="left")
        found = found.with_columns(pl.col("number", "worker").fill_null(""))
        return found.sort("organisation_id", "member_id", "due_at", "placement_id", "minutes")

    @cached_property
    def cancelled(self) -> pl.DataFrame:
        """placement_id, due_at, cancelled_by, told_at, recorded_at of visits called off."""
        return queries.cancelled_visits(self.first, self.until)

    @cached_property
    def attendance(self) -> pl.DataFrame:
        """organisation_id, member_id, day, came, finding, absence: one row per child and day at a provider."""
        return queries.signed_days(self.first, self.until)

    @cached_property
    def billed_days(self) -> pl.DataFrame | None:
        """organisation_id, member_id, day, claim_number, line_no of child-days billed; None: no claim bills any."""
        lines = self.lines.filter(pl.col("service_line") == CHILDCARE)
        if lines.is_empty():
            return None
        since: dt.date = lines["service_from"].min()  # type: ignore[assignment]
        booked = queries.booked_days(since, self.until, with_restricted=self.kept.with_restricted)
        return billed_child_days(lines, booked, self.first, self.until)

    @cached_property
    def covered(self) -> pl.DataFrame:
        """member_id of those covered on all of these days."""
        return queries.covered_whole_period(self.first, self.until)

    def of_providers(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Rows of organisations that are registered as providers."""
        known = pl.DataFrame({"organisation_id": list(self.providers)}, schema={"organisation_id": pl.Int64})
        return frame.join(known, on="organisation_id", how="semi", maintain_order="left")
