"""What indicators hand to the house: pages, plan parts, commands, the night's work, the auditor's alerts."""

from __future__ import annotations

from flask import Flask

from core import worker
from core.permissions import Permission
from core.plan import declare
from core.roles import Role
from core.web import NavigationItem, add_navigation, add_work_list
from core.web.home import set_stages
from core.words import _l
from quality import (
    cli,
    code_lists,
    drawing,  # noqa: F401 - names its task for the worker
    moving,
    plan,
    refreshing,
    views,
    worklists,
)
from quality.names import PART


def register(app: Flask) -> None:
    declare(PART, plan.parse, title=_l("Quality indicators"))
    declare(code_lists.PART, code_lists.parse, title=_l("Codes that indicators count"))
    app.register_blueprint(views.blueprint)
    app.register_blueprint(views.spending.blueprint)
    app.cli.add_command(cli.quality_group)
    worker.every(60, "quality cases", moving.move)
    worker.every(600, "quality night", refreshing.ask_when_due)
    add_work_list(Role.AUDITOR, worklists.for_auditor)
    set_stages(Role.AUDITOR, worklists.stages)
    add_navigation(
        NavigationItem(
            80, _l("Quality"), "quality.index", Permission.READ_QUALITY, "/quality", worklists.alerts_waiting
        )
    )
