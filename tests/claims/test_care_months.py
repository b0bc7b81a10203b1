"""A childcare month and a long-term-care month, from grant and placement over records to decided lines."""

from __future__ import annotations

import datetime as dt

import pytest

from care.records import Slot
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
    assert decision.member_share * 10 == 6_500 * 2 * (len(days) - 1)
