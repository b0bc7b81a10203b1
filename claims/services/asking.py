"""The answer that submitting would give, with nothing written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from claims import facts, filing
from claims.case import ClaimDecision
from claims.intake.values import ClaimInput
from claims.services.judging import judge
from claims.services.submitting import Outcome, batches, number_taken, outcome_of
from core.actors import Actor


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
    for batch in batches(given):
        files = filing.open_files([given[index] for index in batch], by=by, at=at, zone=zone, is_dry=True)
        fresh = [file for file in files if file.kind != "conflict"]
        verdicts = judge([file.filed for file in fresh], plan_for, zone, at, is_dry=True)
        filing.mark_uncorrectable(fresh, verdicts)
        found = {id(file): verdict for file, verdict in zip(fresh, verdicts, strict=True)}
        answers.update((i, outcome_of(file, found.get(id(file)))) for i, file in zip(batch, files, strict=True))
    return [answers[index] for index in range(len(given))]
