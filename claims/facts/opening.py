"""Use of limits that was brought in at the opening of the fund, by household."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from claims.case import UseEntry
from claims.queries import opening as queries


def by_household(household_ids: Collection[int]) -> dict[int, list[UseEntry]]:
    """One statement; a member who moved brings along what they used."""
    found: dict[int, list[UseEntry]] = defaultdict(list)
    for *entry, home in queries.used_by(household_ids) if household_ids else ():
        found[home].append(UseEntry(*entry))
    return found
