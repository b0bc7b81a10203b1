"""L-05, L-07, H-08: how long people wait, with the last day that is still in time."""

from __future__ import annotations

import datetime as dt

import pytest

from care.models import CareRequest
from tests.quality.builders import AT, LAST
from tests.quality.care.worlds import CLINIC, TEAM, World, local, rows

MONDAY = dt.date(2026, 9, 7)


@pytest.fixture
def world(app) -> World:
    return World()


def day_after(days: int) -> dt.date:
    return MONDAY + dt.timedelta(days=days)


def starts(world: World, days: int | None, **more: object) -> int:
    """A grant and an offer of Monday; the first visit so many days later."""
    member = world.member(TEAM)
    when = {"decided_at": local(MONDAY, 9), "valid_from": MONDAY}
    world.granted(member, **when | more)
    world.placed(member, created_at=local(MONDAY, 10), valid_from=MONDAY)
    if days is not None:
        world.visits(member, member, None, local(day_after(days), 8))
    return member


@pytest.mark.parametrize(
    ("days", "is_urgent", "finding"),
    [(10, False, ""), (11, False, "begun_late"), (3, True, ""), (4, True, "begun_late"), (0, True, ""),
     (None, False, "not_begun")],
)  # fmt: skip
def test_care_begins_by_day_ten_or_three(world: World, days: int | None, is_urgent: bool, finding: str) -> None:
    member = starts(world, days, is_urgent=is_urgent)
    assert rows(world.cases("L-05", "2026Q3"), "member_id", "finding", "is_numerator", "evidence_reference") == [
        (member, finding, not finding, f"G-{member}")
    ]


def test_the_days_run_from_the_latest_of_grant_decision_and_offer(world: World) -> None:
    member = world.member(TEAM)
    world.granted(member, decided_at=local(day_after(-40), 9), valid_from=day_after(-35))
    world.placed(member, created_at=local(MONDAY, 10), valid_from=MONDAY)
    world.visits(member, member, None, local(day_after(10), 8))
    assert rows(world.cases("L-05", "2026Q3"), "is_numerator") == [(True,)]


def test_what_is_not_over_is_not_judged_and_a_renewal_is_not_new(world: World) -> None:
    starts(world, None)
    assert world.cases("L-05", "2026Q3", today=day_after(11)) is not None
    assert rows(world.cases("L-05", "2026Q3", today=day_after(11)), "finding") == [("not_begun",)]
    assert rows(world.cases("L-05", "2026Q3", today=day_after(10)), "finding") == []
    renewed = starts(world, 20)
    world.granted(
        renewed, id=900, valid_from=day_after(-90), valid_until=day_after(-1), decided_at=local(day_after(-91), 9)
    )
    assert renewed not in [row[0] for row in rows(world.cases("L-05", "2026Q3"), "member_id")]


END = dt.date(2026, 9, 30)


def in_care(world: World, decided: dt.date, level: int = 3, since: dt.date = dt.date(2025, 10, 1)) -> int:
    """In care at home since then; need assessed last on that day."""
    member = world.member(TEAM)
    world.granted(member, decided_at=local(decided, 9), care_level=level, valid_from=since)
    world.placed(member, valid_from=since)
    return member


@pytest.mark.parametrize(
    ("decided", "level", "is_met"),
    [("2025-10-01", 3, True), ("2025-09-30", 3, False), ("2026-04-01", 5, True), ("2026-03-31", 5, False),
     ("2026-03-31", 4, True)],
)  # fmt: skip
def test_need_is_assessed_within_twelve_months_or_six(world: World, decided: str, level: int, is_met: bool) -> None:
    member = in_care(world, dt.date.fromisoformat(decided), level)
    found = rows(world.cases("L-07", "2026Q3"), "is_numerator", "exclusion", "evidence_reference", "stratum")
    assert found == [(is_met, "", f"G-{member}", "highest" if level == 5 else "other")]


def test_less_than_a_year_of_care_is_left_out(world: World) -> None:
    in_care(world, dt.date(2026, 1, 1), since=dt.date(2025, 10, 2))
    assert rows(world.cases("L-07", "2026Q3"), "exclusion") == [("less_than_12_months_of_care",)]


def test_a_later_assessment_does_not_help_an_earlier_period(world: World) -> None:
    member = in_care(world, dt.date(2025, 9, 1))
    world.granted(member, id=901, decided_at=local(dt.date(2026, 10, 5), 9), care_level=3, valid_from=LAST)
    assert rows(world.cases("L-07", "2026Q3"), "is_numerator") == [(False,)]


def asks(world: World, received: dt.date, contact: dt.date | None, urgency: str = "urgent", **more: object) -> None:
    member = world.member(CLINIC)
    row = {"number": f"R-{member}", "organisation_id": world.org[CLINIC], "member_id": member, "service": "HC-100"}
    row |= {"urgency": urgency, "origin": "member", "received_on": received, "first_contact_on": contact}
    world.add(CareRequest, row | {"recorded_by": "x", "recorded_at": AT, "source": ""} | more)


@pytest.mark.parametrize(
    ("received", "contact", "urgency", "finding"),
    [("2026-09-07", "2026-09-10", "urgent", ""), ("2026-09-07", "2026-09-11", "urgent", "answered_late"),
     # a Thursday: Friday, Monday and Tuesday are the three days
     ("2026-09-10", "2026-09-15", "urgent", ""), ("2026-09-10", "2026-09-16", "urgent", "answered_late"),
     ("2026-09-07", "2026-09-28", "routine", ""), ("2026-09-07", "2026-09-29", "routine", "answered_late"),
     ("2026-09-07", None, "routine", "no_answer"), ("2026-09-07", "2026-09-07", "urgent", "")],
)  # fmt: skip
def test_an_answer_within_working_days(world: World, received, contact, urgency, finding) -> None:
    asks(world, dt.date.fromisoformat(received), contact and dt.date.fromisoformat(contact), urgency)
    found = rows(world.cases("H-08", "2026Q3"), "finding", "is_numerator", "stratum", "evidence_kind")
    assert found == [(finding, not finding, urgency, "request")]


def test_who_no_longer_asks_is_left_out_only_before_the_time_is_over(world: World) -> None:
    asks(world, MONDAY, None, withdrawn_on=day_after(3))
    assert rows(world.cases("H-08", "2026Q3"), "exclusion") == [("withdrawn_in_time",)]
    asks(world, MONDAY, None, withdrawn_on=day_after(4))
    assert sorted(rows(world.cases("H-08", "2026Q3"), "exclusion")) == [("",), ("withdrawn_in_time",)]


def test_a_request_whose_time_runs_is_not_judged(world: World) -> None:
    asks(world, MONDAY, None)
    assert rows(world.cases("H-08", "2026Q3", today=day_after(3)), "finding") == []
    assert rows(world.cases("H-08", "2026Q3", today=day_after(4)), "finding") == [("no_answer",)]
    assert world.cases("H-08", "2026Q2") is None
