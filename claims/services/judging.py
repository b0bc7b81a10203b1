"""The one call of the engine: from stored claims and their facts to verdicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from claims import engine, facts, holding, selection
from claims.adjudication import decide
from claims.case import PENDED, ClaimDecision
from claims.decisions import Verdict
from claims.facts import PlanFor
from claims.filed import Filed


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
    """Sent back: the last day a corrected claim is in time. Waiting for a document: its last day. In review: the
    promised answer. Decided: the appeal."""
    if decision.state == "pended":
        if awaited := list(_documents_due(decision)):
            return min(awaited)
        return today + dt.timedelta(days=plan_for(today).review_days)
    days = [day for line in claim.lines if (day := line.service_until or line.service_from) is not None]
    first = min(days, default=today)
    plan = plan_for(first)
    if decision.state == "returned":
        return max(min(first, today) + dt.timedelta(days=plan.filing_days), today)
    return today + dt.timedelta(days=plan.appeal_days)


def _documents_due(decision: ClaimDecision) -> Iterator[dt.date]:
    """The last days of the documents that its lines wait for."""
    for line in decision.lines:
        if line.state == PENDED:
            yield from (found.parameters["until"] for found in line.findings if found.code == "ADM-08")
