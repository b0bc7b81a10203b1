"""The one call of the engine: from stored claims and their facts to verdicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from claims import engine, facts, holding, selection
from claims.adjudication import decide
from claims.case import ClaimDecision
from claims.facts import PlanFor
from claims.filed import Filed
from claims.verdicts import Verdict, verdicts


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
                decided[decision.claim_id] = decision
        found = verdicts(claims, decided, plan_for, today)
    if not is_dry:
        found = selection.select(found, plan_for, zone)
    if not is_held:
        return found
    answer_by = today + dt.timedelta(days=plan_for(today).review_days)
    return holding.hold(found, answer_by=answer_by, is_dry=is_dry)
