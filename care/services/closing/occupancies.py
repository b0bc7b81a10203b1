"""Closing occupancies: places held twice and members in two places."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from care import queries
from care.checks import Found
from care.checks.places import judge
from care.models import Occupancy
from care.plan import CarePlan
from care.services.closing.storing import store_facts


def close(days: Any, plan: CarePlan | None, mine: Collection[int] | None) -> tuple[set[Any], list[Found]]:
    """Whole occupancies that touch the days, so that an overlap is told with all its nights."""
    rows = queries.closing.occupancies(days.first, days.last, mine)
    if not rows:
        return set(), []
    facts, found = judge(rows, plan)
    return store_facts(Occupancy, rows, facts, mine), [one for one in found if days.first <= one.on <= days.last]
