"""Planted against found: none missed, no false alarm."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from care import services
from care.checks.childcare import SiteDay, judge
from care.models import Attendance, Occupancy, RecordCorrection, RecordFinding, SiteMonth, Visit
from care.plan import plan_by_day
from care.records import VisitRow
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.events import Event
from members.models import Member
from tests.care.seeded import JUNE, care_month, nursery_month
from tests.claims.care_fund import a_cooperative, care_fund

pytestmark = pytest.mark.usefixtures("app")


def found() -> set[tuple[str, object, str]]:
    """(check, day, subject): the member of an attendance, the number of a visit, the place, or “site”."""
    names = {row.id: row.public_id for row in db.session.execute(select(Member.id, Member.public_id))}
    visits = {row.id: row.number for row in db.session.execute(select(Visit.id, Visit.number))}
    places = {row.id: row.place for row in db.session.execute(select(Occupancy.id, Occupancy.place))}
    subjects = set()
    for row in db.session.execute(select(RecordFinding)).scalars():
        by_kind = {"attendance": names.get(row.member_id), "visit": visits.get(row.record_id),
                   "occupancy": places.get(row.record_id)}  # fmt: skip
        subjects.add((row.check, row.on, by_kind.get(row.record_kind) or "site"))
    return subjects


def test_every_planted_fault_of_a_nursery_month_is_found_and_nothing_else() -> None:
    care_fund()
    (nursery, site), (other, other_site) = a_cooperative("childcare", 60), a_cooperative("childcare", 12)
    month = nursery_month(nursery, site, other, other_site)
    assert db.session.execute(select(func.count(Attendance.id))).scalar_one() > 1_300
    assert found() == month.planted
    assert {check for check, _, _ in month.planted} == {
        "no_sign_out", "outside_hours", "not_notified", "two_centres", "not_enrolled", "closed_day", "over_places",
        "few_adults", "same_minutes",
    }  # fmt: skip
    sums = db.session.get(SiteMonth, (site.id, JUNE))
    assert sums is not None
    assert sums.absent_days == 3
    assert 1.0 <= sums.billed_minutes / sums.attended_minutes < 1.07


def test_every_planted_fault_of_a_home_care_month_is_found_and_nothing_else() -> None:
    care_fund()
    cooperative, _ = a_cooperative("long_term_care")
    home, _ = a_cooperative("long_term_care")
    month = care_month(cooperative, home)
    assert 5_000 < db.session.execute(select(func.count(Visit.id))).scalar_one() < 6_000
    assert found() == month.planted
    assert {check for check, _, _ in month.planted} == {
        "incomplete", "late_edit", "worker_twice", "member_twice", "short_way", "over_units", "during_stay",
        "after_death", "not_granted", "two_places",
    }  # fmt: skip


def test_a_child_cannot_be_cared_for_longer_than_a_day_and_two_places_in_turn_are_fine() -> None:
    care_fund()
    plan = plan_by_day()(JUNE)
    rows = [signed(1, 0, 1000), signed(2, 1000, 1445)]
    days = [SiteDay(site, site, JUNE, f"Site {site}", [row]) for site, row in enumerate(rows, start=1)]
    facts, found_ = judge(days, {7: dt.date(2024, 1, 1)}, plan)
    assert {(one.check, one.record_id) for one in found_} == {("over_day", 1), ("over_day", 2)}
    assert facts[1].doubt_other == "1445"
    rows[1].left_minute = 1440
    assert judge(days, {7: dt.date(2024, 1, 1)}, plan)[1] == []


def signed(id_: int, arrived: int, left: int) -> SimpleNamespace:
    return SimpleNamespace(
        id=id_, member_id=7, arrived_minute=arrived, left_minute=left, is_absent=False, has_note=False, notified_on=None
    )


def test_a_late_correction_replaces_the_record_keeps_what_it_said_and_says_whom_it_touches() -> None:
    care_fund()
    cooperative, _ = a_cooperative("long_term_care")
    home, _ = a_cooperative("long_term_care")
    care_month(cooperative, home)
    first = db.session.execute(select(Visit).where(Visit.number == "V000-02")).scalar_one()
    late = VisitRow(number="V000-02", member="C0000", service="LC-110", day=dt.date(2026, 6, 2), worker="W00",
                    provider=cooperative.number, place="QR-C0000", starts_minute=420, ends_minute=465,
                    edited_on=dt.date(2026, 7, 1), edit_reason="forgot")  # fmt: skip
    with unit_of_work():
        assert services.import_visits([late], source="late", by=SYSTEM).changed == 1
        services.close_records(JUNE, JUNE, by=SYSTEM, organisation_ids=[cooperative.id])
    kept = db.session.execute(select(RecordCorrection)).scalar_one()
    assert (kept.record_id, kept.before["ended_at"], kept.source) == (first.id, None, "late")
    assert ("incomplete", dt.date(2026, 6, 2), "V000-02") not in found()
    told = db.session.execute(select(Event).where(Event.kind == "care.records_changed")).scalars().all()
    assert {event.data["member_ids"][0] for event in told[-2:]} == {first.member_id}


@pytest.mark.parametrize(
    ("daily", "over"), [((11, 9, 10, 10, 10), 0), ((11, 10, 10, 10, 10), 1), ((12, 5, 5, 5, 5), 1)]
)
def test_the_margin_of_a_tenth_counts_only_in_a_week_whose_mean_stays_within_places(
    daily: tuple[int, ...], over: int
) -> None:
    care_fund()
    days = []
    for n, count in enumerate(daily):
        rows = [signed(100 * n + child, 480, 900) for child in range(count)]
        for child, row in enumerate(rows):
            row.member_id = child
        days.append(SiteDay(1, 1, JUNE + dt.timedelta(days=n), "Site", rows, places=10))
    found_ = judge(days, {}, plan_by_day()(JUNE))[1]
    assert [one.check for one in found_ if one.check != "same_minutes"] == ["over_places"] * over
