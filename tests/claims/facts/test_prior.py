"""Which days of the past a batch loads: all that a rule can see, and not a whole life."""

from __future__ import annotations

import datetime as dt

import pytest

from claims.benefit_plan.rows import ServiceRow
from claims.facts.prior import sight

NEW_YEAR, YEARS_END = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


def _row(frequency_days: int) -> ServiceRow:
    return ServiceRow("HC-1", "fund", "health", "", "", "each", "", NEW_YEAR, None, frequency_days=frequency_days)


def test_the_whole_year_of_the_line_is_seen_and_not_the_years_before() -> None:
    first, last = sight([dt.date(2026, 5, 4)], [_row(0)], []) or (None, None)
    assert dt.date(2025, 12, 1) < first <= NEW_YEAR
    assert YEARS_END <= last < dt.date(2027, 2, 1)


def test_a_gap_between_services_reaches_over_the_year_on_both_sides() -> None:
    first, last = sight([dt.date(2026, 1, 10)], [_row(730)], []) or (None, None)
    assert first <= dt.date(2026, 1, 10) - dt.timedelta(days=730)
    assert last >= dt.date(2026, 1, 10) + dt.timedelta(days=730)


def test_a_grant_is_seen_from_its_first_to_its_last_day() -> None:
    spell = (dt.date(2023, 3, 1), dt.date(2028, 2, 28))
    assert sight([dt.date(2026, 5, 4)], [], [spell]) == spell


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
def test_an_impossible_day_is_looked_at_all_the_same(day: dt.date) -> None:
    first, last = sight([day], [_row(30)], []) or (None, None)
    assert first <= day <= last


def test_without_a_day_nothing_is_seen() -> None:
    assert sight([], [], []) is None
