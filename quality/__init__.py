"""Was it good? Indicators from the fund's own records, scores, audit cases and samples."""

from __future__ import annotations

from flask import Flask

from core.permissions import Permission
from core.plan import declare
from core.roles import Role
from core.web import NavigationItem, add_navigation, add_work_list
from core.web.home import set_stages
from core.words import _l


def register(app: Flask) -> None:
    """Hand this room's pages, commands and work lists to the house."""
    from procurement.kpi import hooks
    from quality import cli, drawing, stakes, views, worklists  # noqa: F401 - drawing names its task for the worker
    from quality.plan import parse
    from quality.services.computing import PART

    declare(PART, parse, title=_l("Quality indicators"))
    hooks.fill_quality_parts(stakes.parts)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(views.spending.blueprint)
    app.cli.add_command(cli.quality_group)
    add_work_list(Role.AUDITOR, worklists.for_auditor)
    for role in (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK):
        add_work_list(role, worklists.for_provider)
    set_stages(Role.AUDITOR, worklists.stages)
    add_navigation(
        NavigationItem(
            80, _l("Quality"), "quality.index", Permission.READ_QUALITY, "/quality", worklists.alerts_waiting
        )
    )
