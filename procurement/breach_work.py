"""What breaches and early ends give people to do: answer, decide, rule, agree, carry out; each in its days."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from core.actors import Actor
from core.db import database_now
from core.roles import Role
from core.web import WorkItem, add_work_list
from core.web.filters import day, instant
from core.words import _
from procurement.models.breach import Breach
from procurement.models.ending import ContractEnding
from procurement.queries import breaches as queries
from procurement.queries.endings import open_endings


def register() -> None:
    add_work_list(Role.PROVIDER_MANAGER, to_answer)
    add_work_list(Role.COMPLAINTS_OFFICER, to_rule)
    add_work_list(Role.PROVIDER_MANAGER, to_agree)
    for role in (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR):
        add_work_list(role, to_decide)
        add_work_list(role, to_carry_out)


def to_answer(actor: Actor) -> Iterable[WorkItem]:
    """While there is time."""
    now = database_now()
    for row in queries.waiting(["reported"], actor, actor.organisation_id or 0):
        if now <= row.answer_due_at:
            title = _("Answer the report %(number)s", number=row.number)
            yield _item(title, row, due=str(instant(row.answer_due_at)))


def to_decide(actor: Actor) -> Iterable[WorkItem]:
    """Answered, or not answered in time; one's own reports wait for others."""
    now = database_now()
    for row in queries.waiting(["reported", "answered"], actor):
        if row.state == "answered" or now > row.answer_due_at:
            title = _("Decide about the report %(number)s", number=row.number)
            yield _item(title, row, due=str(instant(row.decision_due_at)), is_own=row.reported_by == actor.person)


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


def _ending(title: str, row: ContractEnding, *, waits: bool = False) -> WorkItem:
    url = url_for("contracts.ending", number=row.contract.number)
    bucket, shape = ("waiting", "waiting") if waits else ("today", "needs_you")
    return WorkItem(title, url, row.contract.title, due=day(row.last_on, "short"), bucket=bucket, shape=shape)


def _item(title: str, row: Breach, *, due: str = "", is_own: bool = False) -> WorkItem:
    url = url_for("contracts.breach", number=row.number)
    bucket, shape = ("waiting", "waiting") if is_own else ("today", "needs_you")
    return WorkItem(title, url, row.organisation.name, due=due, bucket=bucket, shape=shape)
