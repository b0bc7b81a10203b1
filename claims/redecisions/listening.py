"""The worker's ear: what happened since the last tick, one shard of work for each partition that it touches.

A shard decides waiting claims again at once, because that only pays what was held back. Where decided claims would
come out otherwise it decides nothing: the household joins a draft, which people preview and release (DECISIONS 29).
Hearing the same events again finds nothing new: what did not change writes nothing, a draft holds a household once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claims import services
from claims.filed import PARTITIONS
from claims.redecisions import finding, queries
from claims.redecisions.outlook import outlook
from claims.redecisions.services import draft
from core import clock, events, work
from core.actors import SYSTEM
from core.config import fund
from core.db import unit_of_work

CURSOR = "claims.redecisions"
TASK = "claims.redecide"
EVENTS = 500
HOUSEHOLDS = 500


def listen() -> None:
    """The job: enqueue what the unread events touch, and move the cursor, in one transaction."""
    with unit_of_work():
        hear()


def hear() -> int:
    """How many events were taken up; inside a unit of work."""
    unread = events.unread(CURSOR, finding.KINDS, EVENTS)
    if not unread:
        return 0
    first, last = unread[0].id, unread[-1].id
    for partition in sorted(finding.partitions(unread, PARTITIONS)):
        _enqueue(first, last, partition, 0)
    events.advance(CURSOR, last)
    return len(unread)


def skip_the_past() -> None:
    """What is recorded so far needs no second look: every claim was decided after it. For the opening of a fund."""
    events.advance(CURSOR, queries.last_event_id())


def _enqueue(first: int, last: int, partition: int, after: int) -> None:
    arguments = {"first": first, "last": last, "partition": partition, "after": after}
    work.enqueue(TASK, f"{first}-{last}/{partition}/{after}", arguments)


@work.task(TASK)
def redecide(arguments: dict[str, Any]) -> dict[str, Any]:
    """A partition's share of some events; many households are taken in several shards."""
    first, last, partition, after = (arguments[name] for name in ("first", "last", "partition", "after"))
    found = queries.events_between(first - 1, last, finding.KINDS)
    touched = finding.households(found, partition, after=after, limit=HOUSEHOLDS)
    if len(touched) == HOUSEHOLDS:
        _enqueue(first, last, partition, max(touched))
    return _look(touched, found) if touched else {}


def _look(touched: finding.Days, heard: Sequence[events.Event]) -> dict[str, Any]:
    at, zone = clock.now(), fund().zone
    seen, changed = services.decide_pending(by=SYSTEM, at=at, zone=zone, household_ids=touched)
    moved = [row.claim for row in outlook(touched, zone=zone, at=at).lines]
    homes, providers = {claim.household_id for claim in moved}, {claim.organisation_id for claim in moved}
    differing = {household_id: day for household_id, day in touched.items() if household_id in homes}
    if differing:
        why = finding.causes(heard, differing, providers)
        draft(differing, by=SYSTEM, at=at, zone=zone, events=why)
    return {"households": len(touched), "waiting": seen, "decided": changed, "drafted": len(differing)}
