"""What scoring hands to the house: pages, work lists, its share of a contract's money, and a job."""

from __future__ import annotations

from flask import Flask

from core import worker
from core.roles import Role
from core.web import add_work_list
from procurement.kpi import hooks
from quality.scoring import agreed, stakes, views, work


def register(app: Flask) -> None:
    hooks.fill_quality_parts(stakes.parts)
    hooks.fill_score_terms(agreed.announced)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(views.public.blueprint)
    add_work_list(Role.AUDITOR, work.for_auditor)
    add_work_list(Role.FINANCE_OFFICER, work.for_finance)
    for role in (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK):
        add_work_list(role, work.for_provider)
    worker.every(600, "final scores", work.finalise)
