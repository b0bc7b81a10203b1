"""What closing reads: all records of some days with everything they are compared with, in sets."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, or_, select

from care.models import (
    Attendance,
    CareGrant,
    Occupancy,
    Placement,
    RecordFinding,
    RosterShift,
    SiteMonth,
    Stay,
    Visit,
)
from care.models.sites import PLANNED, WORKED
from care.queries.planned import AGREED_STATES
from core.codes import Service
from core.db import db
from members.models import Household, Member
from providers.models import OpeningHours, Site, SiteCapacity, SiteClosure

Organisations = Collection[int] | None
CHUNK = 10_000


def attendance(first: dt.date, last: dt.date, organisation_ids: Organisations) -> Sequence[Any]:
    """Attendance of these days; of some organisations also what their children have elsewhere."""
    query = select(Attendance.__table__).where(Attendance.day.between(first, last)).order_by(Attendance.id)
    return _scoped(query, Attendance, Attendance.day.between(first, last), organisation_ids)


def visits(first: dt.date, last: dt.date, organisation_ids: Organisations) -> Sequence[Any]:
    query = select(Visit.__table__).where(Visit.service_on.between(first, last)).order_by(Visit.id)
    return _scoped(query, Visit, Visit.service_on.between(first, last), organisation_ids)


def occupancies(first: dt.date, last: dt.date, organisation_ids: Organisations) -> Sequence[Any]:
    """Occupancies that touch these days, and all others of their places and members, so that no overlap is lost."""
    touches = (Occupancy.moved_in_on <= last) & (Occupancy.moved_out_on.is_(None) | (Occupancy.moved_out_on > first))
    if organisation_ids is not None:
        touches &= Occupancy.organisation_id.in_(list(organisation_ids))
    around = or_(
        Occupancy.member_id.in_(select(Occupancy.member_id).where(touches)),
        Occupancy.place.in_(select(Occupancy.place).where(touches)),
    )
    return db.session.execute(select(Occupancy.__table__).where(around).order_by(Occupancy.id)).all()


def _scoped(query: Select[Any], model: Any, touches: Any, organisation_ids: Organisations) -> Sequence[Any]:
    if organisation_ids is not None:
        mine = model.organisation_id.in_(list(organisation_ids))
        query = query.where(or_(mine, model.member_id.in_(select(model.member_id).where(mine, touches))))
    return db.session.execute(query).all()


def capacities(site_ids: Collection[int]) -> dict[int, list[Any]]:
    """Site → its licences: service line, places, days."""
    query = select(
        SiteCapacity.site_id,
        SiteCapacity.service_line,
        SiteCapacity.licensed_places,
        SiteCapacity.valid_from,
        SiteCapacity.valid_until,
    )
    return _grouped(query.where(SiteCapacity.site_id.in_(list(site_ids))))


def opening_hours(site_ids: Collection[int]) -> dict[int, list[Any]]:
    query = select(
        OpeningHours.site_id,
        OpeningHours.service_line,
        OpeningHours.weekday,
        OpeningHours.opens_minute,
        OpeningHours.closes_minute,
        OpeningHours.valid_from,
        OpeningHours.valid_until,
    ).where(OpeningHours.site_id.in_(list(site_ids)))
    return _grouped(query.order_by(OpeningHours.opens_minute))


def closures(site_ids: Collection[int], first: dt.date, last: dt.date) -> dict[tuple[int, dt.date], str]:
    query = select(SiteClosure.site_id, SiteClosure.day, SiteClosure.reason)
    query = query.where(SiteClosure.site_id.in_(list(site_ids)), SiteClosure.day.between(first, last))
    return {(row.site_id, row.day): row.reason for row in db.session.execute(query)}


def shifts(
    site_ids: Collection[int], first: dt.date, last: dt.date
) -> dict[tuple[int, dt.date], list[tuple[int, int]]]:
    """(site, day) → spans on duty as worked; as planned where nothing was said of the work."""
    query = select(
        RosterShift.kind, RosterShift.site_id, RosterShift.day, RosterShift.starts_minute, RosterShift.ends_minute
    ).where(RosterShift.site_id.in_(list(site_ids)), RosterShift.day.between(first, last))
    found: dict[str, dict[tuple[int, dt.date], list[tuple[int, int]]]] = {
        PLANNED: defaultdict(list),
        WORKED: defaultdict(list),
    }
    for row in db.session.execute(query):
        found[row.kind][row.site_id, row.day].append((row.starts_minute, row.ends_minute))
    return found[PLANNED] | found[WORKED]


def enrolments(site_ids: Collection[int], first: dt.date, last: dt.date) -> dict[int, list[Any]]:
    """Site → agreed placements for days at it that touch these days: member, line, days."""
    query = (
        select(
            Placement.site_id,
            Placement.id,
            Placement.member_id,
            Placement.valid_from,
            Placement.valid_until,
            CareGrant.service_line,
        )
        .join(Placement.grant)
        .where(Placement.site_id.in_(list(site_ids)), Placement.kind == "day", Placement.state.in_(AGREED_STATES))
        .where(Placement.valid_from <= last, Placement.valid_until >= first)
    )
    return _grouped(query)


def site_names(site_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(select(Site.id, Site.name).where(Site.id.in_(list(site_ids))))
    return {row.id: row.name for row in rows}


def people(member_ids: Collection[int]) -> dict[int, Any]:
    """Member → born_on, died_on, district."""
    found: dict[int, Any] = {}
    ordered = sorted(set(member_ids))
    for at in range(0, len(ordered), CHUNK):
        query = select(Member.id, Member.born_on, Member.died_on, Household.district).join(Member.household)
        found |= {row.id: row for row in db.session.execute(query.where(Member.id.in_(ordered[at : at + CHUNK])))}
    return found


def away(first: dt.date, last: dt.date, kinds: Collection[str]) -> dict[int, list[tuple[dt.date, dt.date | None]]]:
    """Member → hospital and residential stays that touch these days, and occupancies of these kinds."""
    stays = select(Stay.member_id, Stay.admitted_on, Stay.discharged_on).where(
        Stay.admitted_on <= last, or_(Stay.discharged_on.is_(None), Stay.discharged_on >= first)
    )
    held = select(Occupancy.member_id, Occupancy.moved_in_on, Occupancy.moved_out_on).where(
        Occupancy.kind.in_(list(kinds)),
        Occupancy.moved_in_on <= last,
        or_(Occupancy.moved_out_on.is_(None), Occupancy.moved_out_on >= first),
    )
    found: dict[int, list[tuple[dt.date, dt.date | None]]] = defaultdict(list)
    for query in (stays, held):
        for member_id, since, until in db.session.execute(query):
            found[member_id].append((since, until))
    return found


def grants(first: dt.date, last: dt.date) -> dict[int, list[Any]]:
    """Member → grants that touch these days: line, service, days, workers."""
    query = select(
        CareGrant.member_id,
        CareGrant.service_line,
        CareGrant.service,
        CareGrant.workers,
        CareGrant.valid_from,
        CareGrant.valid_until,
    ).where(CareGrant.valid_from <= last, CareGrant.valid_until >= first)
    return _grouped(query)


def lines_of_services() -> dict[str, str]:
    return {row.code: row.service_line for row in db.session.execute(select(Service.code, Service.service_line))}


def findings(first: dt.date, last: dt.date, organisation_ids: Organisations) -> Sequence[Any]:
    query = select(RecordFinding.__table__).where(RecordFinding.on.between(first, last))
    if organisation_ids is not None:
        query = query.where(RecordFinding.organisation_id.in_(list(organisation_ids)))
    return db.session.execute(query).all()


def site_months(site_ids: Collection[int], months: Collection[dt.date]) -> dict[tuple[int, dt.date], Any]:
    query = select(SiteMonth.__table__).where(SiteMonth.site_id.in_(list(site_ids)), SiteMonth.month.in_(list(months)))
    return {(row.site_id, row.month): row for row in db.session.execute(query)}


def _grouped(query: Any) -> dict[int, list[Any]]:
    """Rows by their first column."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row[0]].append(row)
    return found
