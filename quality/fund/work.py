"""Second reviews to make, differences to settle."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from core.actors import Actor
from core.web import WorkItem
from core.web.filters import instant
from core.words import _
from quality.fund import queries

SHOWN = 5


def to_review(who: Actor) -> Iterable[WorkItem]:
    """Not one's own decisions."""
    rows = [row for row in queries.reviews_in(("drawn",)) if row.first_by != who.person]
    for row in rows[:SHOWN]:
        title = _("Review claim %(number)s once more, blind", number=row.claim_number)
        yield WorkItem(title, url_for("double_reviews.show", key=row.id), due=instant(row.due_at), bucket="week")


def to_settle(_who: Actor) -> Iterable[WorkItem]:
    for row in queries.reviews_in(("differing",), SHOWN):
        title = _("Two reviewers differ on claim %(number)s", number=row.claim_number)
        yield WorkItem(title, url_for("double_reviews.show", key=row.id), bucket="week", shape="needs_you")
