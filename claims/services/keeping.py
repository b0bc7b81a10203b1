"""What follows a decision: its version, what is owed, what was used, and the end of a claim."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from zoneinfo import ZoneInfo

from claims import budget, decisions, facts, posting
from claims.case import ClaimDecision
from claims.decisions import Cause
from claims.facts import PlanFor
from claims.filed import Filed
from claims.queries import records
from claims.verdicts import Verdict
from core import audit, issued

LETTER = "decision"


def keep(
    verdicts: Sequence[Verdict],
    cause: Cause,
    posted: dict[int, int],
    zone: ZoneInfo,
    plan_for: PlanFor | None = None,
) -> None:
    """Write the versions, then hand down what is owed. `plan_for`: the plans, where they were read already."""
    before = budget.earlier(verdicts)
    with audit.together():
        decisions.write(verdicts, cause)
        changed = [verdict.claim.number for verdict in verdicts if verdict.claim.version]
        if changed:
            issued.withdraw_all(LETTER, changed, by=cause.by, reason=cause.cause)
        owe(verdicts, cause, posted, zone, plan_for)
    budget.note_use(verdicts, before)


def owe(
    verdicts: Sequence[Verdict],
    cause: Cause,
    posted: dict[int, int],
    zone: ZoneInfo,
    plan_for: PlanFor | None = None,
) -> None:
    """What is owed goes to `payments`: the difference to earlier versions."""
    plan_for = plan_for or facts.plans()
    today = cause.at.astimezone(zone).date()
    posting.post(verdicts, posted, on=today, pays_after=plan_for(today).pays_after_days, by=cause.by)


def end(ids: Collection[int], state: str, cause: Cause, zone: ZoneInfo) -> None:
    """Claims that no longer count: replaced or voided; what they were paid comes off."""
    posted = records.posted_benefit(ids)
    keep([Verdict(claim, ended(claim, state)) for claim in records.filed(ids)], cause, posted, zone)


def ended(claim: Filed, state: str) -> ClaimDecision:
    """A claim that no longer counts: nothing is decided on it any more."""
    amount = sum(line.amount for line in claim.lines)
    return ClaimDecision(claim.id, claim.number, state, "", amount, amount, 0, 0, 0, [])
