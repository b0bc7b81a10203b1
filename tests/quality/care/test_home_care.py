"""L-01 to L-04 at their boundaries: half an hour, 24 hours before, 23:00, the next visit, exactly as planned."""

from __future__ import annotations

import datetime as dt

import pytest

from care.models import VisitCancellation
from tests.quality.builders import PLAN
from tests.quality.care.worlds import TEAM, World, local, rows

DAY = dt.date(2026, 7, 6)
ONE = dt.timedelta(days=1)


@pytest.fixture
def world(app) -> World:
    return World()


def at_home(world: World, *minutes: int, born: dt.date = dt.date(1940, 1, 1)) -> int:
    member = world.member(TEAM, born)
    world.granted(member)
    return world.placed(member, minutes)


def of_day(world: World, indicator: str, day: dt.date = DAY) -> list[tuple[bool, str, str]]:
    frame = world.cases(indicator, "2026Q3")
    assert frame is not None
    found = frame.filter(frame["evidence_on"] == day).sort("due_at")
    return rows(found, "is_numerator", "finding", "exclusion")


def calls_off(world: World, key: int, due: dt.datetime, told: dt.datetime, **more: object) -> None:
    row = {"placement_id": key, "organisation_id": world.org[TEAM], "member_id": key, "service": "LC-100"}
    row |= {"due_at": due, "due_on": DAY, "reason": "away", "cancelled_by": "member", "told_at": told, "source": ""}
    row |= {"recorded_by": "x", "recorded_at": told, "is_withdrawn": False}
    world.add(VisitCancellation, row | more)


@pytest.mark.parametrize(
    ("seconds", "finding"), [(1800, ""), (1801, "late"), (-1800, ""), (-1801, "early"), (0, "")]
)  # fmt: skip
def test_half_an_hour_is_on_time(world: World, seconds: int, finding: str) -> None:
    key = at_home(world, 480)
    due = local(DAY, 8)
    world.visits(key, key, due, due + dt.timedelta(seconds=seconds))
    assert of_day(world, "L-01") == [(not finding, finding, "")]


@pytest.mark.parametrize(
    ("hours", "by", "exclusion"),
    [(24, "member", "cancelled_by_member_24_hours_before"), (23, "member", ""), (48, "provider", ""),
     (48, "family", ""), (48, "fund", "")],
)  # fmt: skip
@pytest.mark.parametrize("indicator", ["L-01", "L-02", "L-04"])
def test_only_the_member_and_only_24_hours_before(world: World, hours, by, exclusion, indicator) -> None:
    key = at_home(world, 480)
    due = local(DAY, 8)
    calls_off(world, key, due, due - dt.timedelta(hours=hours), cancelled_by=by)
    finding = "" if exclusion else "cancelled"
    assert of_day(world, indicator) == [(indicator == "L-02", finding, exclusion)]


def test_one_second_less_than_a_day_stays(world: World) -> None:
    key = at_home(world, 480)
    due = local(DAY, 8)
    calls_off(world, key, due, due - dt.timedelta(hours=24) + dt.timedelta(seconds=1))
    assert of_day(world, "L-02") == [(True, "cancelled", "")]


def test_a_visit_made_all_the_same_or_taken_back_counts(world: World) -> None:
    key = at_home(world, 480, 600)
    early = local(DAY, 8) - 2 * ONE
    calls_off(world, key, local(DAY, 8), early)
    world.visits(key, key, local(DAY, 8), local(DAY, 9))
    calls_off(world, key, local(DAY, 10), early, is_withdrawn=True)
    assert of_day(world, "L-01") == [(False, "late", ""), (False, "no_visit", "")]


def test_what_was_written_down_after_the_visit_was_due_is_found(world: World) -> None:
    key = at_home(world, 480)
    due = local(DAY, 8)
    calls_off(world, key, due, due - 2 * ONE, recorded_at=due + dt.timedelta(seconds=1))
    assert of_day(world, "L-02") == [(True, "written_late", "cancelled_by_member_24_hours_before")]


@pytest.mark.parametrize(
    ("due", "came", "is_missed"),
    [((8, 0), (11, 59), False), ((8, 0), (12, 0), True), ((12, 0), (22, 59), False), ((12, 0), (23, 0), True)],
)
def test_a_visit_is_missed_from_the_next_one_or_23_on(world: World, due, came, is_missed) -> None:
    key = at_home(world, 480, 720)
    world.visits(key, key, local(DAY, *due), local(DAY, *came), minutes=10)
    place = 0 if due == (8, 0) else 1
    assert of_day(world, "L-02")[place][0] is is_missed


def test_a_visit_due_at_night_has_until_the_next_one(world: World) -> None:
    key = at_home(world, 480, 1410)
    world.visits(key, key, local(DAY, 23, 30), local(DAY, 23, 40))
    world.visits(key, key, local(DAY + ONE, 23, 30), local(DAY + 2 * ONE, 8))
    assert of_day(world, "L-02")[1] == (False, "", "")
    assert of_day(world, "L-02", DAY + ONE)[1] == (True, "too_late", "")


def test_two_carers_due_at_once_both_have_until_the_next_hour(world: World) -> None:
    key = at_home(world, 480, 720)
    world.granted(key, id=900)
    world.placed(key, (480,), id=900)
    world.visits(key, key, local(DAY, 8), local(DAY, 11))
    world.visits(900, key, local(DAY, 8), local(DAY, 13))
    assert [row[0] for row in of_day(world, "L-02")] == [False, True, True]


def test_carers_of_a_member_visited_twice_every_day_in_both_windows(world: World) -> None:
    steady, young = at_home(world, 480, 1200), at_home(world, 480, 1200, born=dt.date(1990, 1, 1))
    at_home(world, 480)  # once a day
    for place, key in ((0, steady), (1, young)):
        for n in range(3):
            day = dt.date(2026, 7, 1) + n * ONE
            world.visits(key, key, local(day, 8), local(day, 8, 5), worker=f"W{n}")
            world.visits(key, key, local(day, 20), local(day, 22), worker=f"N{place}")  # at 22:00 it is night
    found = rows(world.cases("L-03", "2026Q3"), "member_id", "met", "evidence_on")
    assert sorted(found, key=lambda row: row[2]) == [
        (steady, 3.0, dt.date(2026, 7, 14)),
        (steady, 0.0, dt.date(2026, 9, 30)),
    ]


def test_meals_are_no_visits_of_care(world: World) -> None:
    at_home(world, 480, 1200)
    text = PLAN.replace("alarm_or_meal = []", 'alarm_or_meal = ["LC-100"]')
    assert len(rows(world.cases("L-03", "2026Q3"), "met")) == 2
    assert world.cases("L-03", "2026Q3", text=text) is None


@pytest.mark.parametrize(("exact", "finding"), [(10, "heaped"), (9, "")])
def test_half_of_twenty_visits_exactly_as_planned_are_heaped(world: World, exact: int, finding: str) -> None:
    key = at_home(world, 480)
    for n in range(20):
        day = DAY + n * ONE
        world.visits(key, key, local(day, 8), local(day, 8), minutes=60 if n < exact else 61)
    frame = world.cases("L-04", "2026Q3")
    assert frame is not None
    made = frame.filter(frame["worker"] != "")
    assert made["finding"].to_list().count("heaped") == (exact if finding else 0)
    assert made["is_numerator"].all(), "a flag to look, never a visit less"
