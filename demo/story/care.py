"""Days of children and visits to elders, as they were signed, and the claims for them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from random import Random
from typing import Any

from demo.story.told import HEAPED, HOLIDAYS, OUTLIER, OVER_CAPACITY, RATES, Placed, Story, claim_of, days_of
from demo.world import month_end


def childcare_month(random: Random, story: Story, month: dt.date, is_crowded: bool) -> None:
    """Attendance as signed, and one claim per child for the hours attended."""
    for placed in story.placed:
        if placed.cooperative.kind != "nursery" or placed.valid_from > month:
            continue
        minutes = 0
        for day in days_of(month):
            if day.weekday() > 4 or (day.month, day.day) in HOLIDAYS or random.random() < 0.06:
                continue
            arrived, left = 480 + random.randrange(-12, 25), 900 + random.randrange(-20, 18)
            minutes += left - arrived
            story.attendance[month].append(_attended(placed, day, arrived, left))
        if minutes:
            claim_of(
                story, month, placed.cooperative, placed.person, "CC-100", str(minutes // 60), RATES["CC-100"], month
            )
    if is_crowded:
        _crowd(story, month)


def _crowd(story: Story, month: dt.date) -> None:
    """Trouble: on Tuesdays and Thursdays Three Mills takes more children than its licence has places."""
    rows = story.attendance[month]
    centre = next((placed.cooperative for placed in story.placed if placed.cooperative.key == OVER_CAPACITY), None)
    if centre is None:
        return
    own = {row["member_id"] for row in rows if row["provider_id"] == centre.key}
    others = {row["member_id"]: row for row in rows if row["provider_id"] != centre.key}
    guests = list(others.values())[: centre.places + 4 - len(own)]
    for day in days_of(month):
        if day.weekday() in (1, 3) and (day.month, day.day) not in HOLIDAYS:
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


def care_month(random: Random, story: Story, month: dt.date) -> None:
    """Visits as the pattern says, most on time; one claim per member for the visits of the month."""
    hospital = {row["member_number"]: (row["admitted_on"], row["discharged_on"]) for row in story.stays}
    for number, placed in enumerate(story.placed):
        if placed.cooperative.kind != "care" or placed.valid_from > month:
            continue
        admitted, discharged = hospital.get(placed.person.number, (None, None))
        is_away = admitted is not None and admitted <= month_end(month) and discharged >= month
        made = 0
        for day in days_of(month):
            for weekday, minute, length in placed.slots:
                if day.weekday() != weekday or random.random() < 0.015:
                    continue
                if admitted and admitted < day < discharged:
                    if number % 3:
                        continue
                    story.visits[month].append(_visit(random, story, placed, number, day, minute, length, is_away))
                    _stray_claim(story, placed, day, month)
                    continue
                story.visits[month].append(_visit(random, story, placed, number, day, minute, length, is_away))
                made += 1
        if made:
            price = "6.000" if placed.cooperative.key == OUTLIER else RATES["LC-100"]
            story.planted["lines above tariff"] += price != RATES["LC-100"]
            claim_of(story, month, placed.cooperative, placed.person, "LC-100", str(made), price, month)


def _visit(
    random: Random,
    story: Story,
    placed: Placed,
    number: int,
    day: dt.date,
    minute: int,
    length: int,
    is_away: bool,
) -> dict[str, Any]:
    """One visit: on time within half an hour in nine of ten, in seven of ten at the outlier."""
    on_time = 0.70 if placed.cooperative.key == OUTLIER else 0.905
    late = random.randrange(-8, 22) if random.random() < on_time else random.randrange(34, 75)
    # A visit too many, made during a stay, would hide one that lacks its end: in such a month nobody forgets.
    longer = 0 if placed.cooperative.key == HEAPED else (number + day.day) % 4
    start, forgets = minute + late, random.random() < 0.004 and not is_away
    if forgets:
        claim_no = f"{day:%Y%m}-{placed.person.number}"
        story.plant("visits without check-out", "CAR-01", placed.cooperative, claim_no)
    return {
        "visit_id": f"V-{number:03d}-{day:%y%m%d}",
        "member_id": placed.person.number,
        "provider_id": placed.cooperative.key,
        "practitioner_id": f"W{number:03d}" if random.random() < 0.85 else f"S{number:03d}",
        "code": "LC-100",
        "visited_on": day,
        "started": _clock(start),
        "ended": "" if forgets else _clock(start + length + longer),
        "place": f"QR-{placed.person.number}",
        "source": "device",
    }


def _stray_claim(story: Story, placed: Placed, day: dt.date, month: dt.date) -> None:
    """Trouble: a visit billed for a day on which the member lay in hospital."""
    claim_no = claim_of(
        story, month, placed.cooperative, placed.person, "LC-100", "1", RATES["LC-100"], day, day, suffix=f"-{day.day}"
    )
    story.plant("visits during a hospital stay", "CAR-03", placed.cooperative, claim_no)


def double_visits(story: Story, month: dt.date) -> None:
    """Trouble: in the last month a worker is with two members of one cooperative at once, in every second one."""
    by_provider: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in story.visits[month]:
        claim_no = f"{month:%Y%m}-{row['member_id']}"
        if row["ended"] and ("CAR-01", row["provider_id"], claim_no) not in story.faults:
            by_provider[row["provider_id"]].setdefault(row["member_id"], row)
    for firsts in list(by_provider.values())[::2]:
        for first, second in zip(*[iter(list(firsts.values())[:4])] * 2, strict=False):
            twin = dict(first, visit_id=f"{first['visit_id']}-x", member_id=second["member_id"], place=second["place"])
            story.visits[month].append(twin)
            for row in (first, second):
                key = row["provider_id"], f"{month:%Y%m}-{row['member_id']}"
                story.faults.add(("CAR-02", *key))
            story.planted["workers in two places"] += 1
