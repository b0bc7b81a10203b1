"""Whose member somebody is, and for how many days."""

from __future__ import annotations

import datetime as dt

from quality.indicators.attribution import panel, seen_most, spells
from tests.quality.health.worlds import FIRST, LAST, cover, line, lines, seen
from tests.quality.health.worlds import spells as placed


def test_the_provider_seen_on_most_days_answers():
    rows = lines(line(1, "03-01", provider=7), line(1, "03-02", provider=7), line(1, "04-01", provider=8))
    assert seen_most(rows).rows() == [(1, 7)]


def test_two_lines_of_a_day_are_one_contact_and_a_tie_goes_to_the_latest():
    rows = lines(
        line(1, "03-01", provider=7), line(1, "03-01", provider=7, number="other"), line(1, "04-01", provider=8)
    )
    assert seen_most(rows).rows() == [(1, 8)]
    same_day = lines(line(1, "03-01", provider=8), line(1, "03-01", provider=7))
    assert seen_most(same_day).rows() == seen_most(same_day.reverse()).rows() == [(1, 7)]


def test_a_fund_without_lists_counts_the_covered_days_of_who_saw_the_member_most():
    found = panel(placed(), seen(m1=7), cover((1, "2025-01-01", "02-28"), (1, "12-01", None)), FIRST, LAST)
    assert found.rows() == [
        (1, 7, dt.date(2026, 1, 1), dt.date(2026, 2, 28)),
        (1, 7, dt.date(2026, 12, 1), dt.date(2026, 12, 31)),
    ]


def test_a_list_goes_before_contacts_and_a_later_list_takes_the_days():
    lists = placed((1, 8, "01-01", "12-31"), (1, 9, "07-01", "12-31"))
    found = panel(lists, seen(m1=7, m2=7), cover((1, "2025-01-01", None), (2, "2025-01-01", None)), FIRST, LAST)
    assert found.rows() == [
        (1, 8, dt.date(2026, 1, 1), dt.date(2026, 6, 30)),
        (1, 9, dt.date(2026, 7, 1), dt.date(2026, 12, 31)),
    ]


def test_placements_that_touch_or_overlap_are_one_spell():
    rows = placed(
        (1, 7, "2025-03-01", "01-10"), (1, 7, "01-11", "02-01"), (1, 7, "01-20", "03-01"), (1, 7, "03-03", None)
    )
    assert [row[2:] for row in spells(rows, FIRST, LAST).rows()] == [
        (dt.date(2026, 1, 1), dt.date(2026, 3, 1)),
        (dt.date(2026, 3, 3), dt.date(2026, 12, 31)),
    ]
