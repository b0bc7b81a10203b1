"""What this part hands to the house."""

from __future__ import annotations

from flask import Flask

from core.plan import declare
from core.roles import Role
from core.web import add_work_list
from core.words import _l
from quality.inspections import plan, views, work


def register(app: Flask) -> None:
    """Pages and work lists."""
    declare(plan.PART, plan.parse, title=_l("Checklists of inspections"))
    app.register_blueprint(views.blueprint)
    add_work_list(Role.INSPECTOR, work.of_inspector)
    for role in (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK):
        add_work_list(role, work.of_provider)
