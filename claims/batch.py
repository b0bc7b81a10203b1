"""Deciding what was stored: a run over all claims that wait, in shards of whole households (DECISIONS 6, 25, 28).

A shard is one transaction: lock the households, see what of them still waits, read, decide, write. Done again it finds
nothing waiting, so a shard that was killed, or given to two workers, decides nothing twice. What a provider's budget
covers depends on all claims of a run. Where it has room for everything that they ask for, the order cannot matter and a
shard hands down what it decided; else it is settled last, provider by provider, and nothing of it is owed before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app

from claims import budget, decisions, engine, facts, holding, services
from claims.decisions import Cause
from claims.filed import Filed, asked_of, days_of
from claims.queries import facts as fact_queries
from claims.queries import holding as holding_queries
from claims.queries import records, waiting
from claims.queries.first import first_decisions
from claims.verdicts import Verdict
from core import audit, work
from core.actors import SYSTEM
from core.config import fund

DECIDE, PLAN_SETTLING, SETTLE = "claims.decide", "claims.plan_settling", "claims.settle"
SETTLED_TOGETHER = 2_000  # claims; of five lines each they take as much memory as a shard that decides


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run has done so far: claims and lines decided, and what waits for a person."""

    claims: int
    lines: int
    failures: Sequence[str]


def start(*, at: dt.datetime) -> str:
    """Enqueue a run over everything that waits, as of `at`, in this transaction; its name, "" if nothing waits."""
    waiting.move_homes()
    spans = list(_spans(waiting.partitions()))
    if not spans and not waiting.settling_organisations():
        return ""
    run = f"{at:%Y-%m-%dT%H:%M:%S.%f}"
    told = {"run": run, "at": at.isoformat(), "part": 0}
    shards = {_key(run, first, 0): told | {"first": first, "last": last} for first, last in spans}
    work.enqueue_all(DECIDE, shards, run=run)
    asked = [*holding_queries.asked_of_capped().items()]
    work.enqueue(PLAN_SETTLING, run, {"run": run, "at": at.isoformat(), "asked": asked}, run=run, stage=1)
    return run


def _part_lines() -> int:
    return int(current_app.config["CLAIM_LINES_PER_SHARD"])


def _spans(partitions: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """First and last partition of each shard: one, or as many as hold about a part's lines together."""
    first, lines = -1, 0
    for partition, count in partitions:
        if first < 0:
            first, lines = partition, 0
        lines += count
        if lines >= _part_lines() * 0.6:
            yield first, partition
            first = -1
    if first >= 0:
        yield first, partitions[-1][0]


def progress(run: str) -> Progress:
    said = work.results(run)
    claims, lines = (sum(result.get(name, 0) for result in said) for name in ("claims", "lines"))
    return Progress(claims, lines, work.failures(run))


def _key(run: str, place: int, part: int) -> str:
    return f"{run} {place:02d}.{part}"


@work.task(DECIDE)
@engine.uncollected()
def decide_part(told: dict[str, Any]) -> dict[str, Any]:
    """Decide the next part of these partitions; what is left of them becomes the next shard."""
    part = waiting.next_part(told["first"], told["last"], _part_lines())
    fact_queries.lock_households(part.homes)
    claims = records.filed(waiting.undecided(part.claim_ids)) if part.claim_ids else []
    fresh = [claim for claim in claims if not claim.version]
    verdicts = _decide(fresh, told) if fresh else []
    waiting.remove([claim.id for claim in claims if claim.version])  # withdrawn or replaced before they were decided
    if not part.is_last:
        after = told | {"part": told["part"] + 1}
        work.enqueue(DECIDE, _key(told["run"], told["first"], after["part"]), after, run=told["run"])
    return {"claims": len(verdicts), "lines": sum(len(verdict.decision.lines) for verdict in verdicts)}


def _cause(told: dict[str, Any]) -> Cause:
    return Cause("submission", SYSTEM, dt.datetime.fromisoformat(told["at"]))


def _decide(claims: Sequence[Filed], told: dict[str, Any]) -> list[Verdict]:
    """Decide and write; claims that a budget may not cover are kept back, the others are handed down at once."""
    cause = _cause(told)
    verdicts = services.judge(claims, facts.plans(), fund().zone, cause.at, is_held=False)
    with audit.together():
        decisions.write(verdicts, cause)
        tight = _tight(claims, told["run"])
        free = [verdict for verdict in verdicts if verdict.claim.organisation_id not in tight] if tight else verdicts
        services.owe(free, cause, {}, fund().zone)
    budget.note_use(free, {})
    waiting.remove([verdict.claim.id for verdict in free])
    if len(free) < len(verdicts):
        waiting.leave_to_settle([v.claim.id for v in verdicts if v.claim.organisation_id in tight])
    return verdicts


def _tight(claims: Sequence[Filed], run: str) -> set[int]:
    """Senders with agreed volumes, and those with a budget that may not cover all that the run's claims ask for, and
    these ones once more: a claim that came in since the run began is not among those, and what this run took already
    is counted twice."""
    days, here = days_of(claims), asked_of(claims)
    if days is None:
        return set()
    rooms = holding_queries.least_room(here, *days)
    asked = dict(work.arguments(PLAN_SETTLING, run).get("asked", ())) if rooms else {}
    tight = {sender for sender, left in rooms.items() if sender not in asked or left < asked[sender] + here[sender]}
    return tight | holding_queries.with_volumes(here)


@work.task(PLAN_SETTLING)
def plan_settling(told: dict[str, Any]) -> None:
    """Everything is decided: one shard for each provider with a budget."""
    shards = {
        _key(told["run"], organisation_id, 0): told | {"organisation": organisation_id, "part": 0}
        for organisation_id in waiting.settling_organisations()
    }
    work.enqueue_all(SETTLE, shards, run=told["run"], stage=2)


@work.task(SETTLE)
def settle(told: dict[str, Any]) -> None:
    """The next claims of one provider in the order of a budget: what fits is owed, what does not waits for the fund."""
    claim_ids = waiting.to_settle(told["organisation"], SETTLED_TOGETHER)
    if not claim_ids:
        return
    fact_queries.lock_households(records.households_of(claim_ids))
    found = {claim.id: claim for claim in records.filed(claim_ids)}
    # A later version was decided and handed down by someone else meanwhile.
    claims = [replace(found[claim_id], version=0) for claim_id in claim_ids if found[claim_id].version == 1]
    cause = _cause(told)
    decided, verdicts = _fitted(claims, cause)
    held = [
        replace(after, claim=replace(after.claim, version=1, state=before.decision.state))
        for before, after in zip(decided, verdicts, strict=True)
        if after is not before
    ]
    with audit.together():
        if held:
            decisions.write(held, Cause("redecision", SYSTEM, cause.at))
        services.owe(verdicts, cause, {}, fund().zone)
    budget.note_use(verdicts, {})
    waiting.remove(claim_ids)
    after = told | {"part": told["part"] + 1}
    if len(claim_ids) == SETTLED_TOGETHER:
        work.enqueue(SETTLE, _key(told["run"], told["organisation"], after["part"]), after, run=told["run"], stage=2)


def _fitted(claims: Sequence[Filed], cause: Cause) -> tuple[list[Verdict], list[Verdict]]:
    """As decided, and as it fits the budgets. Sums tell whether all fits; only if not, whole decisions are read."""
    today = cause.at.astimezone(fund().zone).date()
    answer_by = today + dt.timedelta(days=facts.plans()(today).review_days)
    # Quantities stand in whole decisions only.
    is_bought = holding_queries.with_volumes({claim.organisation_id for claim in claims})
    steps = (True,) if is_bought else (False, True)
    for is_whole in steps:
        stored = first_decisions([claim.id for claim in claims], is_whole=is_whole)
        decided = [Verdict(claim, stored[claim.id]) for claim in claims]
        verdicts = holding.hold(decided, answer_by=answer_by)
        if all(after is before for before, after in zip(decided, verdicts, strict=True)):
            break
    return decided, verdicts
