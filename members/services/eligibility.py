"""Eligibility numbers: shown by a member to a provider, so that it may ask what the fund would pay."""

from __future__ import annotations

import datetime as dt

from core import audit
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import DomainError, Forbidden
from core.numbers import random_id, with_check
from core.roles import Role
from core.words import _l
from members.models import EligibilityNumber, Member
from members.waiting import cover_plan

SIGNS = 8


class NotIssued(DomainError):
    """The fund's plan says nothing of such numbers."""

    code = "not_issued"


def issue_eligibility(member: Member, *, by: Actor, at: dt.datetime, on: dt.date) -> EligibilityNumber:
    """A new number for `member`, valid from `on` for the days of the plan; those before it stay valid."""
    if not by.has(Role.REGISTRAR) and member.public_id not in by.scopes:
        raise Forbidden(_l("You may ask for a number for yourself only."))
    days = cover_plan(on).eligibility_days
    if not days:
        raise NotIssued(_l("The fund’s plan does not say how long such a number holds, so none is issued."))
    row = EligibilityNumber(
        number=with_check(f"E-{random_id(SIGNS)}"),
        member_id=member.id,
        valid_from=on,
        valid_until=on + dt.timedelta(days=days - 1),
        issued_by=by.person,
        issued_at=at,
    )
    db.session.add(row)
    db.session.flush()
    # the number itself is a key, and stands in no trail
    audit.record("members", Act.ELIGIBILITY_ISSUED, member.public_id, by=by, after={"until": row.valid_until})
    return row
