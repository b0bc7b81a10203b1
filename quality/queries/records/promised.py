"""Visits called off, requests for care, new grants with the first visit, assessments; restricted services apart."""

from __future__ import annotations

import datetime as dt

import polars as pl
from sqlalchemy import select, true

from care.models import CareGrant, CareRequest, Placement, Visit, VisitCancellation
from core.codes import Service
from core.config import fund
from core.restricted import restricted_services
from quality.queries.frames import frame
from quality.queries.records.stood import Belonging, not_restricted, on_days, stood

HOME_CARE, HEALTH = "long_term_care", "health"


def cancelled_visits(first: dt.date, last: dt.date, at: dt.datetime) -> pl.DataFrame:
    """placement_id, due_at, cancelled_by, told_at, recorded_at of visits that were called off and stay so."""
    query = select(
        VisitCancellation.placement_id,
        VisitCancellation.due_at,
        VisitCancellation.cancelled_by,
        VisitCancellation.told_at,
        VisitCancellation.recorded_at,
        VisitCancellation.is_withdrawn,
    )
    found = stood(query, VisitCancellation, on_days(VisitCancellation.due_on, first, last), at)
    return found.filter(~pl.col("is_withdrawn")).drop("is_withdrawn")


def requests(first: dt.date, last: dt.date, at: dt.datetime) -> pl.DataFrame:
    """organisation_id, member_id, number, urgency, received_on, first_contact_on, withdrawn_on of health services."""
    query = select(
        CareRequest.organisation_id,
        CareRequest.member_id,
        CareRequest.number,
        CareRequest.urgency,
        CareRequest.received_on,
        CareRequest.first_contact_on,
        CareRequest.withdrawn_on,
        CareRequest.service,
    )
    services = select(Service.code.label("service")).where(Service.service_line == HEALTH)
    found = stood(query, CareRequest, on_days(CareRequest.received_on, first, last), at)
    of_health = frame(services.where(Service.is_restricted.is_(False)))
    return found.join(of_health, on="service", how="semi").drop("service")


def granted(last: dt.date, at: dt.datetime) -> pl.DataFrame:
    """member_id, grant, decided_on, begins, ends, is_urgent, care_level of care at home decided until a day."""
    query = select(
        CareGrant.id,
        CareGrant.number,
        CareGrant.member_id,
        CareGrant.decided_at,
        CareGrant.valid_from,
        CareGrant.valid_until,
        CareGrant.is_urgent,
        CareGrant.care_level,
        CareGrant.service,
    )
    line = CareGrant.service_line
    of_home_care = Belonging(line == HOME_CARE, pl.col(line.key) == HOME_CARE, (line,))
    found = stood(query, CareGrant, of_home_care, at).filter(not_restricted())
    found = found.select(
        "member_id",
        "is_urgent",
        "care_level",
        grant_id="id",
        grant="number",
        decided_on=_local_day("decided_at"),
        begins="valid_from",
        ends="valid_until",
    )
    return found.filter(pl.col("decided_on") <= last)


def offered(at: dt.datetime) -> pl.DataFrame:
    """grant_id, placement_id, organisation_id, offered_on of visits at home that were not declined."""
    query = select(
        Placement.grant_id,
        Placement.id,
        Placement.organisation_id,
        Placement.created_at,
        Placement.state,
    ).where(Placement.kind == "visit", Placement.service.not_in(restricted_services()))
    all_of_them = Belonging(true(), pl.lit(value=True))
    found = stood(query, Placement, all_of_them, at).filter(pl.col("state") != "declined")
    return found.select("grant_id", "organisation_id", placement_id="id", offered_on=_local_day("created_at"))


def first_visits(first: dt.date, last: dt.date, at: dt.datetime) -> pl.DataFrame:
    """placement_id, service, number, day, started_at of the first visit that counts in these days."""
    query = select(
        Visit.placement_id,
        Visit.service,
        Visit.number,
        Visit.service_on,
        Visit.started_at,
        Visit.uncounted,
    )
    found = stood(query, Visit, on_days(Visit.service_on, first, last), at)
    is_counted = pl.col("placement_id").is_not_null() & pl.col("started_at").is_not_null() & (pl.col("uncounted") == "")
    ordered = found.filter(is_counted).sort("started_at", "number")
    ordered = ordered.select("placement_id", "service", "number", "started_at", day="service_on")
    return ordered.unique(subset=["placement_id"], keep="first", maintain_order=True)


def _local_day(name: str) -> pl.Expr:
    return pl.col(name).dt.convert_time_zone(str(fund().zone)).dt.date()
