"""Who has what to do: the inspector's own visits and findings to see again, the provider's reports to answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flask import url_for

from core import clock
from core.actors import Actor
from core.config import fund
from core.web import WorkItem
from core.web.filters import day_words
from core.words import _
from quality.inspections import queries
from quality.inspections.plan import inspections_on

SHOWN = 5


def of_inspector(who: Actor) -> Iterator[WorkItem]:
    """Visits that are planned or under way, the next first."""
    today = clock.today(fund().zone)
    for row in queries.listed(("planned", "under_way"), inspector=who.person, limit=SHOWN):
        yield WorkItem(
            title=_("Inspect %(name)s", name=row.organisation.name),
            url=url_for("inspections.show", number=row.number),
            context=_("%(number)s, announced", number=row.number) if row.is_announced else row.number,
            due=row.visit_on,
            bucket="today" if row.visit_on <= today else "week",
            shape="in_progress" if row.state == "under_way" else "open",
            is_urgent=row.visit_on < today,
        )


def of_provider(who: Actor) -> Iterator[WorkItem]:
    """Reports that wait for an answer."""
    if who.organisation_id is None:
        return
    today = clock.today(fund().zone)
    rules = inspections_on(today)
    for row in queries.listed(("reported",), who.organisation_id, limit=SHOWN):
        said_on = clock.local_day(row.reported_at, fund().zone) if row.reported_at else today
        until = said_on + dt.timedelta(days=rules.reply_days if rules else 0)
        yield WorkItem(
            title=_("Read and answer the report of inspection %(number)s", number=row.number),
            url=url_for("inspections.show", number=row.number),
            context=_("visit of %(day)s", day=day_words(row.visit_on)),
            due=until,
            bucket="week",
            shape="needs_you",
            is_urgent=until < today,
        )
