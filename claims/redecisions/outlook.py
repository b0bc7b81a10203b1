"""What becomes of households that are decided again: read and decided, never written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from claims import facts, holding, selection, services
from claims.redecisions import deciding, differences
from claims.redecisions.differences import Difference
from claims.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run would write: the verdicts worth a version, and the lines that differ."""

    verdicts: list[Verdict]
    lines: list[Difference]


def outlook(
    households: Mapping[int, dt.date],
    *,
    zone: ZoneInfo,
    at: dt.datetime,
    withdrawn: int | None = None,
    is_dry: bool = True,
) -> Outlook:
    """Decide households again from their first touched day on; not `is_dry`: for what is written at once."""
    plan_for = facts.plans()
    again = deciding.gather(households, () if withdrawn is None else (withdrawn,))
    today = at.astimezone(zone).date()
    decided = deciding.decide_again(again, plan_for, zone, today)
    decided |= {claim.id: services.ended(claim, "voided") for claim in again.claims if claim.id == withdrawn}
    waiting = [Verdict(claim, decided[claim.id]) for claim in again.claims if claim.state == "pended"]
    # What waits for a reviewer still does; what was paid is not selected afterwards.
    decided |= {each.claim.id: each.decision for each in selection.select(waiting, plan_for, zone)}
    answer_by = today + dt.timedelta(days=plan_for(today).review_days)
    # Budgets and volumes hold as they do for claims sent in; locked only where it is written.
    verdicts = [Verdict(claim, decided[claim.id]) for claim in again.claims]
    decided |= {each.claim.id: each.decision for each in holding.hold(verdicts, answer_by=answer_by, is_dry=is_dry)}
    lines = differences.between(again.claims, decided)
    verdicts = [
        Verdict(claim, decided[claim.id], services.due_on(claim, decided[claim.id], plan_for, today))
        for claim in again.claims
    ]
    touched = {row.claim.id for row in lines}
    return Outlook([verdict for verdict in verdicts if verdict.claim.id in touched], lines)
