"""What was given: visits, and the week of a site."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import request

from care import queries
from care.views import blueprint
from care.views.granting import PAGE, _scope
from core import clock
from core.codes import service_names
from core.config import fund
from core.permissions import Permission
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, page
from members import queries as members


@blueprint.get("/visits")
@allow(Permission.READ_CARE)
def visits() -> Any:
    at, only_incomplete = max(request.args.get("page", 1, int), 1), request.args.get("show") == "incomplete"
    rows, total = queries.visits(
        actor(), organisation_id=_scope(), only_incomplete=only_incomplete, limit=PAGE, offset=(at - 1) * PAGE
    )
    return page(
        "care/visits.html",
        visits=rows,
        total=total,
        at=at,
        pages=-(-total // PAGE),
        only_incomplete=only_incomplete,
        people=members.public_ids([row.member_id for row in rows]),
        names=service_names({row.service for row in rows}),
    )


@blueprint.get("/week")
@allow(Permission.READ_CARE)
def week() -> Any:
    """Seven days of one site: booked, present, licensed."""
    sites = queries.day_sites(_scope())
    site = next((s for s in sites if s.id == request.args.get("site", 0, int)), sites[0] if sites else None)
    monday = _monday(request.args.get("on", ""))
    days = queries.site_week(actor(), site.id, site.organisation_id, monday) if site else []
    step = dt.timedelta(days=7)
    return page(
        "care/week.html", sites=sites, site=site, monday=monday, days=days, before=monday - step, after=monday + step
    )


def _monday(text: str) -> dt.date:
    """The Monday of the day asked for, or of today."""
    try:
        day = parse_date(text) if text else clock.today(fund().zone)
    except BadValue:
        day = clock.today(fund().zone)
    return day - dt.timedelta(days=day.weekday())
