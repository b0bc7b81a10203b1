"""The numbers of a definition: its reader counts with them, a text needs them, an old text keeps those of its day."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from care.models import Attendance, CareRequest, VisitCancellation
from core import clock
from core.db import unit_of_work
from core.errors import InputErrors
from core.roles import Role
from quality import keeping, services
from quality.indicators import READERS, cases
from quality.indicators.records import Records
from quality.parameters import ASKED
from quality.periods import parse_period
from quality.plan import IndicatorSchema, parse
from tests.accounts import sign_in
from tests.quality import builders
from tests.quality.builders import AT, PERIOD, PLAN
from tests.quality.care.worlds import CLINIC, NURSERY, TEAM, World, local, rows

DAY = dt.date(2026, 9, 7)
TODDLER = dt.date(2024, 1, 1)


def visited(minutes_late: int = 20, times: int = 1) -> Callable[[World], None]:
    def made(world: World) -> None:
        key = at_home(world)
        for day in (DAY + dt.timedelta(days=n) for n in range(times)):
            due, spent = local(day, 8), 61 if times > 1 and day == DAY else 60
            world.visits(key, key, due, due + dt.timedelta(minutes=minutes_late), spent)

    return made


def at_home(world: World, *minutes: int) -> int:
    member = world.member(TEAM)
    world.granted(member)
    return world.placed(member, minutes or (480,))


def called_off(world: World) -> None:
    key, due = at_home(world), local(DAY, 8)
    row = {"placement_id": key, "organisation_id": world.org[TEAM], "member_id": key, "service": "LC-100"}
    row |= {"due_at": due, "due_on": DAY, "reason": "away", "cancelled_by": "member", "source": ""}
    told = due - dt.timedelta(hours=30)
    world.add(
        VisitCancellation, row | {"told_at": told, "recorded_by": "x", "recorded_at": told, "is_withdrawn": False}
    )


def visited_twice(world: World) -> None:
    key = at_home(world, 480, 1200)
    for hour, worker in ((8, "W1"), (20, "W2")):
        world.visits(key, key, local(dt.date(2026, 7, 1), hour), local(dt.date(2026, 7, 1), hour), worker=worker)


def begun(world: World, **more: object) -> None:
    member = world.member(TEAM)
    world.granted(member, decided_at=local(DAY, 9), valid_from=DAY, **more)
    world.placed(member, created_at=local(DAY, 10), valid_from=DAY)
    world.visits(member, member, None, local(DAY + dt.timedelta(days=8), 8))


def assessed(world: World) -> None:
    member = world.member(TEAM)
    world.granted(member, decided_at=local(dt.date(2026, 2, 1), 9), care_level=4, valid_from=dt.date(2025, 9, 1))
    world.placed(member, valid_from=dt.date(2025, 9, 1))


def asked(world: World, urgency: str = "routine") -> None:
    row = {"number": "R-1", "organisation_id": world.org[CLINIC], "member_id": world.member(CLINIC), "source": ""}
    row |= {
        "urgency": urgency,
        "origin": "member",
        "received_on": DAY,
        "first_contact_on": DAY + dt.timedelta(days=14),
    }
    world.add(CareRequest, row | {"service": "HC-100", "recorded_by": "x", "recorded_at": AT})


def opened(world: World) -> None:
    world.opens(420, 1080)
    world.works("E1", DAY, 430, 1080)


def taught(world: World) -> None:
    child = world.member(NURSERY, TODDLER)
    for n in range(4):
        day = DAY + dt.timedelta(days=n)
        world.signs(child, day, 480, 960)
        for worker, begins, ends in (("E1", 480, 680), ("E2", 680, 820), ("E3", 820, 960)):
            world.works(worker, day, begins, ends)


def booked(world: World) -> None:
    """Came on 26 of 30 days, was ill on the others."""
    child = world.member(NURSERY, TODDLER)
    world.granted(child, service_line="childcare")
    world.placed(child, (480,), kind="day", organisation_id=world.org[NURSERY], service="CC-100")
    for day in (dt.date(2026, 9, n) for n in range(1, 31)):
        if day.day > 4:
            world.signs(child, day, 480, 540)
        else:
            row = {"member_id": child, "organisation_id": world.org[NURSERY], "site_id": world.site, "room": ""}
            world.add(Attendance, row | {"day": day, "absence_reason": "illness"})


OVER_THE_RECORDS = [
    ("C-04", "attended_percent", 90, booked),
    ("C-04", "illness_days", 3, booked),
    ("C-05", "tolerance_minutes", 9, opened),
    ("C-06", "usual_educators", 1, taught),
    ("C-06", "hours_percent", 75, taught),
    ("L-01", "tolerance_minutes", 19, visited()),
    ("L-01", "cancelled_before_hours", 31, called_off),
    ("L-02", "latest_start_hour", 9, visited(70)),
    ("L-02", "cancelled_before_hours", 31, called_off),
    ("L-03", "from_age_years", 99, visited_twice),
    ("L-03", "visits_every_day", 3, visited_twice),
    ("L-03", "counted_days", 7, visited_twice),
    ("L-03", "from_hour", 9, visited_twice),
    ("L-03", "until_hour", 20, visited_twice),
    ("L-04", "cancelled_before_hours", 31, called_off),
    ("L-04", "heaped_percent", 96, visited(times=20)),
    ("L-04", "heaped_from_visits", 19, visited(times=19)),
    ("L-05", "routine_days", 7, begun),
    ("L-05", "urgent_days", 9, partial(begun, is_urgent=True)),
    ("L-07", "between_months", 6, assessed),
    ("L-07", "highest_level", 4, assessed),
    ("L-07", "in_care_months", 24, assessed),
    ("H-08", "routine_working_days", 5, asked),
    ("H-08", "urgent_working_days", 12, partial(asked, urgency="urgent")),
]


@pytest.mark.parametrize(
    ("indicator", "name", "value", "set_up"), OVER_THE_RECORDS, ids=[f"{row[0]}-{row[1]}" for row in OVER_THE_RECORDS]
)
def test_a_changed_number_of_a_draft_changes_what_is_counted(app, indicator, name, value, set_up) -> None:
    world = World()
    set_up(world)
    assert counted(world, indicator, PLAN) != counted(world, indicator, changed(indicator, name, value))


def counted(world: World, indicator: str, text: str) -> list[tuple[Any, ...]]:
    found = world.cases(indicator, "2026-09" if indicator in ("C-04", "C-05") else "2026Q3", text=text)
    return sorted(
        rows(found, "member_id", "due_at", "is_numerator", "exclusion", "finding", "met", "evidence_on"), key=str
    )


def changed(indicator: str, name: str, value: object) -> str:
    """The plan with another number in one definition."""
    start = PLAN.index(f'id = "{indicator}"')
    before = str(written(indicator, PLAN)[name])
    return PLAN[:start] + PLAN[start:].replace(f"{name} = {before}", f"{name} = {value}", 1)


def written(indicator: str, text: str) -> dict[str, Any]:
    return next(row["parameters"] for row in tomllib.loads(text)["indicator"] if row["id"] == indicator)


@pytest.mark.parametrize(
    ("name", "value"), [("index_at_least", 0.0), ("contacts_at_least", 4), ("few_contacts_up_to", 2)]
)
def test_a_changed_number_changes_continuity(app, name, value) -> None:
    builders.with_contacts(builders.world())
    found = [cases_of("H-03", text) for text in (PLAN, changed("H-03", name, value))]
    assert not found[0].equals(found[1])


def cases_of(indicator: str, text: str) -> Any:
    quality = parse(text)
    definition = quality.indicator(indicator, PERIOD.last)
    records = Records(parse_period("2026Q3"), quality, builders.ZONE, AT.date())
    return cases(definition, records)


def test_every_number_that_is_asked_has_a_reader_and_is_written() -> None:
    assert ASKED.keys() <= READERS.keys()
    given = {(one.denominator, one.numerator): set(one.parameters) for one in parse(PLAN).indicators}
    assert {pair: given[pair] for pair in ASKED} == {pair: set(names) for pair, names in ASKED.items()}


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ("", "Missing data"),
        ('tolerance_minutes = "15"', "Not a valid integer"),
        ("tolerance_minutes = 1.5", "Not a valid integer"),
        ("tolerance_minutes = -1", "greater than or equal to 0"),
        ("tolerance_minutes = 15, patience_days = 2", "Unknown field"),
    ],
)
def test_a_number_that_lacks_or_is_of_a_wrong_kind_is_refused_by_name(instead: str, said: str) -> None:
    with pytest.raises(InputErrors) as error:
        parse(PLAN.replace("{ tolerance_minutes = 15 }", f"{{ {instead} }}", 1))
    (problem,) = error.value.problems
    assert said in str(problem.message)
    name = "patience_days" if "patience" in instead else "tolerance_minutes"
    assert str(problem.message).startswith(f"C-05.1 {name}")
    assert problem.where.endswith(f"parameters.{name}")


LATER = ("source", "period", "numerator_text", "denominator_text", "parameters")


def test_a_text_approved_before_definitions_said_their_numbers_counts_the_same() -> None:
    meant = ("H-03", "C-03", "C-04", "L-01", "L-02", "L-03", "L-04")
    found = [row for row in tomllib.loads(PLAN, parse_float=Decimal)["indicator"] if row["id"] in meant]
    old = [{name: value for name, value in row.items() if name not in LATER} for row in found]
    read = {one.id: one.parameters for one in IndicatorSchema(many=True).load(old)}
    assert read == {one.id: one.parameters for one in parse(PLAN).indicators if one.id in meant}


def test_a_run_kept_before_still_says_its_definition(app) -> None:
    run = computed()
    definition = keeping.definition_of(run)
    run.definition = {name: value for name, value in run.definition.items() if name not in LATER}
    assert keeping.definition_of(run).parameters == definition.parameters


def test_the_page_of_an_indicator_shows_its_numbers(app, client) -> None:
    computed()
    sign_in(client, Role.AUDITOR)
    page = client.get("/quality/indicators/L-01/2026Q3").text
    assert "<dt>Tolerance minutes</dt><dd>30</dd>" in page


def computed() -> Any:
    builders.world()
    with clock.frozen(AT), unit_of_work():
        return services.compute_run("L-01", PERIOD, by=builders.AUDITOR)
