"""What samples hand to the house: pages for auditors, the audited and everybody, the plan part, reminders, work."""

from __future__ import annotations

from flask import Flask

from core import worker
from core.plan import declare
from core.roles import Role
from core.web import add_work_list
from core.words import _l


def register(app: Flask) -> None:
    """Called by the room."""
    from quality.samples import plan, views, work
    from quality.samples.services.asking import remind_overdue

    declare(plan.PART, plan.parse, title=_l("Samples of claim lines"))
    app.register_blueprint(views.blueprint)
    app.register_blueprint(views.public.blueprint)
    worker.every(3600, "missing papers", remind_overdue)
    add_work_list(Role.AUDITOR, work.of_auditor)
    for role in (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK):
        add_work_list(role, work.of_provider)
