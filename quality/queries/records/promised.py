"""Visits called off, requests for care, new grants with the first visit, assessments; restricted services apart."""

from __future__ import annotations

import datetime as dt

import polars as pl
from sqlalchemy import func, select

from care.models import CareGrant, CareRequest, Placement, Visit, VisitCancellation
from core.codes import Service
from core.config import fund
from core.restricted import restricted_services
from quality.queries.frames import frame

HOME_CARE, HEALTH = "long_term_care", "health"


def cancelled_visits(first: dt.date, last: dt.date) -> pl.DataFrame:
    """placement_id, due_at, cancelled_by, told_at, recorded_at of visits that were called off and stay so."""
    query = select(
        VisitCancellation.placement_id,
        VisitCancellation.due_at,
        VisitCancellation.cancelled_by,
        VisitCancellation.told_at,
        VisitCancellation.recorded_at,
    )
    return frame(query.where(VisitCancellation.due_on.between(first, last), VisitCancellation.is_withdrawn.is_(False)))


def requests(first: dt.date, last: dt.date) -> pl.DataFrame:
    """organisation_id, member_id, number, urgency, received_on, first_contact_on, withdrawn_on of health services."""
    query = (
        select(
            CareRequest.organisation_id,
            CareRequest.member_id,
            CareRequest.number,
            CareRequest.urgency,
            CareRequest.received_on,
            CareRequest.first_contact_on,
            CareRequest.withdrawn_on,
        )
        .join(Service, Service.code == CareRequest.service)
        .where(Service.service_line == HEALTH, Service.is_restricted.is_(False))
    )
    return frame(query.where(CareRequest.received_on.between(first, last)))


def granted(last: dt.date) -> pl.DataFrame:
    """member_id, grant, decided_on, begins, ends, is_urgent, care_level of care at home decided until a day."""
    query = select(
        CareGrant.id.label("grant_id"),
        CareGrant.number.label("grant"),
        CareGrant.member_id,
        CareGrant.decided_at,
        CareGrant.valid_from.label("begins"),
        CareGrant.valid_until.label("ends"),
        CareGrant.is_urgent,
        CareGrant.care_level,
    ).where(CareGrant.service_line == HOME_CARE, CareGrant.service.not_in(restricted_services()))
    found = frame(query).with_columns(decided_on=_local_day("decided_at")).drop("decided_at")
    return found.filter(pl.col("decided_on") <= last)


def offered() -> pl.DataFrame:
    """grant_id, placement_id, organisation_id, offered_on of visits at home that were not declined."""
    query = select(
        Placement.grant_id,
        Placement.id.label("placement_id"),
        Placement.organisation_id,
        Placement.created_at,
    ).where(Placement.kind == "visit", Placement.state != "declined", Placement.service.not_in(restricted_services()))
    return frame(query).with_columns(offered_on=_local_day("created_at")).drop("created_at")


def first_visits(first: dt.date, last: dt.date) -> pl.DataFrame:
    """placement_id, service, number, day, started_at of the first visit that counts in these days."""
    query = select(
        Visit.placement_id,
        Visit.service,
        Visit.number,
        Visit.service_on.label("day"),
        Visit.started_at,
    ).where(
        Visit.placement_id.is_not(None),
        Visit.started_at.is_not(None),
        func.coalesce(Visit.uncounted, "") == "",
        Visit.service_on.between(first, last),
    )
    ordered = frame(query).sort("started_at", "number")
    return ordered.unique(subset=["placement_id"], keep="first", maintain_order=True)


def _local_day(name: str) -> pl.Expr:
    return pl.col(name).dt.convert_time_zone(str(fund().zone)).dt.date()
