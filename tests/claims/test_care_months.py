"""A childcare month and a long-term-care month, from grant and placement over records to decided lines."""

from __future__ import annotations

import datetime as dt

import pytest

import care.services as care
from care.records import OccupancyRow, Slot, StayRow
from core.actors import SYSTEM
from core.db import unit_of_work
from tests.claims.care_fund import JUNE, a_child, a_cooperative, billed, care_fund, granted, imported, placed
from tests.members.builders import a_member

pytestmark = pytest.mark.usefixtures("app")


def test_a_month_in_the_nursery_is_paid_by_the_clock_less_the_family_fee() -> None:
    care_fund()
    nursery, site = a_cooperative("childcare")
    child = a_child()
    grant = granted(child, "childcare", entitlement="full")
    placed(grant, nursery, "CC-100", [Slot(day, 480, 420) for day in range(5)], site)
    days = [JUNE + dt.timedelta(days=n) for n in range(30) if (JUNE + dt.timedelta(days=n)).weekday() < 5]
    imported("touiza-attendance", [
        {"member_id": child.public_id, "provider_id": nursery.number, "facility_id": "1",
         "attended_on": day.isoformat(), "arrived": "08:00", "left": "15:00"} for day in days
    ])  # fmt: skip
    decision = billed(nursery, child, "CC-100", str(7 * len(days)))
    hours = 7 * len(days)
    assert decision.state == "adjudicated"
    assert decision.member_share == 1_440 * hours, "0.060 % of 2,400 an hour"
    assert decision.benefit == (9_000 - 1_440) * hours


def test_a_half_entitlement_leaves_the_hours_above_it_to_the_parents() -> None:
    care_fund()
    nursery, site = a_cooperative("childcare")
    child = a_child()
    grant = granted(child, "childcare", entitlement="half")
    placed(grant, nursery, "CC-100", [Slot(day, 480, 420) for day in range(5)], site)
    week = [dt.date(2026, 6, 8) + dt.timedelta(days=n) for n in range(5)]
    imported("touiza-attendance", [
        {"member_id": child.public_id, "provider_id": nursery.number, "facility_id": "1",
         "attended_on": day.isoformat(), "arrived": "08:00", "left": "15:00"} for day in week
    ])  # fmt: skip
    decision = billed(nursery, child, "CC-100", "35", first=week[0], last=week[-1])
    (line,) = decision.lines
    assert (line.state, line.headline, line.quantity_milli) == ("reduced", "BEN-03", 20_000)
    assert decision.benefit == (9_000 - 1_440) * 20


def test_a_month_of_home_care_is_paid_by_units_of_the_clock() -> None:
    care_fund()
    cooperative, _ = a_cooperative("long_term_care")
    elder = a_member("Basma Zarrouk", born_on=dt.date(1940, 1, 1))
    grant = granted(elder, "long_term_care", care_level=2)
    placed(grant, cooperative, "LC-110", [Slot(0, 480, 30), Slot(3, 480, 30)], None)
    days = [JUNE + dt.timedelta(days=n) for n in range(30) if (JUNE + dt.timedelta(days=n)).weekday() in (0, 3)]
    imported("touiza-visits", [
        {"visit_id": f"V{day:%d}", "member_id": elder.public_id, "provider_id": cooperative.number,
         "practitioner_id": "W1", "code": "LC-110", "visited_on": day.isoformat(), "started": "08:00",
         "ended": "" if day == days[3] else "08:37", "place": "QR-1"} for day in days
    ])  # fmt: skip
    decision = billed(cooperative, elder, "LC-110", str(2 * len(days)))
    (line,) = decision.lines
    assert (line.state, line.headline) == ("reduced", "CAR-01")
    assert line.quantity_milli == 2_000 * (len(days) - 1), "37 minutes are two units; one visit has no check-out"
    assert decision.member_share * 5 == 6_500 * 2 * (len(days) - 1), "the highest share: no income is declared"


def test_an_absence_told_the_same_day_is_paid_as_booked_and_counted_one_told_late_is_not() -> None:
    care_fund()
    nursery, site = a_cooperative("childcare")
    child = a_child()
    placed(
        granted(child, "childcare", entitlement="full"), nursery, "CC-100", [Slot(d, 480, 420) for d in (0, 1)], site
    )
    base = {"member_id": child.public_id, "provider_id": nursery.number, "facility_id": "1"}
    imported("touiza-attendance", [
        base | {"attended_on": "2026-06-08", "arrived": "08:00", "left": "15:00", "absence": "", "notified_on": ""},
        base | {"attended_on": "2026-06-09", "arrived": "", "left": "", "absence": "family",
                "notified_on": "2026-06-09"},
        base | {"attended_on": "2026-06-15", "arrived": "", "left": "", "absence": "family",
                "notified_on": "2026-06-17"},
    ])  # fmt: skip
    (line,) = billed(nursery, child, "CC-100", "21", first=JUNE, last=dt.date(2026, 6, 30)).lines
    found = line.findings[0]
    assert (line.headline, line.quantity_milli) == ("CAR-01", 14_000)
    assert (found.parameters["missing"], found.parameters["missing_on"]) == (["notice"], dt.date(2026, 6, 15))
    assert [(entry.key, entry.amount) for entry in line.use if entry.unit == "count"] == [("absence:childcare", 1)]


def test_a_kept_bed_is_paid_at_three_quarters_of_the_agreed_day() -> None:
    care_fund()
    home, _ = a_cooperative("long_term_care")
    elder = a_member("Basma Zarrouk", born_on=dt.date(1940, 1, 1))
    granted(elder, "long_term_care", care_level=5)
    bed = OccupancyRow(place="R-1", kind="residential", member_id=elder.id, moved_in_on=JUNE)
    stay = StayRow(
        member=elder.public_id, reference="S1", admitted_on=dt.date(2026, 6, 10), discharged_on=dt.date(2026, 6, 14)
    )
    with unit_of_work():
        care.record_occupancies(home.id, [bed], source="beds", by=SYSTEM)
        care.import_stays([stay], source="hospital", by=SYSTEM)
        care.close_records(JUNE, JUNE, by=SYSTEM)
    there = billed(home, elder, "LC-300", "26")
    assert (there.lines[0].state, there.benefit + there.member_share) == ("reduced", 26 * 70_000)
    kept = billed(home, elder, "LC-310", "4", price=70_000, number="A-2")
    (line,) = kept.lines
    assert (line.unit_price, line.write_off, line.quantity_milli) == (52_500, 4 * 17_500, 4_000)
