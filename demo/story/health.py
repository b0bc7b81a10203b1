"""Consultations and treatments at the clinics, and lines that came twice or that nobody can read."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from random import Random

from demo.story.told import ABOVE_TARIFF, OUTLIER, RATES, Story, claim_of
from demo.world import Person, World, add_months, month_end

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
X_RAY = "HC-147"
CHILD_CARE = ("HC-100", "HC-170", "HC-175", "HC-140")


def visit_clinics(world: World, random: Random, story: Story, count: int) -> None:
    """Consultations and treatments, one or two lines a claim, at the clinics of the members' choice."""
    clinics, months = world.of_kind("clinic"), world.months()
    away = defaultdict(list)
    for row in story.stays:
        away[row["member_number"]].append((row["admitted_on"], row["discharged_on"]))
    for number in range(max(count, 0)):
        month, person = random.choice(months), random.choice(world.people)
        while not _is_covered(person, month) and random.random() < 0.9:
            person = random.choice(world.people)
        clinic = clinics[(ord(person.number[0]) + ord(person.number[1]) + number % 2) % len(clinics)]
        day = month + dt.timedelta(days=random.randrange((month_end(month) - month).days + 1))
        is_child = (day - person.born_on).days < 6 * 365
        codes = random.sample(sorted(set(CHILD_CARE if is_child else (*ADULT_CARE, X_RAY))), random.choice((1, 1, 2)))
        claim_no = f"{month:%Y%m}-{number:05d}"
        referral = f"R-{number:05d}" if X_RAY in codes and number % 9 else ""
        if X_RAY in codes and not referral:
            story.plant("X-rays without a referral", "BEN-09", clinic, claim_no)
        if any(admitted < day < discharged for admitted, discharged in away.get(person.number, ())):
            story.plant("treatments during a hospital stay", "CAR-03", clinic, claim_no)
        for line_no, code in enumerate(codes, start=1):
            price = RATES[code]
            if clinic.key == ABOVE_TARIFF and random.random() < 0.8:
                price = f"{float(price) * 1.2:.3f}"
                story.planted["lines above tariff"] += 1
            claim_of(
                story, month, clinic, person, code, "1", price, day, day, line_no=line_no, claim_no=claim_no,
                referral=referral,
            )  # fmt: skip


def _is_covered(person: Person, month: dt.date) -> bool:
    return (
        person.born_on < month
        and person.cover_from is not None
        and person.cover_from <= month
        and (person.cover_until is None or month_end(month) <= person.cover_until)
    )


def use_unknown_codes(random: Random, story: Story, month: dt.date) -> None:
    """Trouble: lines of the last month with a code that is in no catalogue."""
    rows = [row for row in story.claims[month] if row["provider_id"] in (OUTLIER, "clinic-1")]
    for row in random.sample(rows, min(8, len(rows))):
        row["code"] = "HC-999"
        story.unreadable.add((row["provider_id"], row["claim_no"]))
        story.planted["unknown codes"] += 1


def send_twice(random: Random, story: Story) -> None:
    """Trouble: forty lines come a second time, under another claim number, in the month after."""
    months = sorted(story.claims)
    for number in range(40):
        month = random.choice(months[:-1])
        row = random.choice(story.claims[month])
        following = add_months(month, 1)
        story.planted["duplicate lines"] += 1
        twin = dict(row, claim_no=f"{row['claim_no']}-B{number}", line_no=1)
        story.claims[following].append(twin)
        story.twins.append((row["provider_id"], row["claim_no"], twin["claim_no"]))
