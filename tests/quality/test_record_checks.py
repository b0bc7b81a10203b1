"""Records with planted faults: each check finds its own, and says when it is too many."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from care.models import Attendance, Visit
from claims.models import ClaimLine
from core import clock
from core.db import db, unit_of_work
from core.roles import Role
from members.models import Member
from quality.plan import parse
from quality.record_checks.queries import VIOLATIONS, checks_of
from quality.record_checks.services import check_records
from tests.accounts import sign_in
from tests.quality import builders
from tests.quality.builders import PERIOD


def checked() -> dict[str, tuple[int, int, bool]]:
    with clock.frozen(builders.AT), unit_of_work():
        check_records(PERIOD)
    return {row.code: (row.violated, row.rows, row.is_failed) for row in checks_of(PERIOD.name)}


def plant(model, **values) -> None:
    """Spoil the last record of the period."""
    last = select(func.max(model.id)).scalar_subquery()
    with unit_of_work():
        db.session.execute(update(model).where(model.id == last).values(**values))


def test_clean_records_hold_and_what_is_not_there_is_not_judged(app):
    builders.world()
    found = checked()
    visits = sum(len(builders.days_due()) * builders.MEMBERS for _place in range(builders.PROVIDERS))
    missed = sum(
        builders.late_of(place, tally) is None
        for place in range(1, builders.PROVIDERS + 1)
        for tally in range(1, visits // builders.PROVIDERS + 1)
    )
    assert found["V-01"] == (0, visits - missed, False)
    assert found["A-01"] == (0, 0, False)
    assert not [code for code, (_violated, _rows, is_failed) in found.items() if is_failed]


@pytest.mark.parametrize(
    ("code", "model", "values"),
    [
        ("V-01", Visit, {"worker": ""}),
        ("V-02", Visit, {"ended_at": None}),
        ("V-03", Visit, {"place_code": ""}),
        ("V-04", Visit, {"placement_id": None}),
        ("V-05", Visit, {"overlaps_visit_id": 7}),
        ("V-06", Visit, {"edited_on": dt.date(2026, 8, 1)}),
        ("A-02", Attendance, {"left_minute": 470}),
    ],
)
def test_each_check_finds_the_fault_planted_for_it(app, code, model, values):
    builders.with_nursery(builders.world())
    before = checked()
    plant(model, **values)
    after = checked()
    assert after[code][0] == before[code][0] + 1
    assert {other for other in after if after[other][0] != before[other][0]} == {code}


def test_care_of_the_dead_and_lines_of_no_service_are_found_where_they_lie(app):
    builders.world()
    before, dead, day = checked(), 1001, dt.date(2026, 8, 31)
    with unit_of_work():
        db.session.execute(update(Member).where(Member.id == dead).values(died_on=day))
        odd = update(ClaimLine).where(ClaimLine.claim_id == 1002, ClaimLine.line_no == 1)
        db.session.execute(odd.values(service="XX-1", service_until=dt.date(2026, 6, 30)))
    after = checked()
    later = sum(due > day for due in builders.days_due())
    assert after["V-07"][0] == later
    assert after["K-05"][0] == later
    assert (after["K-02"][0], after["K-04"][0]) == (1, 1)
    assert after["K-04"][2]
    assert before["K-04"][0] == 0


def test_what_was_found_before_is_not_kept_twice_and_a_change_stands_beside_it(app):
    builders.world()
    checked()
    with clock.frozen(builders.AT), unit_of_work():
        assert check_records(PERIOD) == []
    plant(Visit, worker="")
    with clock.frozen(builders.AT), unit_of_work():
        assert [row.code for row in check_records(PERIOD)] == ["V-01"]


def test_every_check_of_the_plan_is_counted_and_fatal_ones_allow_next_to_nothing():
    checks = parse(builders.PLAN).checks
    assert {one.violation for one in checks} == set(VIOLATIONS)
    assert max(one.threshold for one in checks if one.severity == "fatal") <= Decimal("0.05")
    assert {one.kind.value for one in checks} == {"completeness", "conformance", "plausibility"}


def test_the_auditor_reads_the_table_and_the_failing_check_comes_first(app, client):
    builders.with_nursery(builders.world())
    checked()
    plant(Attendance, left_minute=470)
    checked()
    sign_in(client, Role.AUDITOR)
    page = client.get("/quality/records?period=2026Q3").text
    assert page.index("Attendance that ends before it starts") < page.index("Visit without a worker")
    assert "Do not trust the figures" in page
    sign_in(client, Role.CLAIMS_OFFICER)
    assert client.get("/quality/records").status_code in (403, 404)
