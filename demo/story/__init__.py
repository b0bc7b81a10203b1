"""What happened in Taziria in 24 months: who was placed where, every day and visit, every claim; and the troubles.

The troubles are planted here and nowhere else, so that a reader can compare what was planted with what is found.
"""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any

from demo.story import troubles
from demo.story.care import care_month, childcare_month, double_visits
from demo.story.health import ADULT_CARE, CHILD_CARE, send_twice, use_unknown_codes, visit_clinics
from demo.story.places import place_children, place_elders, stay_in_hospital
from demo.story.told import CONTRACTED, RATES, Placed, Story
from demo.world import SEED, World

__all__ = ["ADULT_CARE", "CHILD_CARE", "CONTRACTED", "RATES", "Placed", "Story", "tell"]


def tell(world: World, claims: int = 20_000) -> Story:
    """The whole story, month by month."""
    random = Random(SEED + 1)
    placed = [*place_elders(world, random), *place_children(world, random)]
    story = Story(placed, [], defaultdict(list), defaultdict(list), defaultdict(list))
    stay_in_hospital(world, random, story)
    crowded = set(world.months()[-3:])
    for month in world.months():
        childcare_month(random, story, month, month in crowded)
        care_month(random, story, month)
    visit_clinics(world, random, story, claims - sum(_claims_of(rows) for rows in story.claims.values()))
    send_twice(random, story)
    double_visits(story, world.months()[-1])
    use_unknown_codes(random, story, world.months()[-1])
    troubles.tell(world, story)
    return story


def _claims_of(rows: list[dict[str, Any]]) -> int:
    return len({(row["provider_id"], row["claim_no"]) for row in rows})
