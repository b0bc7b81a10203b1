"""A claim with what was decided on it, and until when its reader can do something about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claims.case import PENDED, ClaimDecision
from claims.facts.timeline import PlanFor
from claims.filed import Filed, first_day


@dataclass(frozen=True, slots=True)
class Verdict:
    """One claim and what was decided on it. `due_on`: until when its reader can do something about it."""

    claim: Filed
    decision: ClaimDecision
    due_on: dt.date | None = None

    @property
    def version(self) -> int:
        return self.claim.version + 1


def verdicts(
    claims: Sequence[Filed], decided: Mapping[int, ClaimDecision], plan_for: PlanFor, today: dt.date
) -> list[Verdict]:
    """`decided`: claim id → its decision."""
    found: list[Verdict] = []
    for claim in claims:
        decision = decided[claim.id]
        found.append(Verdict(claim, decision, due_on(claim, decision, plan_for, today)))
    return found


def due_on(claim: Filed, decision: ClaimDecision, plan_for: PlanFor, today: dt.date) -> dt.date:
    """Sent back: the last day a corrected claim is in time. Waiting for a document: its last day. In review: the
    promised answer. Decided: the appeal."""
    if decision.state == "pended":
        awaited = _documents_due(decision)
        return min(awaited) if awaited else today + dt.timedelta(days=plan_for(today).review_days)
    first = first_day((claim,))
    plan = plan_for(first or today)
    if decision.state == "returned":
        return max(min(first or today, today) + dt.timedelta(days=plan.filing_days), today)
    return today + dt.timedelta(days=plan.appeal_days)


def _documents_due(decision: ClaimDecision) -> list[dt.date]:
    """The last days of the documents that its lines wait for."""
    waiting = [line for line in decision.lines if line.state == PENDED]
    return [found.parameters["until"] for line in waiting for found in line.findings if found.code == "ADM-08"]
