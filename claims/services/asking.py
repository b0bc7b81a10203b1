"""The answer that submitting would give, with nothing written but who asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from claims import facts, filing
from claims.case import ClaimDecision
from claims.dry_runs import gate, log
from claims.filed import Filed
from claims.sent import ClaimInput
from claims.services.judging import judge
from claims.services.submitting import Outcome, batches, number_taken, outcome_of
from core.actors import Actor
from core.errors import InputErrors


def dry_run(claim: ClaimInput, *, by: Actor, at: dt.datetime, zone: ZoneInfo) -> ClaimDecision:
    """The answer that `submit` would give now. Nothing is written but who asked, and no number is taken.

    Raises InputErrors at `eligibility_no` where a provider may not ask about this member.
    """
    (outcome,) = dry_run_many([claim], by=by, at=at, zone=zone)
    if outcome.problem is not None:
        refused = InputErrors([outcome.problem])
        refused.is_recorded = True  # who asked stands in the log
        raise refused
    if outcome.decision is None:
        raise number_taken(claim.provider_claim_no, outcome.number)
    return outcome.decision


def dry_run_many(claims: Iterable[ClaimInput], *, by: Actor, at: dt.datetime, zone: ZoneInfo) -> list[Outcome]:
    """As `submit_many`, without writing: later claims of a household see the earlier ones of the same call."""
    plan_for = facts.plans()
    given = list(claims)
    refused = gate.refusals(given, by=by, on=at.astimezone(zone).date())
    answers = {place: Outcome("refused", "", "", given[place], problem=why) for place, why in refused.items()}
    asked = [place for place in range(len(given)) if place not in refused]
    tried: list[Filed] = []
    for batch in batches([given[place] for place in asked]):
        places = [asked[index] for index in batch]
        files = filing.open_files([given[place] for place in places], by=by, at=at, zone=zone, is_dry=True)
        fresh = [file for file in files if file.kind != "conflict"]
        verdicts = judge([file.filed for file in fresh], plan_for, zone, at, is_dry=True)
        filing.mark_uncorrectable(fresh, verdicts)
        found = {id(file): verdict for file, verdict in zip(fresh, verdicts, strict=True)}
        answers.update(
            (place, outcome_of(file, found.get(id(file)))) for place, file in zip(places, files, strict=True)
        )
        tried += [file.filed for file in files]
    filing.name_service_lines(tried, plan_for)
    log.note(tried, by=by, at=at)
    turned_away = filing.unopened([given[place] for place in refused], by=by, at=at)
    filing.name_service_lines(turned_away, plan_for)
    log.note(turned_away, by=by, at=at, is_refused=True)
    return [answers[place] for place in range(len(given))]
