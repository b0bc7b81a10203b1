"""What samples give people to do: lines to draw and to judge, papers to send. A fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from core import clock
from core.actors import Actor
from core.config import fund
from core.web import WorkItem
from core.words import _, ngettext
from quality.samples.queries.samples import asked_samples, unfinished


def of_auditor(who: Actor) -> Iterable[WorkItem]:
    """Samples that can be drawn today or wait for findings."""
    today = clock.today(fund().zone)
    for row in unfinished(who):
        if row.state == "announced" and row.source_on is not None:
            can_draw = row.source_on <= today
            yield WorkItem(
                title=_("Draw sample %(number)s", number=row.number),
                url=url_for("samples.sample", number=row.number),
                context=row.organisation.name,
                due=row.source_on,
                bucket="today" if can_draw else "waiting",
                shape="needs_you" if can_draw else "waiting",
            )
        elif row.state == "drawn" and row.announced_at is not None:
            yield WorkItem(
                title=_("Judge the lines of sample %(number)s", number=row.number),
                url=url_for("samples.sample", number=row.number),
                context=row.organisation.name,
                bucket="week",
                shape="in_progress",
            )


def of_provider(who: Actor) -> Iterable[WorkItem]:
    """Samples of which lines have no papers yet."""
    today = clock.today(fund().zone)
    for row, asked, came, due in asked_samples(who.organisation_id or 0):
        if row.state == "drawn" and due is not None and asked > came:
            yield WorkItem(
                title=ngettext("Send the papers of %(num)s line", "Send the papers of %(num)s lines", asked - came),
                url=url_for("samples.asked_sample", number=row.number),
                context=_("Sample %(number)s", number=row.number),
                due=due,
                shape="needs_you",
                is_urgent=due <= today,
            )
