"""From a claim line, or a day of a provider, to the visits and attendance behind it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import request

from claims.queries.records import claim_by_number
from core.errors import NotFound
from core.permissions import Permission
from core.restricted import sees_restricted
from core.web import actor, allow, page
from core.words import _l
from quality.desk import presenters
from quality.desk.queries import behind
from quality.desk.queries.providers import provider_of_organisation
from quality.desk.views.blueprint import blueprint
from quality.viewers import provider_seen, viewer_of


@blueprint.get("/lines/<number>/<int:line_no>")
@allow(Permission.READ_QUALITY)
def line(number: str, line_no: int) -> Any:
    """The records of the member, the provider and the days that a claim line bills."""
    who, found = actor(), claim_by_number(number)
    claim = found[0] if found else None
    provider = provider_of_organisation(claim.organisation_id) if claim else None
    if claim is None or provider is None or not viewer_of(who).sees_cases_of(provider.number):
        raise NotFound(_l("This claim line does not exist for you."))
    billed = behind.billed_line(claim, line_no)
    if billed is None or (claim.is_restricted and not sees_restricted(who)):
        raise NotFound(_l("This claim line does not exist for you."))
    first, last = billed.service_from or claim.service_from, billed.service_until or claim.service_until
    return page(
        "quality/desk/records.html",
        claim=claim,
        line=billed,
        provider=provider,
        first=first,
        last=last,
        records=behind.records(provider.organisation_id, first, last, member_id=claim.member_id),
        visit="",
        show=presenters,
    )


@blueprint.get("/days/<number>/<day>")
@allow(Permission.READ_QUALITY)
def day(number: str, day: str) -> Any:
    """What a provider recorded on one day; `visit` marks one of them."""
    who = actor()
    provider = provider_seen(number, who)
    if not viewer_of(who).sees_cases_of(provider.number):
        raise NotFound(_l("These records do not exist for you."))
    try:
        on = dt.date.fromisoformat(day)
    except ValueError as error:
        raise NotFound(_l("No such day.")) from error
    return page(
        "quality/desk/records.html",
        claim=None,
        line=None,
        provider=provider,
        first=on,
        last=on,
        records=behind.records(provider.organisation_id, on, on),
        visit=request.args.get("visit", ""),
        show=presenters,
    )
