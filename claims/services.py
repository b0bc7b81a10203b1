"""The verbs of the claims room. Each locks the households first, then reads, decides and writes, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from claims import budget, decisions, engine, facts, filing, holding, posting, selection
from claims.adjudication import decide
from claims.case import ClaimDecision, Finding
from claims.decisions import Cause, Verdict
from claims.facts import PlanFor
from claims.figures import Sentences
from claims.filed import Filed
from claims.filing import Filing
from claims.intake.values import ClaimInput
from claims.producers import number_used_twice
from claims.queries import facts as fact_queries
from claims.queries import records, waiting
from claims.states import CLAIM
from core import issued
from core.actors import Actor
from core.errors import Conflict, NotFound
from core.words import _l

BATCH = 1_000
LETTER = "decision"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim: `new`, `known` (first answer stands) or `conflict` (number used for another)."""

    kind: str
    number: str
    state: str
    claim: ClaimInput
    decision: ClaimDecision | None = None
    due_on: dt.date | None = None


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
    plan_for = facts.plans()
    given = list(claims)
    answers: dict[int, Outcome] = {}
    for batch in _batches(given):
        chosen = [given[index] for index in batch]
        answers.update(zip(batch, _submit_batch(chosen, plan_for, by, at, zone, receipt_id), strict=True))
    return [answers[index] for index in range(len(given))]


def _batches(claims: Sequence[ClaimInput]) -> Iterator[list[int]]:
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
    for batch in _batches(given):
        plain = [index for index in batch if not given[index].replaces_no]
        files = filing.open_files([given[index] for index in plain], by=by, at=at, zone=zone)
        fresh = [file for file in files if file.kind == "new" and file.holder is None]
        filing.name_service_lines([file.filed for file in fresh], facts.plans())
        filing.write(fresh, receipt_id=receipt_id)
        waiting.add([file.filed.waits() for file in fresh])
        stored = {index: file for index, file in zip(plain, files, strict=True) if file in fresh or file.kind != "new"}
        answers |= {index: _outcome(file, None) for index, file in stored.items()}
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
        filing.write([file for file, _ in kept], receipt_id=receipt_id)
        replaced = filing.replaced_by([file for file, _ in kept], chosen)
        cause = Cause("submission", by, at)
        keep(chosen, cause, {}, zone)
        _replace(replaced, cause, zone)
    by_file = {id(file): verdict for file, verdict in kept}
    return [_outcome(file, by_file.get(id(file))) for file in files]


def _outcome(file: Filing, verdict: Verdict | None) -> Outcome:
    if verdict is None:
        return Outcome(file.kind, file.holder_number, file.holder_state or CLAIM.initial, file.claim)
    decision = verdict.decision
    return Outcome("new", verdict.claim.number, decision.state, file.claim, decision, verdict.due_on)


def judge(
    claims: Sequence[Filed],
    plan_for: PlanFor,
    zone: ZoneInfo,
    at: dt.datetime,
    *,
    is_dry: bool = False,
    is_held: bool = True,
) -> list[Verdict]:
    """Decide claims with everything their households need; reads, never writes. The only call of the engine.

    Then claims are selected for review, except in a dry run. Lines above a contract's budget are held, unless a run
    does that later, in the order of all its claims.
    """
    decided: dict[int, ClaimDecision] = {}
    today = at.astimezone(zone).date()
    with engine.uncollected():
        for case in facts.cases(claims, plan_for, zone, today) if claims else ():
            for decision in decide(case, plan_for).claims:
                decision.lines.sort(key=lambda line: line.line_no)
                decided[decision.claim_id] = decision
    verdicts = [Verdict(each, decided[each.id], due_on(each, decided[each.id], plan_for, today)) for each in claims]
    if not is_dry:
        verdicts = selection.select(verdicts, plan_for, zone)
    if not is_held:
        return verdicts
    answer_by = today + dt.timedelta(days=plan_for(today).review_days)
    return holding.hold(verdicts, answer_by=answer_by, is_dry=is_dry)


def due_on(claim: Filed, decision: ClaimDecision, plan_for: PlanFor, today: dt.date) -> dt.date:
    """Sent back: the last day a corrected claim is in time. In review: the promised answer. Decided: the appeal."""
    if decision.state == "pended":
        return today + dt.timedelta(days=plan_for(today).review_days)
    days = [day for line in claim.lines if (day := line.service_until or line.service_from) is not None]
    first = min(days, default=today)
    plan = plan_for(first)
    if decision.state == "returned":
        return max(min(first, today) + dt.timedelta(days=plan.filing_days), today)
    return today + dt.timedelta(days=plan.appeal_days)


def dry_run(claim: ClaimInput, *, by: Actor, at: dt.datetime, zone: ZoneInfo) -> ClaimDecision:
    """The answer that `submit` would give now; nothing is written and no number is taken."""
    (outcome,) = dry_run_many([claim], by=by, at=at, zone=zone)
    if outcome.decision is None:
        raise number_taken(claim.provider_claim_no, outcome.number)
    return outcome.decision


def dry_run_many(claims: Iterable[ClaimInput], *, by: Actor, at: dt.datetime, zone: ZoneInfo) -> list[Outcome]:
    """As `submit_many`, without writing: later claims of a household see the earlier ones of the same call."""
    plan_for = facts.plans()
    given = list(claims)
    answers: dict[int, Outcome] = {}
    for batch in _batches(given):
        files = filing.open_files([given[index] for index in batch], by=by, at=at, zone=zone, is_dry=True)
        fresh = [file for file in files if file.kind != "conflict"]
        verdicts = judge([file.filed for file in fresh], plan_for, zone, at, is_dry=True)
        filing.mark_uncorrectable(fresh, verdicts)
        found = {id(file): verdict for file, verdict in zip(fresh, verdicts, strict=True)}
        answers.update((i, _outcome(file, found.get(id(file)))) for i, file in zip(batch, files, strict=True))
    return [answers[index] for index in range(len(given))]


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
        keep(differing, cause, records.posted_benefit([verdict.claim.id for verdict in differing]), zone)
    return len(differing)


def keep(verdicts: Sequence[Verdict], cause: Cause, posted: dict[int, int], zone: ZoneInfo) -> None:
    """Write the versions, then hand down what is owed."""
    before = budget.earlier(verdicts)
    decisions.write(verdicts, cause)
    changed = [verdict.claim.number for verdict in verdicts if verdict.claim.version]
    if changed:
        issued.withdraw_all(LETTER, changed, by=cause.by, reason=cause.cause)
    hand_down(verdicts, cause, posted, before, zone)


def hand_down(
    verdicts: Sequence[Verdict], cause: Cause, posted: dict[int, int], before: budget.Earlier, zone: ZoneInfo
) -> None:
    """What is owed goes to `payments`, what was used to the contracts: in each the difference to earlier versions."""
    today = cause.at.astimezone(zone).date()
    posting.post(verdicts, posted, on=today, pays_after=facts.plans()(today).pays_after_days, by=cause.by)
    budget.note_use(verdicts, before)


def _replace(replaced: dict[int, str], cause: Cause, zone: ZoneInfo) -> None:
    """The corrected claims end: what they used is free, what they were paid comes off."""
    if replaced:
        end(list(replaced), "replaced", Cause("replacement", cause.by, cause.at, ", ".join(replaced.values())), zone)


def end(ids: Collection[int], state: str, cause: Cause, zone: ZoneInfo) -> None:
    """Claims that no longer count: replaced or voided; what they were paid comes off."""
    posted = records.posted_benefit(ids)
    keep([Verdict(claim, ended(claim, state)) for claim in records.filed(ids)], cause, posted, zone)


def ended(claim: Filed, state: str) -> ClaimDecision:
    """A claim that no longer counts: nothing is decided on it any more."""
    amount = sum(line.amount for line in claim.lines)
    return ClaimDecision(claim.id, claim.number, state, "", amount, amount, 0, 0, 0, [])


def locked(number: str) -> Filed:
    """A stored claim, its household locked before it was read."""
    found = records.claim_by_number(number)
    if found is None:
        raise NotFound(_l("There is no claim %(number)s.", number=number))
    claim_id = found[0].id
    fact_queries.lock_households(records.households_of([claim_id]))
    (claim,) = records.filed([claim_id])
    return claim
