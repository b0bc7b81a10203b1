"""Second reviews to make, differences to settle; the jobs of the month and of the quarter."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, url_for

from core.actors import Actor
from core.roles import Role
from core.web import WorkItem, add_work_list
from core.web.filters import instant
from core.words import _
from core.worker import every
from quality.fund import double_review, queries, services

EVERY_SECONDS = 3600
SHOWN = 5


def register(app: Flask) -> None:
    from quality.fund.views import blueprint, public

    app.register_blueprint(public)
    app.register_blueprint(blueprint)
    add_work_list(Role.CLAIMS_REVIEWER, to_review)
    add_work_list(Role.AUDITOR, to_settle)
    every(EVERY_SECONDS, "fund scorecard", services.compute_when_due)
    every(EVERY_SECONDS, "double reviews", double_review.draw_when_due)


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
