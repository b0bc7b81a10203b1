"""What waits in this room, per role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flask import url_for
from markupsafe import escape

from core import clock
from core.actors import Actor
from core.config import fund
from core.web import WorkItem
from core.web.filters import day, money
from core.words import _, ngettext
from payments import queries


def for_finance(who: Actor) -> Iterator[WorkItem]:
    """Runs to release, runs sent back, money that falls due."""
    for run in queries.runs_in("prepared"):
        is_mine = run.prepared_by == who.person
        yield WorkItem(
            title=_("Release run %(number)s", number=run.number),
            url=url_for("payments.show", number=run.number),
            context=_("prepared by you; someone else must release it")
            if is_mine
            else _("prepared by %(name)s", name=run.prepared_by_name),
            due=run.value_on,
            bucket="waiting" if is_mine else "today",
            shape="waits" if is_mine else "needs_you",
            is_urgent=not is_mine and run.value_on <= clock.today(fund().zone),
        )
    count, total = queries.due_total(clock.today(fund().zone) + dt.timedelta(days=7))
    if count:
        yield WorkItem(
            title=_("Prepare the next payment run"),
            url=url_for("payments.index"),
            context=ngettext("%(num)s claim", "%(num)s claims", count) + " · " + money(total, True),
            bucket="week",
            shape="open",
        )


def for_provider(who: Actor) -> Iterator[WorkItem]:
    """Money on its way to the cooperative."""
    if who.organisation_id is None:
        return
    count, total, due_on = queries.waiting_sum(who.organisation_id)
    if count:
        yield WorkItem(
            title=_("Money on its way"),
            url=url_for("payments.index"),
            context=ngettext("%(num)s decided claim", "%(num)s decided claims", count) + " · " + money(total, True),
            due=escape(_("due %(day)s")) % {"day": day(due_on, "weekday")} if due_on else "",
            bucket="waiting",
            shape="half",
        )


def releases_waiting(who: Actor) -> int:
    return (
        sum(run.prepared_by != who.person for run in queries.runs_in("prepared")) if who.organisation_id is None else 0
    )
