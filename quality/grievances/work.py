"""Complaints to answer, someone's safety first."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from core.actors import Actor
from core.web import WorkItem
from core.web.filters import instant
from core.words import _
from quality.grievances import queries
from quality.grievances.states import KINDS, SAFETY

SHOWN = 6


def to_answer(_who: Actor) -> Iterable[WorkItem]:
    for row in queries.grievances(states=("received", "taken_up"), limit=SHOWN):
        title = _("Answer complaint %(number)s", number=row.number)
        url, due = url_for("grievances.show", number=row.number), instant(row.due_at)
        is_urgent = row.kind == SAFETY
        bucket, shape = ("today", "triangle") if is_urgent else ("week", "needs_you")
        yield WorkItem(title, url, str(KINDS[row.kind]), due=due, bucket=bucket, shape=shape, is_urgent=is_urgent)
