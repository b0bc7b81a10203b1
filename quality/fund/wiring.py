"""What the fund's own figures hand to the house: pages, second reviews, the jobs of the month and of the quarter."""

from __future__ import annotations

from flask import Flask

from core import worker
from core.roles import Role
from core.web import add_work_list
from quality.fund import double_review, services, views, work


def register(app: Flask) -> None:
    app.register_blueprint(views.public)
    app.register_blueprint(views.blueprint)
    add_work_list(Role.CLAIMS_REVIEWER, work.to_review)
    add_work_list(Role.AUDITOR, work.to_settle)
    worker.every(3600, "fund scorecard", services.compute_when_due)
    worker.every(3600, "double reviews", double_review.draw_when_due)
