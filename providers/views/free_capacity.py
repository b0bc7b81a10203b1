"""Free capacity for who places members: by kind of care and district, on a day and at an hour."""

from __future__ import annotations

from typing import Any

from flask import request

from core import clock, codes
from core.config import fund
from core.errors import InputErrors
from core.permissions import Permission
from core.restricted import sees_restricted
from core.roles import PROVIDER_STAFF
from core.web import actor, allow, page
from providers import queries
from providers.opening_times import DAY_NAMES
from providers.views import register as blueprint
from providers.wanted import Wanted, wanted


@blueprint.get("/free-places")
@allow(Permission.READ_PROVIDERS)
def free_places() -> Any:
    """The fund sees everybody's, a provider its own."""
    try:
        return _page(wanted(request.args))
    except InputErrors as errors:
        return _page(Wanted(), errors)


def _page(looked_for: Wanted, errors: InputErrors | None = None) -> Any:
    who, moment = actor(), looked_for.moment(clock.today(fund().zone))
    own = (who.organisation_id or 0) if who.roles <= PROVIDER_STAFF else None
    told = sees_restricted(who)
    rows = queries.free_capacity(moment, organisation_id=own, service_line=looked_for.service, with_restricted=told)
    names = codes.line_names()
    lines = names if told else queries.open_lines()
    days = list(enumerate(DAY_NAMES[:7]))
    values = request.args if errors else looked_for.arguments
    shown: dict[str, Any] = {"rows": rows, "names": names, "lines": lines, "days": days, "moment": moment}
    return page("providers/free_places.html", errors=errors, values=values, **shown)
