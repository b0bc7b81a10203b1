"""From what happened in lower rooms to the households it touches: by the people, the provider or the plan it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from claims.facts import PART
from claims.redecisions import queries
from core.events import Event

BY_PEOPLE = (
    "members.cover_changed",
    "members.imported",
    "care.grant_decided",
    "care.placement_changed",
    "care.records_changed",
    "claims.opening_changed",
)
BY_PROVIDER = (
    "provider.accredited",
    "provider.suspended",
    "provider.restored",
    "provider.withdrawn",
    "provider.licence_changed",
    "provider.professionals_changed",
    "contract.signed",
    "contract.ended",
    "contract.rate_agreed",
)
BY_PLAN = ("plan.approved",)
KINDS = (*BY_PEOPLE, *BY_PROVIDER, *BY_PLAN)
Days = dict[int, dt.date]  # household → first touched day


def partitions(events: Sequence[Event], all_of_them: int) -> set[int]:
    """Where households are touched; a provider or a plan may touch them everywhere, if anyone claims since."""
    members = {member for event in events if event.kind in BY_PEOPLE for member in _people(event)}
    found = {partition for _household, partition in queries.homes_of(members).values()}
    for event in events:
        if _is_wide(event) and queries.is_claimed_since(event.effective_from, **_whose(event)):
            return set(range(all_of_them))
    return found


def households(events: Sequence[Event], partition: int, *, after: int, limit: int) -> Days:
    """Up to `limit` touched households of a partition behind `after`, in the order of their id."""
    found: Days = {}
    _by_people(found, events, partition, after)
    for event in events:
        if _is_wide(event):
            since = event.effective_from
            for household_id in queries.households_claiming(
                partition, since, **_whose(event), after=after, limit=limit
            ):
                _note(found, household_id, since)
    return {household_id: found[household_id] for household_id in sorted(found)[:limit]}


def causes(events: Sequence[Event], household_ids: Collection[int], organisation_ids: Collection[int]) -> list[int]:
    """Ids of the events that touch these households, or the providers of their claims; a plan touches all."""
    homes = queries.homes_of({member for event in events for member in _people(event)})
    found = []
    for event in events:
        lives = any(homes[member][0] in household_ids for member in _people(event) if member in homes)
        is_theirs = event.data.get("organisation_id", 0) in {0, *organisation_ids}
        if lives or (_is_wide(event) and is_theirs):
            found.append(event.id)
    return found


def _by_people(found: Days, events: Sequence[Event], partition: int, after: int) -> None:
    days: dict[int, dt.date] = {}
    for event in events:
        for member in _people(event):
            _note(days, member, event.effective_from)
    for member, (household_id, home) in queries.homes_of(days).items():
        if home == partition and household_id > after:
            _note(found, household_id, days[member])


def _note(days: Days, key: int, day: dt.date) -> None:
    days[key] = min(days.get(key, day), day)


def _people(event: Event) -> Sequence[int]:
    return event.data.get("member_ids", ()) if event.kind in BY_PEOPLE else ()


def _whose(event: Event) -> dict[str, Any]:
    """Of which provider, or of which professionals, the touched claims are; a plan touches those of all."""
    names = ("organisation_id", "practitioners")
    return {name: event.data[name] for name in names if event.data.get(name)}


def _is_wide(event: Event) -> bool:
    """A provider's or a plan's; of plans only the part that claims are decided by."""
    return event.kind in BY_PROVIDER or (event.kind in BY_PLAN and event.data.get("part") == PART)
