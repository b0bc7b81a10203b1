"""Deciding what a member may have: an authorisation with its quantity, level and days."""

from __future__ import annotations

import datetime as dt

from care.models import CareGrant
from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.codes import service_lines, services
from core.config import fund
from core.db import db
from core.errors import InputErrors
from core.numbers import next_number
from core.words import _l
from members.models import Member


def decide_grant(
    member: Member,
    *,
    service_line: str,
    valid_from: dt.date,
    valid_until: dt.date,
    by: Actor,
    service: str = "",
    care_level: int | None = None,
    quantity: int | None = None,
    entitlement: str = "",
    workers: int = 1,
    is_urgent: bool = False,
    reason: str = "",
    at: dt.datetime | None = None,
) -> CareGrant:
    """Grant `member` so much of a service line (or of one `service`) on these days, both inclusive.

    `workers`: how many care workers may be at one visit together.
    """
    at = at or clock.now()
    _check(member, service_line, service, valid_from, valid_until)
    row = CareGrant(
        number=next_number("G", clock.local_day(at, fund().zone).year),
        member=member,
        service_line=service_line,
        service=service,
        care_level=care_level,
        quantity=quantity,
        entitlement=entitlement,
        workers=workers,
        is_urgent=is_urgent,
        valid_from=valid_from,
        valid_until=valid_until,
        decided_by=by.person,
        decided_at=at,
        reason=reason,
    )
    db.session.add(row)
    db.session.flush()
    after = {"member": member.public_id, "line": service_line, "from": valid_from, "until": valid_until}
    after |= {"level": care_level, "quantity": quantity, "workers": workers, "urgent": is_urgent}
    audit.record("care", Act.GRANT_DECIDED, row.number, by=by, reason=reason, after=after)
    events.publish("care.grant_decided", row.number, effective_from=valid_from, data={"member_ids": [member.id]})
    return row


def _check(member: Member, service_line: str, service: str, valid_from: dt.date, valid_until: dt.date) -> None:
    if service_line not in {line.code for line in service_lines()}:
        raise InputErrors.at("service_line", _l("Choose a service line of the catalogue."), service_line)
    if service and service not in {row.code for row in services(service_line)}:
        raise InputErrors.at("service", _l("This service belongs to another line."), service)
    if valid_until < valid_from:
        raise InputErrors.at("valid_until", _l("The grant ends before it begins."), valid_until)
    if member.died_on and valid_from > member.died_on:
        raise InputErrors.at("valid_from", _l("The member died before this day."), valid_from)
