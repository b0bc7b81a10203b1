"""Who has what to do: returns that are due, and those that wait for eyes; and the job that asks and reminds."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for

from core import clock
from core.actors import SYSTEM, Actor
from core.config import fund
from core.db import unit_of_work
from core.web import WorkItem
from core.words import _, ngettext
from quality.returns import queries, services
from quality.returns.standing import names_on

SHOWN = 5


def of_provider(who: Actor) -> Iterator[WorkItem]:
    """Drafts by their last day, and what was sent back; a fixed number of statements."""
    if who.organisation_id is None:
        return
    now, names = clock.now(), names_on(clock.today(fund().zone))
    for row in queries.listed(("draft", "returned"), who.organisation_id, limit=SHOWN):
        name, is_back = names.get(row.indicator, row.indicator), row.state == "returned"
        yield WorkItem(
            title=_("Correct the return “%(name)s”", name=name)
            if is_back
            else _("Send the return “%(name)s”", name=name),
            url=url_for("returns.show", number=row.number),
            context=row.number,
            due=clock.local_day(row.due_at, fund().zone),
            bucket="today" if is_back or now > row.due_at else "week",
            shape="needs_you" if is_back else "draft",
            is_urgent=now > row.due_at,
        )


def of_judge(_who: Actor) -> Iterator[WorkItem]:
    """One line for all: the list is one click away."""
    count = queries.counts().get("sent", 0)
    if count:
        words = ngettext("Verify %(num)s return of a provider", "Verify %(num)s returns of providers", count)
        yield WorkItem(title=words, url=url_for("returns.index", state="sent"), bucket="week", shape="in_progress")


def ask_and_remind() -> None:
    """The job: what a period's end asks for, then reminders."""
    today = clock.today(fund().zone)
    with unit_of_work():
        services.ask_due(today, by=SYSTEM)
        services.remind(today, by=SYSTEM)
