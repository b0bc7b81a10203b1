"""Stays, lists of members, needs and dated codes of one window, each read once however many indicators ask."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import polars as pl

from quality.code_lists import Codes, codes_on
from quality.indicators import attribution
from quality.indicators import stays as hospital
from quality.indicators.coded import is_one
from quality.indicators.window import Window
from quality.queries import records as queries

FOLLOWED = "readmitted_within_days"


class Claimed:
    """What indicators from claims share in one window, each read once. Without codes nothing is read."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.first, self.last = window.first, window.until
        self._with_restricted = window.kept.with_restricted

    @cached_property
    def codes(self) -> Codes | None:
        return codes_on(self._window.period.last)

    def codes_with(self, *lists: str) -> Codes | None:
        """The dated lists, or None where the fund lacks one of these."""
        return self.codes if self.codes is not None and self.codes.has(*lists) else None

    def prices(self, *lists: str) -> bool:
        """Some contract prices a code of these lists, so that it can be billed."""
        return self.codes is not None and bool(queries.priced_services(self.codes.pattern(*lists)))

    def earlier(self, since: dt.timedelta, pattern: str) -> pl.DataFrame:
        """Accepted lines with these codes, from before the window on."""
        services, received_before = queries.priced_services(pattern), self._window.kept.received_before
        return queries.accepted_of(
            services, self.first - since, self.last, received_before, with_restricted=self._with_restricted
        )

    @cached_property
    def seen(self) -> pl.DataFrame:
        """Whom each member saw most in the window."""
        pattern = self.codes.pattern("contact") if self.codes else ""
        return attribution.seen_most(self._window.accepted_lines.filter(is_one("service", pattern)))

    def stays(self, codes: Codes) -> pl.DataFrame:
        """Judged, with those of the days after the window in which somebody may come back."""
        return hospital.judged(self._stays, self._window.people, codes)

    @cached_property
    def _stays(self) -> pl.DataFrame:
        last = self.last + self.followed
        return queries.stays(self.first, last, self._window.at, with_restricted=self._with_restricted)

    @cached_property
    def followed(self) -> dt.timedelta:
        """How long after the window somebody may come back: as long as a definition of its last day looks."""
        found = self._window.plan.on(self._window.period.last)
        days = [one.parameters[FOLLOWED] for one in found if FOLLOWED in one.parameters]
        return dt.timedelta(days=max(days, default=0))

    @property
    def knows_diagnoses(self) -> bool:
        return not self._stays.filter(pl.col("diagnosis") != "").is_empty()

    @cached_property
    def cover(self) -> pl.DataFrame:
        return queries.cover(self._window.at)

    def panel(self) -> pl.DataFrame:
        """Covered days on a health provider's list; see attribution.panel."""
        lists = self._placed("health")
        return attribution.panel(lists, self.seen, self.cover, self.first, self.last)

    def _placed(self, service_line: str) -> pl.DataFrame:
        at, hidden_too = self._window.at, self._with_restricted
        return self._window.of_providers(
            queries.placed(service_line, self.first, self.last, at, with_restricted=hidden_too)
        )

    def in_care(self) -> pl.DataFrame:
        """Days of long-term care by contract holder, with the highest care level granted in the window."""
        placed = self._placed("long_term_care")
        levels = queries.needs(self.first, self.last, self._window.at).group_by("member_id").agg(pl.col("need").max())
        found = attribution.spells(placed, self.first, self.last).join(levels, on="member_id", how="left")
        return found.with_columns(pl.col("need").fill_null(0))

    def with_need(self, stays: pl.DataFrame) -> pl.DataFrame:
        """`need`: the care level on the day of discharge, 0 without one."""
        held = queries.needs(self.first, self.last, self._window.at)
        days = stays.select("member_id", "reference", "discharged_on").join(held, on="member_id")
        days = days.filter(pl.col("discharged_on").is_between(pl.col("begins"), pl.col("ends")))
        levels = days.group_by("member_id", "reference").agg(pl.col("need").max())
        return stays.join(levels, on=["member_id", "reference"], how="left").with_columns(pl.col("need").fill_null(0))
