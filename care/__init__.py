"""What was granted, where members are placed, and what was given."""

from __future__ import annotations

from flask import Flask

from core import plan as plans
from core.permissions import Permission
from core.roles import Role
from core.web import NavigationItem, add_navigation, add_work_list
from core.words import _l

ROAD = frozenset({Role.CARE_ASSESSOR, Role.INSPECTOR, Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK, Role.CARE_WORKER})


def register(app: Flask) -> None:
    """Hand this room's pages, commands and work lists to the house."""
    from care import cli, listening, plan, queries, search, succession, views, work
    from care.capitation import listening as capitation
    from care.capitation import work as capitation_work
    from care.capitation.views import blueprint as capitation_pages
    from care.queries.booked import minutes_booked, persons_booked
    from care.services.continuity import after
    from care.services.nearby import left_behind
    from core import restricted, worker
    from procurement import continuity
    from providers import nearby
    from providers.free_places import add_bookings

    plans.declare(plan.PART, plan.parse, title=_l("Checks of care records"))
    app.register_blueprint(views.blueprint)
    app.register_blueprint(capitation_pages)
    add_work_list(Role.FINANCE_OFFICER, capitation_work.to_release)
    app.cli.add_command(cli.group)
    search.register()
    restricted.add_veil(queries.veiled)
    nearby.answer_with(left_behind)
    add_bookings(persons_booked, minutes_booked)
    continuity.answer_with(after)
    worker.every(15, "care facts", listening.listen)
    worker.every(600, "capitation", capitation.count_what_is_due)
    worker.every(15, "placements handed over", succession.listen)
    add_navigation(
        NavigationItem(50, _l("Care"), "care.index", Permission.READ_CARE, "/care", work.waiting_placements, ROAD)
    )
    add_work_list(Role.CARE_ASSESSOR, work.of_assessor)
    for role in (Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK):
        add_work_list(role, work.of_provider)
