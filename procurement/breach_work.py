"""What breaches and early ends give people to do: answer, decide, rule, agree, carry out; each in its days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from flask import url_for

from core import clock
from core.actors import Actor
from core.config import fund
from core.db import database_now
from core.roles import Role
from core.web import WorkItem, add_work_list
from core.web.filters import day, instant
from core.words import _
from procurement.models.breach import Breach
from procurement.models.ending import ContractEnding
from procurement.models.improvement import ImprovementPlan
from procurement.queries import breaches as queries
from procurement.queries.endings import open_endings
from procurement.queries.improvements import plans_in


def register() -> None:
    add_work_list(Role.PROVIDER_MANAGER, to_answer)
    add_work_list(Role.COMPLAINTS_OFFICER, to_rule)
    add_work_list(Role.PROVIDER_MANAGER, to_agree)
    add_work_list(Role.PROVIDER_MANAGER, to_improve)
    for role in (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR):
        add_work_list(role, to_decide)
        add_work_list(role, to_carry_out)
        add_work_list(role, plans_to_move)


def to_answer(actor: Actor) -> Iterable[WorkItem]:
    """While there is time."""
    now = database_now()
    for row in queries.waiting(["reported"], actor, actor.organisation_id or 0):
        if now <= row.answer_due_at:
            title = _("Answer the report %(number)s", number=row.number)
            yield _item(title, row, due=instant(row.answer_due_at))


def to_decide(actor: Actor) -> Iterable[WorkItem]:
    """Answered, or not answered in time; one's own reports wait for others."""
    now = database_now()
    for row in queries.waiting(["reported", "answered"], actor):
        if row.state == "answered" or now > row.answer_due_at:
            title = _("Decide about the report %(number)s", number=row.number)
            yield _item(title, row, due=instant(row.decision_due_at), is_own=row.reported_by == actor.person)


def to_rule(actor: Actor) -> Iterable[WorkItem]:
    for row in queries.waiting(["appealed"], actor):
        yield _item(_("Rule on the appeal about %(number)s", number=row.number), row)


def to_agree(actor: Actor) -> Iterable[WorkItem]:
    for row in open_endings(actor, actor.organisation_id or 0):
        if row.kind == "agreement" and row.agreed_at is None:
            yield _ending(_("Agree to the end of %(number)s, or not", number=row.contract.number), row)


def to_carry_out(actor: Actor) -> Iterable[WorkItem]:
    """One's own, and those that the provider has not agreed to, wait for others."""
    for row in open_endings(actor):
        waits = row.prepared_by == actor.person or (row.kind == "agreement" and row.agreed_at is None)
        yield _ending(_("Carry out the end of %(number)s", number=row.contract.number), row, waits=waits)


def to_improve(actor: Actor) -> Iterable[WorkItem]:
    """Plans to answer, then measures to report on, the first that is due."""
    for row in plans_in(["opened", "running"], actor, actor.organisation_id or 0):
        left = [one.due_on for one in row.measures if one.reported_at is None]
        if row.state == "opened":
            yield _plan(_("Answer the improvement plan of %(number)s", number=row.contract.number), row, left)
        elif left:
            yield _plan(_("Report on the improvement plan of %(number)s", number=row.contract.number), row, left)


def plans_to_move(actor: Actor) -> Iterable[WorkItem]:
    """Offered after three misses; or to be closed, as all is reported or due."""
    today = clock.today(fund().zone)
    for row in plans_in(["offered", "opened", "running"], actor):
        if row.state == "offered":
            title = _("Three misses in a row: open a plan for %(number)s", number=row.contract.number)
            yield _plan(title, row, [])
        elif all(one.reported_at or one.due_on < today for one in row.measures):
            yield _plan(_("Close the improvement plan of %(number)s", number=row.contract.number), row, [])


def _plan(title: str, row: ImprovementPlan, days: list[dt.date]) -> WorkItem:
    url = url_for("contracts.improvement", number=row.contract.number, place=row.place)
    return WorkItem(title, url, row.contract.title, due=day(min(days), "short") if days else "", shape="needs_you")


def _ending(title: str, row: ContractEnding, *, waits: bool = False) -> WorkItem:
    url = url_for("contracts.ending", number=row.contract.number)
    bucket, shape = ("waiting", "waiting") if waits else ("today", "needs_you")
    return WorkItem(title, url, row.contract.title, due=day(row.last_on, "short"), bucket=bucket, shape=shape)


def _item(title: str, row: Breach, *, due: str = "", is_own: bool = False) -> WorkItem:
    url = url_for("contracts.breach", number=row.number)
    bucket, shape = ("waiting", "waiting") if is_own else ("today", "needs_you")
    return WorkItem(title, url, row.organisation.name, due=due, bucket=bucket, shape=shape)
