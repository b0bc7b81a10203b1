"""The register: who asks to give care, who is accredited, where, with how many places."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hand this room's pages, API and work lists to the house."""
    from core import plan as house_plan
    from core import worker
    from core.permissions import Permission
    from core.roles import Role
    from core.web import NavigationItem, add_navigation
    from core.web import api as web_api
    from core.words import _l
    from providers import api, fact_api, facts, plan, search, views, work
    from providers.services import reminding

    house_plan.declare(plan.PART, plan.parse, title=_l("Accreditation and the register"))
    house_plan.declare(facts.PART, facts.parse, title=_l("Facts about organisations"))
    worker.every(3600, "accreditations", reminding.remind)

    for blueprint in (views.registration, views.register, views.workers, views.public):
        app.register_blueprint(blueprint)
    web_api.register(app, api.blueprint)
    web_api.register(app, fact_api.blueprint)
    work.register()
    search.register()
    fund = {Role.REGISTRAR, Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR, Role.AUDITOR, Role.INSPECTOR}
    road = frozenset(fund | {Role.ADMINISTRATOR, Role.PROVIDER_MANAGER})
    item = NavigationItem(
        20, _l("Providers"), "providers.index", Permission.READ_PROVIDERS, "/providers", work.waiting, road
    )
    add_navigation(item)
