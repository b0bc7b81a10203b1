"""What this part hands to the house."""

from __future__ import annotations

from flask import Flask

from core import worker
from core.plan import declare
from core.roles import Role
from core.web import add_work_list
from core.web import api as web_api
from core.words import _l
from quality.returns import api, plan, views, work


def register(app: Flask) -> None:
    """Pages, API, work lists and the hourly job."""
    declare(plan.PART, plan.parse, title=_l("Returns of providers"))
    app.register_blueprint(views.blueprint)
    app.register_blueprint(views.surveys)
    web_api.register(app, api.blueprint)
    worker.every(3600, "returns", work.ask_and_remind)
    for role in (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK):
        add_work_list(role, work.of_provider)
    for role in (Role.AUDITOR, Role.INSPECTOR):
        add_work_list(role, work.of_judge)
