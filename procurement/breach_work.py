"""What breaches give people to do: answer, decide, rule; each in its days."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from core.actors import Actor
from core.db import database_now
from core.roles import Role
from core.web import WorkItem, add_work_list
from core.web.filters import instant
from core.words import _
from procurement.models.breach import Breach
from procurement.queries import breaches as queries


def register() -> None:
    add_work_list(Role.PROVIDER_MANAGER, to_answer)
    add_work_list(Role.COMPLAINTS_OFFICER, to_rule)
    for role in (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR):
        add_work_list(role, to_decide)


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


def _item(title: str, row: Breach, *, due: str = "", is_own: bool = False) -> WorkItem:
    url = url_for("contracts.breach", number=row.number)
    bucket, shape = ("waiting", "waiting") if is_own else ("today", "needs_you")
    return WorkItem(title, url, row.organisation.name, due=due, bucket=bucket, shape=shape)
