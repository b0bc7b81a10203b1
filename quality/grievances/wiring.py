"""What complaints about care hand to the house: pages, their knot on the road, work lists."""

from __future__ import annotations

from flask import Flask

from core.permissions import Permission
from core.roles import Role
from core.web import NavigationItem, add_navigation, add_work_list
from core.words import _l
from quality.grievances import views, work


def register(app: Flask) -> None:
    app.register_blueprint(views.blueprint)
    who = Permission.RAISE_GRIEVANCE  # auditors find them among what waits for them
    add_navigation(NavigationItem(75, _l("Complaints about care"), "grievances.index", who, "/grievances"))
    for role in (Role.COMPLAINTS_OFFICER, Role.AUDITOR):
        add_work_list(role, work.to_answer)
