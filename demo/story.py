"""What happened in Taziria in 24 months: who was placed where, every day and visit, every claim; and the troubles.

The troubles are planted here and nowhere else, so that a reader can compare what was planted with what is found.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from demo.world import SEED, Cooperative, Person, World, add_months, month_end

RATES = {"LC-100": "5.400", "LC-130": "7.200", "CC-100": "9.000"} | {
    "HC-100": "9.500", "HC-110": "18.000", "HC-115": "5.000", "HC-120": "6.500", "HC-130": "8.500", "HC-140": "12.000",
    "HC-145": "22.000", "HC-150": "11.000", "HC-170": "4.500", "HC-175": "10.000", "HC-180": "14.000", "HC-185": "19.000",
}  # fmt: skip
CONTRACTED = {
    "care": ("LC-100", "LC-130"),
    "nursery": ("CC-100",),
    "clinic": tuple(c for c in RATES if c.startswith("HC")),
}
ADULT_CARE = (
    "HC-100",
    "HC-100",
    "HC-100",
    "HC-110",
    "HC-115",
    "HC-120",
    "HC-130",
    "HC-140",
    "HC-145",
    "HC-180",
    "HC-185",
)
CHILD_CARE = ("HC-100", "HC-170", "HC-175", "HC-140")
OUTLIER, ABOVE_TARIFF, OVER_CAPACITY = "care-0", "clinic-0", "nursery-0"
HOLIDAYS = {(1, 1), (5, 1), (7, 25)}


@dataclass(slots=True)
class Placed:
    """A person with a cooperative from a day on: slots are (weekday, minute of the day, minutes)."""

    person: Person
    cooperative: Cooperative
    service: str
    valid_from: dt.date
    slots: list[tuple[int, int, int]]
    level: int | None = None


@dataclass(slots=True)
class Story:
    placed: list[Placed]
    stays: list[dict[str, Any]]
    attendance: dict[dt.date, list[dict[str, Any]]]
    visits: dict[dt.date, list[dict[str, Any]]]
    claims: dict[dt.date, list[dict[str, Any]]]
    planted: Counter[str] = field(default_factory=Counter)


def tell(world: World, claims: int = 20_000) -> Story:
    """The whole story, month by month."""
    random = Random(SEED + 1)
    placed = [*_place_elders(world, random), *_place_children(world, random)]
    story = Story(placed, [], defaultdict(list), defaultdict(list), defaultdict(list))
    _stays(world, random, story)
    crowded = set(world.months()[-3:])
    for month in world.months():
        _childcare_month(random, story, month, month in crowded)
        _care_month(random, story, month)
    _health(world, random, story, claims - sum(_claims_of(rows) for rows in story.claims.values()))
    _duplicates(random, story)
    _double_visits(story, world.months()[-1])
    _unknown_codes(random, story, world.months()[-1])
    return story


def _claims_of(rows: list[dict[str, Any]]) -> int:
    return len({(row["provider_id"], row["claim_no"]) for row in rows})


def _place_elders(world: World, random: Random) -> Iterator[Placed]:
    """Some 190 elders; care begins in any month of the story."""
    cooperatives = world.of_kind("care")
    elders = [p for p in world.people if (world.today - p.born_on).days > 70 * 365 and p.cover_until is None]
    for number, person in enumerate(random.sample(elders, min(190, len(elders)))):
        cooperative = cooperatives[number % len(cooperatives)]
        first = random.choice((0, 0, 0, 2, 5, 8, 11, 14, 17, 20))
        days = random.sample(range(7), 2)
        minute = random.choice((450, 480, 540, 600, 720, 1080))
        slots = [(day, minute, random.choice((45, 60))) for day in sorted(days)]
        yield Placed(
            person, cooperative, "LC-100", add_months(world.first_month, first), slots, random.choice((2, 2, 3, 4))
        )


def _place_children(world: World, random: Random) -> Iterator[Placed]:
    """Small children in the centres, as many as there are licensed places, and no more."""
    centres = world.of_kind("nursery")
    free = {centre.key: centre.places - 3 if centre.key != OVER_CAPACITY else centre.places for centre in centres}
    last = world.today
    small = [p for p in world.people if 250 < (last - p.born_on).days < 5 * 365 and p.cover_until is None]
    for number, person in enumerate(random.sample(small, min(130, len(small)))):
        centre = centres[number % len(centres)]
        if not free[centre.key]:
            continue
        free[centre.key] -= 1
        start = max(
            add_months(person.born_on.replace(day=1), 7),
            add_months(world.first_month, random.choice((0, 0, 3, 6, 10, 14))),
        )
        if start < add_months(last.replace(day=1), -1):
            yield Placed(person, centre, "CC-100", start, [(day, 480, 420) for day in range(5)])


def _stays(world: World, random: Random, story: Story) -> None:
    """Forty hospital stays of people in care."""
    elders = [placed for placed in story.placed if placed.cooperative.kind == "care"]
    for number, placed in enumerate(random.sample(elders, 40)):
        first = max(placed.valid_from, add_months(world.first_month, 2))
        span = (add_months(world.today.replace(day=1), -1) - first).days
        if span < 40:
            continue
        admitted = first + dt.timedelta(days=random.randrange(5, span - 14))
        discharged = admitted + dt.timedelta(days=random.randrange(4, 12))
        story.stays.append(
            {
                "stay_number": f"S{number:04d}",
                "member_number": placed.person.number,
                "admitted_on": admitted,
                "discharged_on": discharged,
                "provider_id": "GENERAL",
            }
        )


def _days(month: dt.date) -> Iterator[dt.date]:
    day = month
    while day <= month_end(month):
        yield day
        day += dt.timedelta(days=1)


def _childcare_month(random: Random, story: Story, month: dt.date, is_crowded: bool) -> None:
    """Attendance as signed, and one claim per child for the hours attended."""
    for placed in story.placed:
        if placed.cooperative.kind != "nursery" or placed.valid_from > month:
            continue
        minutes = 0
        for day in _days(month):
            if day.weekday() > 4 or (day.month, day.day) in HOLIDAYS or random.random() < 0.06:
                continue
            arrived, left = 480 + random.randrange(-12, 25), 900 + random.randrange(-20, 18)
            minutes += left - arrived
            story.attendance[month].append(_attended(placed, day, arrived, left))
        if minutes:
            _claim(
                story, month, placed.cooperative, placed.person, "CC-100", str(minutes // 60), RATES["CC-100"], month
            )
    if is_crowded:
        _crowd(story, month)


def _crowd(story: Story, month: dt.date) -> None:
    """Trouble: on Tuesdays and Thursdays Three Mills takes more children than its licence has places."""
    rows = story.attendance[month]
    centre = next(placed.cooperative for placed in story.placed if placed.cooperative.key == OVER_CAPACITY)
    own = {row["member_id"] for row in rows if row["provider_id"] == centre.key}
    others = {row["member_id"]: row for row in rows if row["provider_id"] != centre.key}
    guests = list(others.values())[: centre.places + 4 - len(own)]
    for day in _days(month):
        if day.weekday() in (1, 3):
            story.planted["childcare days over capacity"] += 1
            story.planted["children signed in at two centres"] += len(guests)
            rows += [dict(guest, attended_on=day, provider_id=centre.key, facility_id=centre.key) for guest in guests]


def _attended(placed: Placed, day: dt.date, arrived: int, left: int) -> dict[str, Any]:
    return {
        "member_id": placed.person.number,
        "provider_id": placed.cooperative.key,
        "facility_id": placed.cooperative.key,
        "attended_on": day,
        "arrived": _clock(arrived),
        "left": _clock(left),
    }


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _care_month(random: Random, story: Story, month: dt.date) -> None:
    """Visits as the pattern says, most on time; one claim per member for the visits of the month."""
    hospital = {row["member_number"]: (row["admitted_on"], row["discharged_on"]) for row in story.stays}
    for number, placed in enumerate(story.placed):
        if placed.cooperative.kind != "care" or placed.valid_from > month:
            continue
        admitted, discharged = hospital.get(placed.person.number, (None, None))
        made = 0
        for day in _days(month):
            for weekday, minute, length in placed.slots:
                if day.weekday() != weekday or random.random() < 0.015:
                    continue
                if admitted and admitted < day < discharged:
                    if number % 3:
                        continue
                    story.planted["visits during a hospital stay"] += 1
                    story.visits[month].append(_visit(random, story, placed, number, day, minute, length))
                    _stray_claim(story, placed, day, month)
                    continue
                story.visits[month].append(_visit(random, story, placed, number, day, minute, length))
                made += 1
        if made:
            price = "6.000" if placed.cooperative.key == OUTLIER else RATES["LC-100"]
            story.planted["lines above tariff"] += price != RATES["LC-100"]
            _claim(story, month, placed.cooperative, placed.person, "LC-100", str(made), price, month)


def _visit(
    random: Random, story: Story, placed: Placed, number: int, day: dt.date, minute: int, length: int
) -> dict[str, Any]:
    """One visit: on time within half an hour in nine of ten, in seven of ten at the outlier."""
    on_time = 0.70 if placed.cooperative.key == OUTLIER else 0.905
    late = random.randrange(-8, 22) if random.random() < on_time else random.randrange(34, 75)
    start, forgets = minute + late, random.random() < 0.004
    story.planted["visits without check-out"] += forgets
    return {
        "visit_id": f"V-{number:03d}-{day:%y%m%d}",
        "member_id": placed.person.number,
        "provider_id": placed.cooperative.key,
        "practitioner_id": f"W{number:03d}" if random.random() < 0.85 else f"S{number:03d}",
        "code": "LC-100",
        "visited_on": day,
        "started": _clock(start),
        "ended": "" if forgets else _clock(start + length),
        "place": f"QR-{placed.person.number}",
        "source": "device",
    }


def _stray_claim(story: Story, placed: Placed, day: dt.date, month: dt.date) -> None:
    """Trouble: a visit billed for a day on which the member lay in hospital."""
    _claim(
        story, month, placed.cooperative, placed.person, "LC-100", "1", RATES["LC-100"], day, day, suffix=f"-{day.day}"
    )


def _claim(
    story: Story, month: dt.date, cooperative: Cooperative, person: Person, code: str, quantity: str, price: str,
    start: dt.date, end: dt.date | None = None, suffix: str = "", line_no: int = 1, claim_no: str = "",
) -> str:  # fmt: skip
    """One line of one claim in the fund's own file layout; the claim's number is the cooperative's."""
    claim_no = claim_no or f"{month:%Y%m}-{person.number}{suffix}"
    units, thousandths = int(quantity), round(float(price) * 1000)
    story.claims[month].append(
        {
            "claim_no": claim_no,
            "line_no": line_no,
            "member_id": person.number,
            "provider_id": cooperative.key,
            "facility_id": "1",
            "service_type": cooperative.service_line,
            "service_start": start,
            "service_end": end or month_end(month),
            "code": code,
            "quantity": quantity,
            "unit_price": price,
            "amount": f"{units * thousandths / 1000:.3f}",
            "diagnosis_1": "Z00" if cooperative.kind == "clinic" else "",
        }
    )
    return claim_no


def _health(world: World, random: Random, story: Story, count: int) -> None:
    """Consultations and treatments, one or two lines a claim, at the clinics of the members' choice."""
    clinics, months = world.of_kind("clinic"), world.months()
    for number in range(max(count, 0)):
        month, person = random.choice(months), random.choice(world.people)
        while not _is_covered(person, month) and random.random() < 0.9:
            person = random.choice(world.people)
        clinic = clinics[(ord(person.number[0]) + ord(person.number[1]) + number % 2) % len(clinics)]
        day = month + dt.timedelta(days=random.randrange((month_end(month) - month).days + 1))
        is_child = (day - person.born_on).days < 6 * 365
        codes = random.sample(sorted(set(CHILD_CARE if is_child else ADULT_CARE)), random.choice((1, 1, 2)))
        claim_no = f"{month:%Y%m}-{number:05d}"
        for line_no, code in enumerate(codes, start=1):
            price = RATES[code]
            if clinic.key == ABOVE_TARIFF and random.random() < 0.8:
                price = f"{float(price) * 1.2:.3f}"
                story.planted["lines above tariff"] += 1
            _claim(story, month, clinic, person, code, "1", price, day, day, line_no=line_no, claim_no=claim_no)


def _is_covered(person: Person, month: dt.date) -> bool:
    return (
        person.born_on < month
        and person.cover_from is not None
        and person.cover_from <= month
        and (person.cover_until is None or month_end(month) <= person.cover_until)
    )


def _double_visits(story: Story, month: dt.date) -> None:
    """Trouble: in the last month a worker is with two members of one cooperative at once, in every second one."""
    by_provider: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in story.visits[month]:
        if row["ended"]:
            by_provider[row["provider_id"]].setdefault(row["member_id"], row)
    for firsts in list(by_provider.values())[::2]:
        for first, second in zip(*[iter(list(firsts.values())[:4])] * 2, strict=False):
            twin = dict(first, visit_id=f"{first['visit_id']}-x", member_id=second["member_id"], place=second["place"])
            story.visits[month].append(twin)
            story.planted["workers in two places"] += 1


def _unknown_codes(random: Random, story: Story, month: dt.date) -> None:
    """Trouble: lines of the last month with a code that is in no catalogue."""
    rows = [row for row in story.claims[month] if row["provider_id"] in (OUTLIER, "clinic-1")]
    for row in random.sample(rows, min(8, len(rows))):
        row["code"] = "HC-999"
        story.planted["unknown codes"] += 1


def _duplicates(random: Random, story: Story) -> None:
    """Trouble: forty lines come a second time, under another claim number, in the month after."""
    months = sorted(story.claims)
    for number in range(40):
        month = random.choice(months[:-1])
        row = random.choice(story.claims[month])
        following = add_months(month, 1)
        story.planted["duplicate lines"] += 1
        story.claims[following].append(dict(row, claim_no=f"{row['claim_no']}-B{number}", line_no=1))
