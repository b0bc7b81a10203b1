"""From a grant to a provider: offered by the fund, accepted or declined by the provider, ended by either."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

from care import queries
from care.models import CareGrant, Placement, PlacementSlot
from care.records import Slot
from care.services.replacing import keep_replaced
from care.states import DECLINE_REASONS, PLACEMENT
from core import audit, clock, events
from core.accounts.readers import reader_of, tell
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, InputErrors, NotFound
from core.numbers import next_number
from core.words import _, _l


def offer_placement(
    grant: CareGrant,
    *,
    organisation_id: int,
    service: str,
    valid_from: dt.date,
    valid_until: dt.date,
    pattern: Sequence[Slot],
    by: Actor,
    site_id: int | None = None,
    unit: str = "",
    kind: str = "",
    at: dt.datetime | None = None,
) -> Placement:
    """Offer the member to a contracted provider with free places. `kind`: visit or day; a site means days."""
    at, kind = at or clock.now(), kind or ("day" if site_id else "visit")
    _check_offer(grant, organisation_id, service, valid_from, valid_until, pattern)
    if site_id is not None:
        _check_site(grant, organisation_id, site_id, valid_from, valid_until, pattern, kind)
    row = Placement(
        number=next_number("PL", clock.local_day(at, fund().zone).year),
        grant=grant,
        member_id=grant.member_id,
        organisation_id=organisation_id,
        site_id=site_id,
        unit=unit,
        service=service,
        kind=kind,
        valid_from=valid_from,
        valid_until=valid_until,
        created_at=at,
        pattern=[
            PlacementSlot(weekday=slot.weekday, starts_minute=slot.starts_minute, minutes=slot.minutes)
            for slot in pattern
        ],
    )
    db.session.add(row)
    db.session.flush()
    after = {"grant": grant.number, "organisation": organisation_id, "from": valid_from, "until": valid_until}
    audit.record("care", Act.PLACEMENT_OFFERED, row.number, by=by, after=after)
    told = {"number": row.number}
    tell(reader_of(organisation_id), "placement_offered", partial(_said, told), purpose="placement", arguments=told)
    return row


def _said(told: dict[str, str]) -> tuple[str, str]:
    return _("A placement is offered to you: %(number)s", **told), _(
        "The fund offers you the placement %(number)s. Sign in to accept or decline it.", **told
    )


def answer_placement(
    placement: Placement, action: str, *, by: Actor, reason: str = "", at: dt.datetime | None = None
) -> None:
    """The provider accepts, or declines with one of `DECLINE_REASONS`; strangers do not find the placement."""
    if by.organisation_id != placement.organisation_id:
        raise NotFound(_l("There is no such placement."))
    if action not in ("accept", "decline"):
        raise InputErrors.at("action", _l("Accept or decline the placement."), action)
    state = PLACEMENT.after(placement.state, action)
    if action == "decline" and reason not in DECLINE_REASONS:
        raise InputErrors.at("reason", _l("Choose why you decline."), reason)
    at = at or clock.now()
    keep_replaced(Placement, [placement], source=action, by=by, at=at)
    placement.state, placement.answer_reason = state, reason if action == "decline" else ""
    placement.answered_at = at
    db.session.flush()
    audit.record("care", Act.PLACEMENT_ANSWERED, placement.number, by=by, reason=reason, after={"state": state})
    publish(placement, placement.valid_from)


def end_placement(placement: Placement, *, on: dt.date, by: Actor, reason: str = "") -> None:
    """The last day is `on`; what was planned after it is no longer due."""
    if by.organisation_id is not None and by.organisation_id != placement.organisation_id:
        raise NotFound(_l("There is no such placement."))
    state = PLACEMENT.after(placement.state, "end")
    if not placement.valid_from <= on <= placement.valid_until:
        message = _l(
            "The last day lies between %(first)s and %(last)s.",
            first=placement.valid_from.isoformat(),
            last=placement.valid_until.isoformat(),
        )
        raise InputErrors.at("on", message, on)
    before = {"state": placement.state, "until": placement.valid_until}
    keep_replaced(Placement, [placement], source="end", by=by)
    placement.state, placement.valid_until = state, on
    db.session.flush()
    after = {"state": state, "until": on}
    audit.record("care", Act.PLACEMENT_ANSWERED, placement.number, by=by, reason=reason, before=before, after=after)
    publish(placement, on)


def _check_offer(
    grant: CareGrant,
    organisation_id: int,
    service: str,
    valid_from: dt.date,
    valid_until: dt.date,
    pattern: Sequence[Slot],
) -> None:
    if not pattern:
        raise InputErrors.at("weekdays", _l("Choose at least one day of the week."))
    if valid_until < valid_from:
        raise InputErrors.at("valid_until", _l("The placement ends before it begins."), valid_until)
    if valid_from < grant.valid_from or valid_until > grant.valid_until:
        message = _l(
            "The grant runs from %(first)s until %(last)s.",
            first=grant.valid_from.isoformat(),
            last=grant.valid_until.isoformat(),
        )
        raise InputErrors.at("valid_from" if valid_from < grant.valid_from else "valid_until", message)
    if grant.service and service != grant.service:
        raise InputErrors.at("service", _l("The grant is for %(service)s only.", service=grant.service), service)
    contracted = queries.contracted_organisations(service, valid_from, valid_until)
    if organisation_id not in {row.id for row in contracted}:
        message = _l("This provider has no contract for %(service)s on all of these days.", service=service)
        raise InputErrors.at("organisation", message)


def _check_site(
    grant: CareGrant,
    organisation_id: int,
    site_id: int,
    valid_from: dt.date,
    valid_until: dt.date,
    pattern: Sequence[Slot],
    kind: str,
) -> None:
    if site_id not in {site.id for site in queries.sites_of([organisation_id])}:
        raise InputErrors.at("site", _l("This site belongs to another provider."))
    if kind != "day":
        return
    free = queries.free_places(site_id, grant.service_line, valid_from, valid_until)
    if free is None:
        raise InputErrors.at("site", _l("This site has no licensed places for this service line."))
    if any(free[slot.weekday] < 1 for slot in pattern):
        raise Conflict(_l("The site has no free place on all of these weekdays. Choose other days or another site."))


def publish(placement: Placement, effective_from: dt.date) -> None:
    data = {"member_ids": [placement.member_id], "state": placement.state}
    events.publish("care.placement_changed", placement.number, effective_from=effective_from, data=data)
