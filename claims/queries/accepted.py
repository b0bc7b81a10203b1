"""What was accepted of claims, summed by what the contract of a line is found by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func, select

from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.queries.records import is_live, line_as_sent, lines_of_version, versions_of_claim
from core.among import among
from core.db import db


class Accepted(NamedTuple):
    """`value`: what fund and members bear, minor units."""

    organisation_id: int
    site_id: int | None
    service: str
    day: dt.date
    value: int


def by_place(organisation_ids: Collection[int], first: dt.date, last: dt.date) -> list[Accepted]:
    """Of live decisions on adjudicated claims with their day (end, else start of the line) in the span."""
    day = func.coalesce(ClaimLine.service_until, ClaimLine.service_from)
    value = func.sum(LineVersion.benefit + LineVersion.member_share)
    query = (
        select(Claim.organisation_id, Claim.site_id, ClaimLine.service, day.label("day"), value.label("value"))
        .join(ClaimVersion, versions_of_claim())
        .join(LineVersion, lines_of_version())
        .join(ClaimLine, line_as_sent())
        .where(
            among(Claim.organisation_id, list(organisation_ids)),
            Claim.service_from <= last,
            Claim.service_until >= first,
            ClaimVersion.state == "adjudicated",
            is_live(),
            day.between(first, last),
        )
        .group_by(Claim.organisation_id, Claim.site_id, ClaimLine.service, day)
    )
    return [Accepted(*row[:4], int(row[4])) for row in db.session.execute(query)]
