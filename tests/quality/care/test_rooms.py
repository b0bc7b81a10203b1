"""C-01 and C-06: rooms by the clock, counted by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from care.plan import parse as parse_care
from core.errors import InputErrors
from tests.quality.care.worlds import NURSERY, World, rows

DAY = dt.date(2026, 9, 1)
BABY, TODDLER, BIG = dt.date(2026, 3, 1), dt.date(2024, 9, 1), dt.date(2021, 12, 1)


@pytest.fixture
def world(app) -> World:
    return World()


def hours(world: World) -> list[tuple[float, float]]:
    return rows(world.cases("C-01", "2026-09"), "quantity", "met")


def test_four_toddlers_to_one_adult_are_within_and_the_fifth_is_not(world: World) -> None:
    world.works("E1", DAY, 480, 960)
    for _ in range(4):
        world.signs(world.member(NURSERY, TODDLER), DAY, 480, 960)
    assert hours(world) == [(8.0, 8.0)] * 4
    world.signs(world.member(NURSERY, TODDLER), DAY, 900, 960)
    assert sorted(hours(world)) == [(1.0, 0.0), (8.0, 7.0), (8.0, 7.0), (8.0, 7.0), (8.0, 7.0)]
    found = rows(world.cases("C-01", "2026-09"), "finding", "evidence_reference", "evidence_kind", "evidence_on")
    assert set(found) == {("few_adults", " 15:00: 5/1", "room", DAY)}


def test_the_youngest_of_the_mix_decides_and_a_second_adult_helps(world: World) -> None:
    world.works("E1", DAY, 480, 960)
    world.works("E2", DAY, 720, 960)
    world.signs(world.member(NURSERY, BABY), DAY, 480, 960)
    for _ in range(3):
        world.signs(world.member(NURSERY, BIG), DAY, 480, 960)
    # four with a baby among them: 3 to 1 is passed until noon, then 6 may be there
    assert hours(world) == [(8.0, 4.0)] * 4


@pytest.mark.parametrize(("born", "most"), [("2025-09-01", 3), ("2025-08-01", 4), ("2023-10-01", 4),
                                             ("2023-09-01", 7), ("2022-09-01", 8), ("2018-01-01", 8)])  # fmt: skip
def test_ages_are_completed_months(world: World, born: str, most: int) -> None:
    world.works("E1", DAY, 480, 540)
    for _ in range(most):
        world.signs(world.member(NURSERY, dt.date.fromisoformat(born)), DAY, 480, 540)
    assert hours(world) == [(1.0, 1.0)] * most
    world.signs(world.member(NURSERY, dt.date.fromisoformat(born)), DAY, 480, 540)
    assert hours(world) == [(1.0, 0.0)] * (most + 1)


def test_rooms_are_apart_once_shifts_name_them(world: World) -> None:
    world.works("E1", DAY, 480, 960, "Red")
    world.works("E2", DAY, 480, 960, "Blue")
    for _ in range(5):
        world.signs(world.member(NURSERY, TODDLER), DAY, 480, 960, "Red")
    assert hours(world) == [(8.0, 0.0)] * 5, "the adult of Blue does not count in Red"


def test_planned_shifts_hold_no_child_and_no_roster_is_no_source(world: World) -> None:
    world.signs(world.member(NURSERY, TODDLER), DAY, 480, 960)
    assert world.cases("C-01", "2026-09") is None
    world.works("E1", DAY, 480, 960, kind="planned")
    assert hours(world) == [(8.0, 0.0)]


def test_a_day_that_nobody_signed_out_of_has_no_hours(world: World) -> None:
    world.works("E1", DAY, 480, 960)
    world.signs(world.member(NURSERY, TODDLER), DAY, 480, None)
    assert world.cases("C-01", "2026-09") is None


def test_ratios_rise_in_age() -> None:
    text = (Path(__file__).parents[3] / "plan" / "care.toml").read_text(encoding="utf-8")
    assert parse_care(text).ratios == ((12, 3), (35, 4), (47, 7), (71, 8))
    with pytest.raises(InputErrors, match="Ages rise"):
        parse_care(text.replace("until_months = 35", "until_months = 12"))
    assert parse_care(text[: text.index("[ratios]")]).ratios == ()


def test_half_of_the_hours_with_a_usual_educator_is_enough(world: World) -> None:
    child = world.member(NURSERY, TODDLER)
    for n in range(4):  # E1 and E2 are usual: 240 and 240 minutes on each of four days
        day = DAY + dt.timedelta(days=n)
        world.signs(child, day, 480, 960)
        world.works("E1", day, 480, 720)
        world.works("E2", day, 720, 960)
    for place, ends in ((7, 720), (8, 719)):  # exactly half, and a minute less
        day = DAY + dt.timedelta(days=place)
        world.signs(child, day, 480, 960)
        world.works("E1", day, 480, ends)
        world.works("E9", day, ends, 960)
    found = rows(world.cases("C-06", "2026Q3"), "is_numerator", "evidence_reference", "finding")
    assert sorted(found) == [(False, "239/480", "others_mostly"), (True, "240/480", "")] + [(True, "480/480", "")] * 4


def test_two_usual_educators_at_once_are_one_hour_not_two(world: World) -> None:
    child = world.member(NURSERY, TODDLER)
    for n in range(2):
        world.signs(child, DAY + dt.timedelta(days=n), 480, 960)
        for worker in ("E1", "E2"):
            world.works(worker, DAY + dt.timedelta(days=n), 480, 600)
    assert rows(world.cases("C-06", "2026Q3"), "is_numerator", "evidence_reference") == [(False, "120/480")] * 2


def test_a_day_without_roster_is_left_out(world: World) -> None:
    child = world.member(NURSERY, TODDLER)
    world.signs(child, DAY, 480, 960)
    world.works("E1", DAY, 480, 960)
    world.signs(child, DAY + dt.timedelta(days=1), 480, 960)
    found = rows(world.cases("C-06", "2026Q3"), "evidence_on", "is_numerator", "exclusion")
    assert sorted(found) == [(DAY, True, ""), (DAY + dt.timedelta(days=1), False, "no_roster")]
