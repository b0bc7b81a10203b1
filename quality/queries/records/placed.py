"""Who is on whose list or in whose care, and with which need; restricted services apart."""

from __future__ import annotations

import datetime as dt

import polars as pl
from sqlalchemy import select

from care.models import CareGrant, Placement
from care.queries.planned import AGREED_STATES
from core.codes import Service
from core.restricted import restricted_services
from quality.queries.frames import frame


def placed(service_line: str, first: dt.date, last: dt.date, *, with_restricted: bool = False) -> pl.DataFrame:
    """member_id, organisation_id, begins, ends of agreed placements that touch these days."""
    query = (
        select(
            Placement.member_id,
            Placement.organisation_id,
            Placement.valid_from.label("begins"),
            Placement.valid_until.label("ends"),
        )
        .join(Service, Service.code == Placement.service)
        .where(Service.service_line == service_line)
        .where(Placement.state.in_(AGREED_STATES), Placement.valid_from <= last, Placement.valid_until >= first)
    )
    return frame(query if with_restricted else query.where(Service.is_restricted.is_(False)))


def needs(first: dt.date, last: dt.date) -> pl.DataFrame:
    """member_id, need (care level), begins, ends of grants that touch these days."""
    query = select(
        CareGrant.member_id,
        CareGrant.care_level.label("need"),
        CareGrant.valid_from.label("begins"),
        CareGrant.valid_until.label("ends"),
    ).where(CareGrant.care_level.is_not(None), CareGrant.service.not_in(restricted_services()))
    return frame(query.where(CareGrant.valid_from <= last, CareGrant.valid_until >= first))
