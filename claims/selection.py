"""Selection for review, REV-01: after deciding, some claims wait until a person has looked (DECISIONS 27).

Never part of a dry run. What is drawn follows from the seed in the plan and the claim's own number in the fund, so the
same claims are drawn however they are split into sets, and again when a waiting claim is decided again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from claims.benefit_plan.review import Review
from claims.case import ClaimState, Finding
from claims.facts import PlanFor
from claims.holding import waiting
from claims.producers import drawn_for_review, large_claim, new_provider
from claims.queries import selection as queries
from claims.rule import Rule
from claims.verdicts import Verdict

CODE = drawn_for_review.code
_ADJUDICATED: Final = ClaimState.ADJUDICATED.value
_WHOLE: Final = 10_000  # basis points


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that would be paid, under the plan of the day on which it was received."""

    verdict: Verdict
    review: Review
    answer_by: dt.date


def select(verdicts: Sequence[Verdict], plan_for: PlanFor, zone: ZoneInfo) -> list[Verdict]:
    """The same verdicts; of those selected every line that would be paid waits, with the reasons why."""
    candidates = [each for verdict in verdicts if (each := _candidate(verdict, plan_for, zone)) is not None]
    if not candidates:
        return list(verdicts)
    places = _places(candidates)
    held: dict[int, Verdict] = {}
    for each in candidates:
        why = list(_why(each, places.get(each.verdict.claim.id, 0)))
        if why:
            paid = {line.line_no for line in each.verdict.decision.lines if line.benefit}
            found = {line_no: [rule.keep(Finding(**figures)) for rule, figures in why] for line_no in paid}
            held[each.verdict.claim.id] = waiting(each.verdict, found, each.answer_by)
    return [held.get(verdict.claim.id, verdict) for verdict in verdicts]


def _candidate(verdict: Verdict, plan_for: PlanFor, zone: ZoneInfo) -> Candidate | None:
    decision, claim = verdict.decision, verdict.claim
    if decision.state != _ADJUDICATED or not decision.benefit or CODE in claim.waived:
        return None
    received_on = claim.received_at.astimezone(zone).date()
    plan = plan_for(received_on)
    if plan.review is None:
        return None
    return Candidate(verdict, plan.review, received_on + dt.timedelta(days=plan.review_days))


def _why(each: Candidate, place: int) -> Iterator[tuple[Rule, dict[str, Any]]]:
    """The rules that select this claim, with their figures. `place`: among the provider's first claims, else 0."""
    review, benefit, until = each.review, each.verdict.decision.benefit, each.answer_by
    if is_drawn(each.verdict.claim.id, review):
        yield drawn_for_review, {"share": review.share, "seed": review.seed, "until": until}
    if review.amount_above is not None and benefit > review.amount_above:
        yield large_claim, {"benefit": benefit, "above": review.amount_above, "until": until}
    if place:
        yield new_provider, {"place": place, "first": review.first_claims, "until": until}


def is_drawn(claim_id: int, review: Review) -> bool:
    """By the seed and the claim alone: nobody has to be asked what was drawn before."""
    drawn = int.from_bytes(sha256(f"{review.seed} {claim_id}".encode()).digest()[:8])
    return drawn % _WHOLE < review.share


def _places(candidates: Iterable[Candidate]) -> dict[int, int]:
    """Claim → its place (from 1) among the first ones of its provider, stored or at hand, in order of receipt."""
    most: dict[int, int] = {}
    at_hand: dict[int, set[tuple[dt.datetime, int]]] = {}
    for each in candidates:
        claim = each.verdict.claim
        if each.review.first_claims:
            most[claim.organisation_id] = max(most.get(claim.organisation_id, 0), each.review.first_claims)
            at_hand.setdefault(claim.organisation_id, set()).add((claim.received_at, claim.id))
    places: dict[int, int] = {}
    for organisation_id, count in most.items():
        known = at_hand[organisation_id] | set(queries.first_claims(organisation_id, count))
        places |= {claim_id: place for place, (_at, claim_id) in enumerate(sorted(known)[:count], 1)}
    return places
