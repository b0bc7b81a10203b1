"""What cases give people to do, each in its days."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from core import clock
from core.actors import Actor
from core.config import fund
from core.web import WorkItem
from core.web.filters import day, instant
from core.words import _
from quality.audit_cases import queries
from quality.audit_cases.models import AuditCase

SHOWN = 8


def to_move(who: Actor) -> Iterable[WorkItem]:
    """Cases to conclude or to decide; someone's safety first. One's own conclusions wait for another auditor."""
    for row in queries.audit_cases(states=("opened", "replied"), limit=SHOWN):
        waits = row.state == "replied" and row.concluded_by == who.person
        is_ready = row.state == "replied"
        decide, finish = (
            _("Decide audit case %(number)s", number=row.number),
            _("Finish audit case %(number)s", number=row.number),
        )
        yield _item(decide if is_ready else finish, row, waits=waits)


def to_check(_who: Actor) -> Iterable[WorkItem]:
    """Changes that a provider reported, or that are due and were not."""
    for one in queries.recommendations_due(clock.today(fund().zone), SHOWN):
        row = one.case
        title = _("Check what %(name)s changed", name=row.organisation.name)
        url = url_for("quality.audit_case", number=row.number)
        yield WorkItem(title, url, row.number, due=day(one.due_on, "short"), bucket="week", shape="check")


def to_answer(who: Actor) -> Iterable[WorkItem]:
    """A provisional finding to reply to, a decision to accept or to appeal, changes to report."""
    for row in queries.cases_of_provider(who.organisation_id or 0, ("provisional", "decided")):
        if row.state == "provisional":
            yield _item(_("Reply to the finding in %(number)s", number=row.number), row)
        elif row.accepted_at is None and row.appealed_at is None:
            yield _item(_("Read the decision in %(number)s", number=row.number), row)
        for one in row.recommendations:
            if row.state == "decided" and one.reported_at is None:
                url = url_for("quality.audit_case", number=row.number)
                title = _("Report what you changed: %(text)s", text=one.text[:60])
                yield WorkItem(title, url, row.number, due=day(one.due_on, "short"), bucket="week", shape="half")


def to_rule(_who: Actor) -> Iterable[WorkItem]:
    for row in queries.appealed_cases(("appealed",)):
        yield _item(_("Rule on the appeal in audit case %(number)s", number=row.number), row)


def _item(title: str, row: AuditCase, *, waits: bool = False) -> WorkItem:
    bucket, shape = ("waiting", "waiting") if waits else ("today" if row.is_safeguarding else "week", "needs_you")
    url, due = url_for("quality.audit_case", number=row.number), instant(row.due_at) if row.due_at else ""
    return WorkItem(title, url, row.organisation.name, due=due, bucket=bucket, shape=shape)
