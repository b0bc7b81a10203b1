"""Payments: the double-entry ledger, what is owed, runs released by a second person, bank files."""

from __future__ import annotations

from flask import Flask

from core import audit
from core.permissions import Permission
from core.roles import Role
from core.web import NavigationItem, add_navigation, add_work_list
from core.words import _l


def register(app: Flask) -> None:
    """Hand this room's pages, commands and work lists to the house."""
    from payments import cli, integrity, search, views, worklists

    audit.add_check("payments", integrity.check)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(views.ledger_blueprint)
    app.cli.add_command(cli.ledger_group)
    search.register()
    add_work_list(Role.FINANCE_OFFICER, worklists.for_finance)
    for role in (Role.PROVIDER_CLERK, Role.PROVIDER_MANAGER):
        add_work_list(role, worklists.for_provider)
    add_navigation(
        NavigationItem(
            70, _l("Payments"), "payments.index", Permission.READ_PAYMENTS, "/payments", worklists.releases_waiting
        )
    )
    add_navigation(NavigationItem(75, _l("Ledger"), "ledger.trial_balance", Permission.READ_LEDGER, "/ledger"))
