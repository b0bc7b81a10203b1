"""People, households and cover: who the fund's members are."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, url_for

from core import imports, plan
from core.actors import Actor
from core.permissions import Permission
from core.roles import Role
from core.web import NavigationItem, WorkItem, add_navigation, add_work_list
from core.words import _l

DESK = frozenset({Role.REGISTRAR, Role.DELEGATE_OFFICER, Role.CLAIMS_OFFICER, Role.CLAIMS_REVIEWER, Role.CARE_ASSESSOR})


def register(app: Flask) -> None:
    """Hand this room's pages, commands and work lists to the house."""
    from members import cli, search, views, waiting

    app.register_blueprint(views.blueprint)
    app.cli.add_command(cli.group)
    search.register()
    plan.declare(waiting.PART, waiting.parse, title=_l("Waiting periods"))
    add_navigation(NavigationItem(10, _l("Members"), "members.index", Permission.READ_MEMBERS, "/members", roles=DESK))
    add_work_list(Role.REGISTRAR, checked_imports)
    add_work_list(Role.DELEGATE_OFFICER, next_registration)
    add_work_list(Role.DELEGATE_OFFICER, checked_imports)


def checked_imports(_actor: Actor) -> Iterable[WorkItem]:
    """Files that were checked, whose good rows nobody has kept yet."""
    return [
        WorkItem(
            title=_l("Keep the good rows of %(name)s", name=row.filename),
            url=url_for("members.show_import", number=row.number),
            context=_l("%(ready)s ready, %(wrong)s need work", ready=row.rows_ready, wrong=row.rows_wrong),
            bucket="week",
            shape="half",
        )
        for row in imports.waiting("members")
    ]


def next_registration(_actor: Actor) -> Iterable[WorkItem]:
    """A delegate's desk always starts here."""
    return [WorkItem(title=_l("Register a member"), url=url_for("members.new"), bucket="week", shape="open")]
