"""The lines that a frame is frozen from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import select

from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.queries.records import is_live, versions_of_claim
from core.actors import Actor
from core.among import among
from core.db import db
from core.restricted import sees_restricted

PAID = ("accepted", "reduced")


class FrameLine(NamedTuple):
    """A claim line and what the fund paid for it, minor units."""

    line: str
    amount: int
    member_id: int | None
    is_restricted: bool


def frame_lines(
    organisation_id: int, first: dt.date, last: dt.date, *, covered: str, services: Collection[str], known_to: Actor
) -> list[FrameLine]:
    """Lines served in these days and decided: the paid ones, or all; restricted care only for who may know of it."""
    query: Any = (
        select(Claim.number, ClaimLine.line_no, LineVersion.benefit, Claim.member_id, Claim.is_restricted)
        .join(ClaimLine, (ClaimLine.partition == Claim.partition) & (ClaimLine.claim_id == Claim.id))
        .join(ClaimVersion, versions_of_claim())
        .join(
            LineVersion,
            (LineVersion.partition == ClaimVersion.partition)
            & (LineVersion.claim_id == ClaimVersion.claim_id)
            & (LineVersion.version == ClaimVersion.version)
            & (LineVersion.line_no == ClaimLine.line_no),
        )
        .where(
            Claim.organisation_id == organisation_id,
            ClaimLine.service_from.between(first, last),
            ClaimVersion.state.in_(("adjudicated", "denied")),
            is_live(),
        )
    )
    if covered == "paid":
        query = query.where(LineVersion.state.in_(PAID), LineVersion.benefit > 0)
    if services:
        query = query.where(among(ClaimLine.service, services))
    if not sees_restricted(known_to):
        query = query.where(Claim.is_restricted.is_(False))
    return [FrameLine(f"{number}/{line_no}", *rest) for number, line_no, *rest in db.session.execute(query)]
