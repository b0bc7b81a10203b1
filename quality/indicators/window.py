"""The days an indicator looks at, with what every reading of them shares: providers, people, claim lines."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

import polars as pl

from quality.definitions import QualityPlan
from quality.periods import ONE_DAY, Period, closes_at
from quality.queries import records as queries

COUNTED = (
    "claim_id", "line_no", "service", "diagnoses", "claim_number", "organisation_id", "member_id", "visit_type",
)  # fmt: skip


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


class Window:
    """`period`: the window of the indicator; `until`: its last day that is over, so that nobody is late for a visit
    still to come. Frames are in no order unless they say so."""

    def __init__(
        self, period: Period, plan: QualityPlan, zone: ZoneInfo, today: dt.date, kept: Kept | None = None
    ) -> None:
        self.period, self.plan, self.zone = period, plan, zone
        self.yesterday = today - ONE_DAY
        self.first, self.until = period.first, min(period.last, self.yesterday)
        self.kept = kept or Kept(closes_at(period.last, plan.run_out_days, zone))

    @property
    def at(self) -> dt.datetime:
        """The instant as of which records are read; before it comes, that is as they are."""
        return self.kept.received_before

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
        return wide.filter(touching & self._is_provider)

    @cached_property
    def accepted_lines(self) -> pl.DataFrame:
        """Of those, what was accepted or reduced and began in these days: COUNTED, and `day`, when it began."""
        accepted = self.kept.covering(queries.accepted, self.first, self.until).lazy()
        began = self.lines.lazy().filter(pl.col("service_from") >= self.first)
        found = began.join(accepted, on=["claim_id", "line_no"], how="semi", maintain_order="left")
        return found.select(*COUNTED, day="service_from").collect()

    def of_providers(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Rows of organisations that are registered as providers."""
        return frame.filter(self._is_provider)

    @property
    def _is_provider(self) -> pl.Expr:
        known = pl.Series(list(self.providers), dtype=pl.Int64)
        return pl.col("organisation_id").is_in(known.implode())
