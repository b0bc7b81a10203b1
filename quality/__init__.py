"""Was it good? Indicators from the fund's own records, scores, audit cases and samples."""

from __future__ import annotations

from flask import Flask

from core import worker
from core.permissions import Permission
from core.plan import declare
from core.roles import Role
from core.web import NavigationItem, add_navigation, add_work_list
from core.web.home import set_stages
from core.words import _l


def register(app: Flask) -> None:
    """Hand this room's pages, commands and work lists to the house."""
    from quality import (  # drawing names its task for the worker
        cli,
        code_lists,
        drawing,  # noqa: F401
        moving,
        refreshing,
        views,
        worklists,
    )
    from quality.audit_cases import work as audit_work
    from quality.desk import plan as screens
    from quality.desk import running
    from quality.desk.views import blueprint as desk
    from quality.fund import work as fund_work
    from quality.grievances import work as grievance_work
    from quality.inspections import wiring as inspections
    from quality.plan import parse
    from quality.returns import wiring as returns
    from quality.samples import wiring as samples
    from quality.scoring import wiring as scoring
    from quality.services.computing import PART

    worker.every(60, "quality cases", moving.move)
    worker.every(600, "quality night", refreshing.ask_when_due)
    declare(PART, parse, title=_l("Quality indicators"))
    audit_work.register()
    grievance_work.register(app)
    fund_work.register(app)
    declare(screens.PART, screens.parse, title=_l("Screens and the auditors’ year"))
    worker.every(900, "screens", running.ask_when_due)
    declare(code_lists.PART, code_lists.parse, title=_l("Codes that indicators count"))
    app.register_blueprint(views.blueprint)
    app.register_blueprint(views.spending.blueprint)
    app.register_blueprint(desk)
    returns.register(app)
    scoring.register(app)
    inspections.register(app)
    samples.register(app)
    app.cli.add_command(cli.quality_group)
    add_work_list(Role.AUDITOR, worklists.for_auditor)
    set_stages(Role.AUDITOR, worklists.stages)
    add_navigation(
        NavigationItem(
            80, _l("Quality"), "quality.index", Permission.READ_QUALITY, "/quality", worklists.alerts_waiting
        )
    )
