"""What was decided earlier on the people of a household and still counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from core.among import among
from core.rows import Prepared, Row

_newer = aliased(ClaimVersion)
_is_live = ~(
    select(_newer.version)
    .where(
        _newer.partition == ClaimVersion.partition,
        _newer.claim_id == ClaimVersion.claim_id,
        _newer.version == ClaimVersion.version + 1,
    )
    .exists()
)
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
    .join(ClaimVersion, and_(ClaimVersion.partition == Claim.partition, ClaimVersion.claim_id == Claim.id))
    .join(
        LineVersion,
        and_(
            LineVersion.partition == ClaimVersion.partition,
            LineVersion.claim_id == ClaimVersion.claim_id,
            LineVersion.version == ClaimVersion.version,
        ),
    )
    .join(
        ClaimLine,
        and_(
            ClaimLine.partition == LineVersion.partition,
            ClaimLine.claim_id == LineVersion.claim_id,
            ClaimLine.line_no == LineVersion.line_no,
        ),
    )
    .where(
        among(Claim.member_id, "members"),
        Claim.service_from <= bindparam("last"),
        Claim.service_until >= bindparam("first"),
        ~among(Claim.id, "without"),
        or_(_state == "pended", _state == "adjudicated"),
        or_(LineVersion.state == "pended", LineVersion.state == "accepted", LineVersion.state == "reduced"),
        _is_live,
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
