"""Lines that bill hours of attendance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, select

from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.queries.records import is_live, line_as_sent, lines_of_version, versions_of_claim
from core.among import among
from core.db import db

COUNTS = ("accepted", "reduced", "pended")  # what was refused or sent back is billed to nobody
_LINES_OF_CLAIM = and_(ClaimLine.partition == Claim.partition, ClaimLine.claim_id == Claim.id)


def claimed_lines(
    organisation_ids: Collection[int], services: Collection[str], first: dt.date, last: dt.date
) -> Sequence[Any]:
    """(organisation, site, member, first day, last day, thousandths of an hour) of live lines on these days."""
    query = select(
        Claim.organisation_id,
        Claim.site_id,
        Claim.member_id,
        ClaimLine.service_from,
        ClaimLine.service_until,
        ClaimLine.quantity_milli,
    )
    decided = and_(lines_of_version(), line_as_sent())
    query = query.join(ClaimLine, _LINES_OF_CLAIM).join(ClaimVersion, versions_of_claim()).join(LineVersion, decided)
    query = query.where(among(Claim.organisation_id, organisation_ids), among(ClaimLine.service, services))
    query = query.where(ClaimVersion.state.in_(("pended", "adjudicated")), LineVersion.state.in_(COUNTS), is_live())
    query = query.where(Claim.service_from <= last, Claim.service_until >= first, Claim.member_id.is_not(None))
    on_days = (ClaimLine.service_from <= last, ClaimLine.service_until >= first)
    return db.session.execute(query.where(*on_days).order_by(Claim.id, ClaimLine.line_no)).all()


def spans(first_claim: int, last_claim: int, services: Collection[str]) -> Sequence[Any]:
    """(organisation, first day, last day) of the lines that bill such hours in these claims."""
    query = select(Claim.organisation_id, ClaimLine.service_from, ClaimLine.service_until)
    query = query.join(ClaimLine, _LINES_OF_CLAIM).where(Claim.id.between(first_claim, last_claim))
    query = query.where(among(ClaimLine.service, services), ClaimLine.service_from <= ClaimLine.service_until)
    return db.session.execute(query.distinct()).all()
