"""C-05: days open as contracted, with their boundaries."""

from __future__ import annotations

import datetime as dt

import pytest

from care.models import ForceMajeure
from providers.models import SiteClosure
from tests.quality.builders import AT
from tests.quality.care.worlds import NURSERY, World, rows

MONDAY = dt.date(2026, 9, 7)
WEEK = [MONDAY + dt.timedelta(days=n) for n in range(5)]


@pytest.fixture
def world(app) -> World:
    world = World()
    world.opens(420, 1080)
    return world


def found(world: World) -> dict[dt.date, tuple[str, str]]:
    frame = world.cases("C-05", "2026-09")
    return {day: (finding, out) for day, finding, out in rows(frame, "evidence_on", "finding", "exclusion")}


def test_fifteen_minutes_are_open_and_sixteen_are_not(world: World) -> None:
    for day, begins, ends in zip(WEEK, (435, 436, 420, 420, 400), (1080, 1080, 1065, 1064, 1100), strict=True):
        world.works("E1", day, begins, ends)
    assert [found(world)[day][0] for day in WEEK] == ["", "opened_late", "", "closed_early", ""]
    assert sum(one == ("never_opened", "") for one in found(world).values()) == 22 - 5


def test_the_first_child_and_the_last_educator_are_the_clock(world: World) -> None:
    world.signs(world.member(NURSERY, dt.date(2024, 1, 1)), MONDAY, 425, 900)
    world.works("E1", MONDAY, 480, 1080)
    assert found(world)[MONDAY] == ("", "")


def test_force_majeure_is_out_of_both_and_a_closure_only_with_notice(world: World) -> None:
    world.works("E1", WEEK[4], 420, 1080)
    flood = {"reason": "Flood", "document": "Order 12", "recorded_by": "x", "recorded_at": AT}
    world.add(ForceMajeure, {"site_id": world.site, "day": WEEK[0], **flood})
    for day, notice in ((WEEK[1], 14), (WEEK[2], 13)):
        written = dt.datetime.combine(day - dt.timedelta(days=notice), dt.time(9), dt.UTC)
        row = {"site_id": world.site, "day": day, "reason": "Holiday", "written_at": written}
        world.add(SiteClosure, row)
    days = found(world)
    assert days[WEEK[0]] == ("never_opened", "force_majeure")
    assert WEEK[1] not in days
    assert days[WEEK[2]] == ("closed_without_notice", "")
    assert days[WEEK[4]] == ("", "")


def test_weekends_and_sites_without_hours_are_not_contracted(app) -> None:
    world = World()
    world.works("E1", MONDAY, 420, 1080)
    assert world.cases("C-05", "2026-09") is None
    world.opens(420, 1080)
    assert all(day.weekday() < 5 for day in found(world))


def test_nobody_ever_signed_is_no_source(world: World) -> None:
    assert world.cases("C-05", "2026-09") is None
