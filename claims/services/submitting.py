"""Claims on their way in: stored and decided at once, or stored for a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from claims import facts, filing
from claims.case import ClaimDecision, Finding
from claims.decisions import Cause
from claims.facts import PlanFor
from claims.figures import Sentences
from claims.filing import Filing
from claims.producers import number_used_twice
from claims.queries import waiting
from claims.sent import ClaimInput
from claims.services.judging import judge
from claims.services.keeping import end, keep
from claims.states import CLAIM
from claims.verdicts import Verdict
from core.actors import Actor
from core.db import FEW, gathered, keep_plans
from core.errors import Conflict, Problem

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim: `new`, `known` (first answer stands) or `conflict` (number used for another).

    In a dry run also `refused`, with what is missing in `problem`.
    """

    kind: str
    number: str
    state: str
    claim: ClaimInput
    decision: ClaimDecision | None = None
    due_on: dt.date | None = None
    problem: Problem | None = None


def submit(claim: ClaimInput, *, by: Actor, at: dt.datetime, zone: ZoneInfo) -> Outcome:
    """Store and decide one claim. The same content again gets the first answer; other content is refused, ADM-02."""
    (outcome,) = submit_many([claim], by=by, at=at, zone=zone)
    if outcome.kind == "conflict":
        raise number_taken(claim.provider_claim_no, outcome.number)
    return outcome


def number_taken(provider_claim_no: str, number: str) -> Conflict:
    found = number_used_twice.keep(Finding(yours=provider_claim_no, claim=number))
    return Conflict(Sentences().filled(str(number_used_twice.text), found.parameters), code=found.code)


def submit_many(
    claims: Iterable[ClaimInput], *, by: Actor, at: dt.datetime, zone: ZoneInfo, receipt_id: int | None = None
) -> list[Outcome]:
    """Store and decide claims in sets; households are never split. Answers come in the order given."""
    given = list(claims)
    if len(given) <= FEW:
        keep_plans()
    plan_for = facts.plans()
    answers: dict[int, Outcome] = {}
    for batch in batches(given):
        chosen = [given[index] for index in batch]
        answers.update(zip(batch, _submit_batch(chosen, plan_for, by, at, zone, receipt_id), strict=True))
    return [answers[index] for index in range(len(given))]


def batches(claims: Sequence[ClaimInput]) -> Iterator[list[int]]:
    """Positions in sets of about BATCH claims; a household's claims stay together, the sets in partition order."""
    if len(claims) == 1:
        yield [0]
        return
    homes = filing.homes({claim.member_number for claim in claims})
    order = sorted(range(len(claims)), key=lambda i: (*homes.get(claims[i].member_number, (0, 0, 0))[::-1], i))
    batch: list[int] = []
    last: object = None
    for index in order:
        home = homes.get(claims[index].member_number, (0, 0, 0))[1]
        if len(batch) >= BATCH and home != last:
            yield batch
            batch = []
        batch.append(index)
        last = home
    if batch:
        yield batch


def store_many(
    claims: Iterable[ClaimInput], *, by: Actor, at: dt.datetime, zone: ZoneInfo, receipt_id: int | None = None
) -> list[Outcome]:
    """Store claims at once and leave deciding to a run (`claims.batch`). Answers come in the order given.

    A claim with a history (it corrects one, or its number was sent before) is decided now, as by `submit_many`.
    """
    given = list(claims)
    answers: dict[int, Outcome] = {}
    late: list[int] = []
    for batch in batches(given):
        plain = [index for index in batch if not given[index].replaces_no]
        files = filing.open_files([given[index] for index in plain], by=by, at=at, zone=zone)
        fresh = [file for file in files if file.kind == "new" and file.holder is None]
        filing.name_service_lines([file.filed for file in fresh], facts.plans())
        filing.write(fresh, receipt_id=receipt_id)
        waiting.add([file.filed.waits() for file in fresh])
        stored = {index: file for index, file in zip(plain, files, strict=True) if file in fresh or file.kind != "new"}
        answers |= {index: outcome_of(file, None) for index, file in stored.items()}
        late += [index for index in batch if index not in stored]
    decided = submit_many([given[index] for index in late], by=by, at=at, zone=zone, receipt_id=receipt_id)
    answers |= dict(zip(late, decided, strict=True))
    return [answers[index] for index in range(len(given))]


def _submit_batch(
    claims: Sequence[ClaimInput], plan_for: PlanFor, by: Actor, at: dt.datetime, zone: ZoneInfo, receipt_id: int | None
) -> list[Outcome]:
    files = filing.open_files(claims, by=by, at=at, zone=zone)
    fresh = [file for file in files if file.kind == "new"]
    verdicts = judge([file.filed for file in fresh], plan_for, zone, at)
    filing.mark_uncorrectable(fresh, verdicts)
    filing.name_service_lines([file.filed for file in fresh], plan_for)
    kept = filing.settle(fresh, verdicts)
    if kept:
        chosen = [verdict for _, verdict in kept]
        replaced = filing.replaced_by([file for file, _ in kept], chosen)
        cause = Cause("submission", by, at)
        with gathered():
            filing.write([file for file, _ in kept], receipt_id=receipt_id)
            keep(chosen, cause, {}, zone, plan_for)
        _replace(replaced, cause, zone)
    by_file = {id(file): verdict for file, verdict in kept}
    return [outcome_of(file, by_file.get(id(file))) for file in files]


def outcome_of(file: Filing, verdict: Verdict | None) -> Outcome:
    if verdict is None:
        return Outcome(file.kind, file.holder_number, file.holder_state or CLAIM.initial, file.claim)
    decision = verdict.decision
    return Outcome("new", verdict.claim.number, decision.state, file.claim, decision, verdict.due_on)


def _replace(replaced: dict[int, str], cause: Cause, zone: ZoneInfo) -> None:
    """The corrected claims end: what they used is free, what they were paid comes off."""
    if replaced:
        end(list(replaced), "replaced", Cause("replacement", cause.by, cause.at, ", ".join(replaced.values())), zone)
