"""Claims: what was asked, what was decided and why."""

from __future__ import annotations

from flask import Flask

from claims import engine
from core import audit, plan, restricted, worker
from core.permissions import Permission
from core.roles import Role
from core.web import NavigationItem, add_navigation, add_work_list
from core.web import api as web_api
from core.web.confirming import add_foresight
from core.web.home import set_actions
from core.words import _l

engine.use()  # before a module of the engine is imported


def register(app: Flask) -> None:
    """Hand this room's pages, commands and work lists to the house."""
    from claims import accepted, api, benefit_plan, cli, documents, facts, integrity, plan_cli, search, views, worklists
    from claims.cash import paying
    from claims.funding import closing
    from claims.funding.views import blueprint as funding_pages
    from claims.hours import counting
    from claims.opening.cli import opening_group
    from claims.queries import records
    from claims.redecisions import listening
    from claims.redecisions.foreseeing import foresee
    from claims.telling import services as telling
    from claims.views import simulating
    from procurement.kpi import hooks

    audit.add_check("claims", integrity.check)
    hooks.fill_accepted_values(accepted.accepted_values)
    plan.declare(facts.PART, benefit_plan.parse, title=_l("Benefits"), wording=benefit_plan.words_of)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(funding_pages)
    simulating.registered(app)
    web_api.register(app, api.blueprint)
    search.register()
    restricted.add_veil(records.veiled)
    add_foresight(foresee)
    worker.every(15, "redecisions", listening.listen)
    worker.every(3600, "documents", documents.decide_due)
    worker.every(3600, "cash", paying.pay_due)
    worker.every(3600, "funding", closing.split_what_is_due)
    worker.every(600, "claimed hours", counting.count_due)
    worker.every(60, "members told", telling.tell)
    app.cli.add_command(cli.claims_group)
    app.cli.add_command(cli.medicare_group)
    app.cli.add_command(opening_group)
    app.cli.add_command(plan_cli.plan_group)
    for role in (Role.PROVIDER_CLERK, Role.PROVIDER_MANAGER):
        add_work_list(role, worklists.for_provider)
    for role in (Role.MEMBER, Role.REPRESENTATIVE):
        add_work_list(role, worklists.for_member)
        set_actions(role, worklists.member_actions)
    add_work_list(Role.CLAIMS_REVIEWER, worklists.for_reviewer)
    add_work_list(Role.CLAIMS_OFFICER, worklists.for_officer)
    for role in (Role.CLAIMS_OFFICER, Role.FINANCE_OFFICER):
        add_work_list(role, worklists.corrections)
    add_navigation(
        NavigationItem(60, _l("Claims"), "claims.index", Permission.READ_CLAIMS, "/claims", worklists.waiting)
    )
