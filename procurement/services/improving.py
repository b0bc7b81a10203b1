"""Improvement plans: offered after three misses in a row, opened by an officer, answered and reported on, closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from core import audit, clock, events
from core.accounts.readers import reader_of, tell
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.config import fund
from core.db import db, unit_of_work
from core.errors import Conflict, Forbidden, InputErrors, Problem
from core.roles import Role
from core.words import _, _l
from procurement.models.contract import Contract
from procurement.models.improvement import ImprovementMeasure, ImprovementPlan
from procurement.queries import improvements as queries
from procurement.queries.contracts import locked_contract
from procurement.services.contracts.signing import FUND_SIGNERS
from procurement.services.contracts.telling import STREAM
from procurement.services.kpi.settling import PLAN_DUE
from procurement.states.improvement import CLOSINGS, IMPROVEMENT

CURSOR = "procurement.improvement"


class Measure(NamedTuple):
    text: str
    due_on: dt.date


def listen() -> None:
    """The job: offer a plan for each promise that was missed three times in a row, if none is on its way."""
    with unit_of_work():
        unread = events.unread(CURSOR, (PLAN_DUE,))
        for event in unread:
            _offer(event.data["contract_id"], event.subject, event.data["code"])
        if unread:
            events.advance(CURSOR, unread[-1].id)


def _offer(contract_id: int, number: str, code: str) -> None:
    contract = locked_contract(number)
    if contract.state != "active" or queries.has_open_plan(contract_id, code):
        return
    row = ImprovementPlan(contract=contract, place=queries.last_place(contract_id) + 1, cause=code)
    db.session.add(row)
    _move(row, SYSTEM)


def open_plan(
    contract: Contract, reason: str, measures: Sequence[Measure], *, by: Actor, offered: ImprovementPlan | None = None
) -> ImprovementPlan:
    """At once, or in place of what was offered; the provider is told."""
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer opens an improvement plan."))
    contract = locked_contract(contract.number)
    if contract.state != "active":
        raise Conflict(_l("Only a contract that is in force is improved."))
    _check(reason, measures)
    row = offered or ImprovementPlan(
        contract=contract, place=queries.last_place(contract.id) + 1, cause="", state="offered"
    )
    row.state = IMPROVEMENT.after(row.state, "open")
    row.reason, row.opened_by, row.opened_by_name, row.opened_at = reason.strip(), by.person, by.name, clock.now()
    row.measures = [ImprovementMeasure(place=n, text=one.text, due_on=one.due_on) for n, one in enumerate(measures, 1)]
    db.session.add(row)
    _move(row, by, row.reason)
    _tell(row, "opened")
    return row


def answer_plan(plan: ImprovementPlan, text: str, *, by: Actor) -> None:
    """The provider says what it makes of the plan; from then on it is under way."""
    row = queries.locked_plan(plan.id)
    _refuse_stranger(row, by)
    target = IMPROVEMENT.after(row.state, "answer")
    if not text.strip():
        raise InputErrors.at("answer", _l("Write your answer: the fund reads it."))
    row.state, row.answer, row.answered_by, row.answered_at = target, text.strip(), by.person, clock.now()
    _move(row, by)


def report_measure(plan: ImprovementPlan, place: int, text: str, *, by: Actor) -> None:
    """What came of one measure; once, while the plan is under way."""
    row = queries.locked_plan(plan.id)
    _refuse_stranger(row, by)
    measure = next((one for one in row.measures if one.place == place), None)
    if row.state != "running" or measure is None or measure.reported_at:
        raise Conflict(_l("Nothing is to be reported about this measure."))
    if not text.strip():
        raise InputErrors.at(f"report-{place}", _l("Say what was done, and when."))
    measure.report, measure.reported_by, measure.reported_at = text.strip(), by.person, clock.now()
    _move(row, by)


def close_plan(plan: ImprovementPlan, action: str, reason: str, *, by: Actor) -> None:
    """`action` of `CLOSINGS`. Not met is not found before the last measure is due or every measure is reported."""
    row = queries.locked_plan(plan.id)
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer closes an improvement plan."))
    if action not in CLOSINGS:
        raise InputErrors.at("action", _l("Choose how it ends."), action)
    target = IMPROVEMENT.after(row.state, action)
    is_early = any(one.reported_at is None and one.due_on >= clock.today(fund().zone) for one in row.measures)
    if target == "not_met" and is_early:
        raise Conflict(_l("A measure still has time. Close the plan when the last one is due."))
    if not reason.strip():
        raise InputErrors.at("closing_reason", _l("Say why. The provider reads it."))
    row.state, row.closing_reason = target, reason.strip()
    row.closed_by, row.closed_by_name, row.closed_at = by.person, by.name, clock.now()
    _move(row, by, row.closing_reason)
    if row.opened_at:
        _tell(row, "closed")


def _check(reason: str, measures: Sequence[Measure]) -> None:
    problems = [] if reason.strip() else [Problem("reason", _l("Say what must improve, and why."))]
    if not measures:
        problems.append(Problem("text-1", _l("A plan has at least one measure with its day.")))
    today = clock.today(fund().zone)
    for place, one in enumerate(measures, 1):
        if not one.text.strip():
            problems.append(Problem(f"text-{place}", _l("Say what is to be done.")))
        if one.due_on < today:
            problems.append(Problem(f"due-{place}", _l("Choose today or a later day."), one.due_on.isoformat()))
    if problems:
        raise InputErrors(problems)


def _refuse_stranger(row: ImprovementPlan, by: Actor) -> None:
    if not (by.has(Role.PROVIDER_MANAGER) and by.organisation_id == row.contract.organisation_id):
        raise Forbidden(_l("A manager of the provider answers an improvement plan."))


def _move(row: ImprovementPlan, by: Actor, reason: str = "") -> None:
    db.session.flush()
    reported = [one.place for one in row.measures if one.reported_at]
    after = {"plan": row.place, "state": row.state, "cause": row.cause, "reported": reported}
    audit.record(STREAM, Act.IMPROVEMENT_MOVED, row.contract.number, by=by, reason=reason, after=after)


def _tell(row: ImprovementPlan, kind: str) -> None:
    number = row.contract.number
    told = {"number": number, "url": f"{fund().address}/contracts/{number}/improvements/{row.place}"}
    words = partial(_opened if kind == "opened" else _closed, told)
    tell(reader_of(row.contract.organisation_id), "improvement_plan", words, purpose="contract", arguments=told)


def _opened(told: dict[str, str]) -> tuple[str, str]:
    return _("An improvement plan for contract %(number)s", **told), _(
        "The fund opened an improvement plan for contract %(number)s. Sign in to read its measures and answer: %(url)s",
        **told,
    )


def _closed(told: dict[str, str]) -> tuple[str, str]:
    return _("The improvement plan for contract %(number)s is closed", **told), _(
        "The fund closed the improvement plan for contract %(number)s. Sign in to read how: %(url)s", **told
    )
