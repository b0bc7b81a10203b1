"""What was decided earlier on the people of a household and still counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import bindparam, func, or_, select

from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.queries.records import is_live, line_as_sent, lines_of_version, versions_of_claim
from core.among import among
from core.rows import Prepared, Row

_state = func.coalesce(ClaimVersion.state, "")  # not by the index of states: by member
_PRIOR = Prepared(
    select(
        Claim.id,
        ClaimLine.line_no,
        Claim.number,
        Claim.organisation_id,
        Claim.member_id,
        ClaimLine.service,
        func.coalesce(ClaimLine.service_from, ClaimLine.service_until, Claim.service_from),
        func.coalesce(ClaimLine.service_until, ClaimLine.service_from, Claim.service_from),
        ClaimLine.quantity_milli,
        ClaimLine.starts_at,
        LineVersion.state,
        LineVersion.headline,
        LineVersion.use,
    )
    .join(ClaimVersion, versions_of_claim())
    .join(LineVersion, lines_of_version())
    .join(ClaimLine, line_as_sent())
    .where(
        among(Claim.member_id, "members"),
        Claim.service_from <= bindparam("last"),
        Claim.service_until >= bindparam("first"),
        ~among(Claim.id, "without"),
        or_(_state == "pended", _state == "adjudicated"),
        or_(LineVersion.state == "pended", LineVersion.state == "accepted", LineVersion.state == "reduced"),
        is_live(),
    )
    .order_by(Claim.id, ClaimLine.line_no)
)


def prior_lines(
    member_ids: Collection[int], first: dt.date, last: dt.date, *, without: Collection[int] = ()
) -> list[Row]:
    """Live lines decided earlier of these people, wherever they lived, whose claims touch these days: pended, accepted
    or reduced. (claim, line_no, claim number, organisation, member, service, first day, day that counts, thousandths,
    starts_at, state, headline, use)"""
    return _PRIOR.rows(members=member_ids, first=first, last=last, without=without)
