"""Who is placed with a provider from a day on, by random number: what stands behind a warning before a decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import request

from care.queries.nearby import elsewhere, placed_at, without_place
from care.services.nearby import touches
from care.views import blueprint
from care.views.granting import PAGE, fund_only
from core import clock
from core.codes import line_names, service_names
from core.config import fund
from core.errors import NotFound
from core.permissions import Permission
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, page
from core.words import _l
from procurement.queries.contracts import contract_by_number
from procurement.queries.endings import services_lost
from providers.models import Provider
from providers.nearby import Stop
from providers.queries import provider_by_number, provider_of


@blueprint.get("/affected")
@allow(Permission.READ_CARE)
def affected() -> Any:
    """`provider` or `contract`: a number; `on`: today if none is named. Those without a place nearby come first."""
    fund_only()
    on = _day(request.args.get("on", ""))
    provider, stop = _stop(on)
    rows = [row for row in placed_at([stop.organisation_id], on, actor()) if touches(stop, row)]
    others = elsewhere({row.service for row in rows}, {row.service_line for row in rows}, on)
    lost = {row.number for row in without_place(rows, others, provider.organisation_id)}
    rows = sorted(rows, key=lambda row: (row.number not in lost, row.district, row.number))
    at = max(request.args.get("page", 1, int), 1)
    return page(
        "care/affected.html", provider=provider, on=on, rows=rows[(at - 1) * PAGE : at * PAGE], lost=lost, at=at,
        total=len(rows), pages=max(-(-len(rows) // PAGE), 1), names=service_names(),
        lines=line_names(),
    )  # fmt: skip


def _stop(on: dt.date) -> tuple[Provider, Stop]:
    """What would stop: all that a provider gives, or what one contract of it alone covers."""
    contract = contract_by_number(request.args.get("contract", ""), who=actor())
    found = (
        provider_by_number(request.args.get("provider", ""))
        if contract is None
        else provider_of(contract.organisation_id)
    )
    if found is None:
        raise NotFound(_l("There is no such provider."))
    lost = None if contract is None else frozenset(services_lost(contract.id, on))
    return found, Stop(found.organisation_id, on, lost)


def _day(typed: str) -> dt.date:
    try:
        return parse_date(typed) if typed else clock.today(fund().zone)
    except BadValue:
        return clock.today(fund().zone)
