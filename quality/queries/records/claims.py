"""Claim lines: those that stood when the run-out was over, and which of them were accepted.

Restricted care stands in no case list: `with_restricted` serves quality.pooled alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from typing import Any

import polars as pl
from sqlalchemy import and_, func, select

from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.queries.records import is_live, line_as_sent, lines_of_version, versions_of_claim
from claims.states import HOLDS_NUMBER
from core.among import among
from core.codes import Service
from core.db import db
from procurement.models.contract import ContractLine
from quality.queries.frames import frame
from quality.queries.scanned import scanned

KEY = ["claim_id", "line_no"]


def standing_lines(
    first: dt.date, last: dt.date, received_before: dt.datetime, *, with_restricted: bool = False
) -> pl.DataFrame:
    """Lines of claims in review, decided or denied that touch these days, in order of claim and line.

    claim_id, line_no, service, service_from, service_until, quantity_milli, visit_no, diagnoses, claim_number,
    organisation_id, member_id, visit_type, service_line, unit. Claims and lines are read apart: each table once.
    """
    until = func.coalesce(ClaimLine.service_until, ClaimLine.service_from)
    lines = select(
        ClaimLine.claim_id,
        ClaimLine.line_no,
        ClaimLine.service,
        ClaimLine.service_from,
        until.label("service_until"),
        ClaimLine.quantity_milli,
        ClaimLine.visit_no,
        ClaimLine.diagnoses,
    ).where(ClaimLine.service_from <= last, until >= first)
    claims = select(
        Claim.id.label("claim_id"),
        Claim.number.label("claim_number"),
        Claim.organisation_id,
        Claim.member_id,
        Claim.visit_type,
    )
    services = select(Service.code.label("service"), Service.service_line, Service.unit)
    standing = frame(lines).join(frame(_standing(claims, first, last, received_before, with_restricted)), on="claim_id")
    return standing.join(frame(services), on="service", how="left").sort(KEY)


def accepted(
    first: dt.date, last: dt.date, received_before: dt.datetime, *, with_restricted: bool = False
) -> pl.DataFrame:
    """claim_id, line_no of the lines that the decision of such a claim accepts or reduces."""
    decided = select(LineVersion.claim_id, LineVersion.line_no).where(LineVersion.state.in_(("accepted", "reduced")))
    decided = decided.select_from(Claim)
    standing = _standing(decided, first, last, received_before, with_restricted)
    return frame(standing.join(LineVersion, lines_of_version()))


def accepted_of(
    services: Collection[str],
    first: dt.date,
    last: dt.date,
    received_before: dt.datetime,
    *,
    with_restricted: bool = False,
) -> pl.DataFrame:
    """Accepted lines of these services alone, for what looks back over years.

    member_id, organisation_id, day, service, claim_number, line_no.
    """
    query = select(
        Claim.member_id,
        Claim.organisation_id,
        ClaimLine.service_from.label("day"),
        ClaimLine.service,
        Claim.number.label("claim_number"),
        ClaimLine.line_no,
    )
    query = (
        _standing(query, first, last, received_before, with_restricted)
        .join(LineVersion, lines_of_version())
        .join(ClaimLine, line_as_sent())
    )
    query = query.where(LineVersion.state.in_(("accepted", "reduced")), ClaimLine.service_from.between(first, last))
    return frame(query.where(among(ClaimLine.service, services)))


def priced_services(pattern: str) -> list[str]:
    """Codes under some contract that match `pattern` without their dots: what the fund can be billed at all."""
    codes = db.session.execute(select(ContractLine.service).distinct()).scalars()
    return sorted(code for code in codes if pattern and re.fullmatch(pattern, code.replace(".", "")))


def _standing(query: Any, first: dt.date, last: dt.date, received_before: dt.datetime, with_restricted: bool) -> Any:
    """Of claims that touch these days and came in before the run-out was over, as decided by then."""
    is_of_these_days = and_(Claim.service_from <= last, Claim.service_until >= first)
    query = query.select_from(Claim).join(ClaimVersion, versions_of_claim())
    if not with_restricted:
        query = query.where(Claim.is_restricted.is_(False))
    return query.where(
        is_of_these_days,
        scanned(Claim.received_at) < received_before,
        Claim.member_id.is_not(None),
        ClaimVersion.state.in_(HOLDS_NUMBER),
        is_live(received_before),
    )
