"""Records as frames say the same as the records one by one."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from care import queries as care
from quality.indicators.billed import billed_child_days, with_claim_of_visit
from quality.queries import records
from tests.quality import builders

MONDAY = dt.date(2026, 8, 3)
NO_BOOKING = pl.DataFrame(
    schema={"organisation_id": pl.Int64, "member_id": pl.Int64, "day": pl.Date},
)


def line(number: int, first: dt.date, last: dt.date, **more) -> dict:
    return {
        "claim_id": number, "line_no": 1, "claim_number": f"C-{number}", "organisation_id": 1, "member_id": 7,
        "service": "LC-100", "service_line": "childcare", "unit": "hour", "quantity_milli": 2000, "visit_no": "",
        "service_from": first, "service_until": last, **more,
    }  # fmt: skip


def billed(*lines: dict, booked: pl.DataFrame = NO_BOOKING) -> list[int]:
    found = billed_child_days(pl.DataFrame(list(lines)), booked, dt.date(2026, 8, 1), dt.date(2026, 8, 31))
    return sorted(day.day for day in found["day"])


def test_what_was_planned_is_expanded_as_care_expands_it(app):
    builders.world()
    first, last = dt.date(2026, 3, 27), dt.date(2026, 4, 8)
    due = {(v.placement_id, v.member_id, v.day, v.due_at, v.minutes) for v in care.visits_due(None, first, last)}
    found = (
        records.visits_due(first, last, builders.AT + dt.timedelta(1))
        .select("placement_id", "member_id", "day", "due_at", "minutes")
        .rows()
    )
    assert due
    assert set(found) == due
    assert len(found) == len(due)


def test_a_line_of_one_day_bills_it_and_a_span_its_booked_or_working_days():
    week = (MONDAY, MONDAY + dt.timedelta(days=6))
    assert billed(line(1, MONDAY + dt.timedelta(days=5), MONDAY + dt.timedelta(days=5))) == [8]
    assert billed(line(1, *week)) == [3, 4, 5, 6, 7]
    days = [MONDAY + dt.timedelta(days=n) for n in (1, 3, 5)]
    booked = pl.DataFrame({"organisation_id": [1] * 3, "member_id": [7] * 3, "day": days})
    assert billed(line(1, *week), booked=booked) == [4, 6, 8]
    assert billed(line(1, *week, unit="day"), booked=booked) == [4, 6]  # never more days than it asks
    assert billed(line(1, dt.date(2026, 7, 30), dt.date(2026, 8, 4))) == [3, 4]
    assert billed(line(1, *week), line(2, MONDAY, MONDAY)) == [3, 4, 5, 6, 7]  # a day billed twice is one day


@pytest.mark.parametrize(("visit_no", "claim"), [("V-1", "C-1"), ("V-2", "C-2"), ("", "C-2")])
def test_a_visit_is_billed_by_its_number_or_else_by_its_day(visit_no, claim):
    lines = pl.DataFrame(
        [
            line(1, MONDAY, MONDAY, service_line="long_term_care", visit_no="V-1"),
            line(2, MONDAY, MONDAY, service_line="long_term_care"),
        ]
    )
    visit = {"organisation_id": 1, "member_id": 7, "service": "LC-100", "day": MONDAY, "number": visit_no}
    assert with_claim_of_visit(pl.DataFrame([visit]), lines)["claim_number"].to_list() == [claim]
