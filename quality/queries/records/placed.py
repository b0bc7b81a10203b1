"""Who is on whose list or in whose care, and with which need; restricted services apart."""

from __future__ import annotations

import datetime as dt

import polars as pl
from sqlalchemy import select

from care.models import CareGrant, Placement
from care.queries.planned import AGREED_STATES
from core.codes import Service
from quality.queries.records.stood import not_restricted, stood, touching


def placed(
    service_line: str, first: dt.date, last: dt.date, at: dt.datetime, *, with_restricted: bool = False
) -> pl.DataFrame:
    """member_id, organisation_id, begins, ends of agreed placements that touch these days."""
    query = (
        select(
            Placement.member_id,
            Placement.organisation_id,
            Placement.valid_from,
            Placement.valid_until,
            Placement.state,
        )
        .join(Service, Service.code == Placement.service)
        .where(Service.service_line == service_line)
    )
    if not with_restricted:
        query = query.where(Service.is_restricted.is_(False))
    found = stood(query, Placement, touching(Placement.valid_from, Placement.valid_until, first, last), at)
    return _as_spells(found.filter(pl.col("state").is_in(AGREED_STATES)), "member_id", "organisation_id")


def needs(first: dt.date, last: dt.date, at: dt.datetime) -> pl.DataFrame:
    """member_id, need (care level), begins, ends of grants that touch these days."""
    query = select(
        CareGrant.member_id, CareGrant.care_level, CareGrant.service, CareGrant.valid_from, CareGrant.valid_until
    )
    found = stood(query, CareGrant, touching(CareGrant.valid_from, CareGrant.valid_until, first, last), at)
    found = found.filter(pl.col("care_level").is_not_null() & not_restricted())
    return _as_spells(found.rename({"care_level": "need"}), "member_id", "need")


def _as_spells(found: pl.DataFrame, *names: str) -> pl.DataFrame:
    return found.select(*names, begins="valid_from", ends="valid_until")
