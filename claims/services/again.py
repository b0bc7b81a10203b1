"""Deciding again what was decided: waiting claims, and those whose facts changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from zoneinfo import ZoneInfo

from claims import decisions, facts
from claims.decisions import Cause
from claims.facts import PlanFor
from claims.filed import Filed
from claims.queries import facts as fact_queries
from claims.queries import records
from claims.services.judging import judge
from claims.services.keeping import keep
from claims.services.submitting import BATCH
from core.actors import Actor
from core.errors import NotFound
from core.words import _l


def decide_pending(
    *, by: Actor, at: dt.datetime, zone: ZoneInfo, household_ids: Collection[int] | None = None
) -> tuple[int, int]:
    """Decide waiting claims again, in sets; only what differs is written. (looked at, changed)"""
    plan_for = facts.plans()
    seen, changed, after = 0, 0, 0
    while ids := records.pending_ids(household_ids, after, BATCH):
        seen, after = seen + len(ids), ids[-1]
        changed += decide_again(ids, Cause("redecision", by, at), plan_for, zone)
    return seen, changed


def decide_again(ids: Collection[int], cause: Cause, plan_for: PlanFor, zone: ZoneInfo) -> int:
    fact_queries.lock_households(records.households_of(ids))
    before = records.live_digests(ids)
    verdicts = judge(records.filed(ids), plan_for, zone, cause.at)
    differing = [
        verdict for verdict in verdicts if not decisions.is_as_stored(verdict.decision, before[verdict.claim.id])
    ]
    if differing:
        posted = records.posted_benefit([verdict.claim.id for verdict in differing])
        keep(differing, cause, posted, zone, plan_for)
    return len(differing)


def locked(number: str) -> Filed:
    """A stored claim, its household locked before it was read."""
    (claim,) = locked_all([number])
    return claim


def locked_all(numbers: Sequence[str]) -> list[Filed]:
    """Stored claims in the order of `numbers`, their households locked before they were read."""
    ids = [_id_of(number) for number in numbers]
    fact_queries.lock_households(records.households_of(ids))
    found = {claim.id: claim for claim in records.filed(ids)}
    return [found[claim_id] for claim_id in ids]


def _id_of(number: str) -> int:
    found = records.claim_by_number(number)
    if found is None:
        raise NotFound(_l("There is no claim %(number)s.", number=number))
    return found[0].id
