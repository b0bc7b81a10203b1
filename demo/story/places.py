"""Who was placed with whom, and who lay in hospital meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random

from demo.story.told import OVER_CAPACITY, Placed, Story
from demo.world import World, add_months


def place_elders(world: World, random: Random) -> Iterator[Placed]:
    """Some 190 elders; care begins in any month of the story."""
    cooperatives = world.of_kind("care")
    elders = [p for p in world.people if (world.today - p.born_on).days > 70 * 365 and p.cover_until is None]
    for number, person in enumerate(random.sample(elders, min(190, len(elders) * 4 // 5))):
        cooperative = cooperatives[number % len(cooperatives)]
        first = random.choice((0, 0, 0, 2, 5, 8, 11, 14, 17, 20))
        days = random.sample(range(7), 2)
        minute = random.choice((450, 480, 540, 600, 720, 1080))
        slots = [(day, minute, random.choice((45, 60))) for day in sorted(days)]
        yield Placed(
            person, cooperative, "LC-100", add_months(world.first_month, first), slots, random.choice((2, 2, 3, 4))
        )


def place_children(world: World, random: Random) -> Iterator[Placed]:
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


def stay_in_hospital(world: World, random: Random, story: Story) -> None:
    """Forty hospital stays of people in care."""
    elders = [placed for placed in story.placed if placed.cooperative.kind == "care"]
    for number, placed in enumerate(random.sample(elders, min(40, len(elders)))):
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
