"""The fund's own records as sets: visits due against visits given, days billed against days signed, contacts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from sqlalchemy import select

from care.models import Attendance, Placement, Visit
from care.queries import BookedDay, booked_days, visits_due
from care.queries.planned import AGREED_STATES
from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.queries.records import is_live, versions_of_claim
from claims.states import HOLDS_NUMBER
from core.codes import Service
from core.db import db
from members.models import Cover, Member
from providers.models import Provider

CHILDCARE, HEALTH = "childcare", "health"
ONE_DAY = dt.timedelta(days=1)
WORKING_DAYS = 5


class PlannedVisit(NamedTuple):
    """A visit due with the record that fulfils it; without one `number` is empty and the times are None."""

    organisation_id: int
    member_id: int
    service: str
    day: dt.date
    due_at: dt.datetime
    minutes: int
    born_on: dt.date
    number: str = ""
    worker: str = ""
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None

    @property
    def given_minutes(self) -> int:
        if self.started_at is None or self.ended_at is None:
            return 0
        return int((self.ended_at - self.started_at).total_seconds() // 60)


class ClaimedVisit(NamedTuple):
    """Where visits were billed: by the provider's visit number, else by member, service and day."""

    by_number: dict[tuple[int, str], tuple[str, int]]
    by_day: dict[tuple[int, int, str, dt.date], tuple[str, int]]

    def of(self, visit: PlannedVisit) -> tuple[str, int | None]:
        """Claim number and line, or an empty number."""
        found = self.by_number.get((visit.organisation_id, visit.number)) if visit.number else None
        if found is None:
            found = self.by_day.get((visit.organisation_id, visit.member_id, visit.service, visit.day))
        return found or ("", None)


class BilledDay(NamedTuple):
    organisation_id: int
    member_id: int
    day: dt.date
    claim_number: str
    line_no: int


class Signed(NamedTuple):
    """A child's day as recorded; `finding` is empty when arrival and leaving are signed."""

    came: bool
    finding: str
    absence: str


class Contact(NamedTuple):
    organisation_id: int
    member_id: int
    day: dt.date
    claim_number: str
    line_no: int


def provider_numbers() -> dict[int, str]:
    return dict(db.session.execute(select(Provider.organisation_id, Provider.number)).all())


def planned_visits(first: dt.date, last: dt.date) -> list[PlannedVisit]:
    """Visits due in these days, each with the earliest record matched to its hour; by provider, member, due time."""
    query = select(
        Visit.placement_id, Visit.due_at, Visit.number, Visit.worker, Visit.started_at, Visit.ended_at
    ).where(Visit.placement_id.is_not(None), Visit.service_on.between(first, last))
    given: dict[tuple[int, dt.datetime], Any] = {}
    for row in db.session.execute(query.order_by(Visit.started_at.is_(None), Visit.started_at, Visit.id)):
        given.setdefault((row.placement_id, row.due_at), row)
    born = dict(db.session.execute(select(Member.id, Member.born_on)).all())
    found = []
    for due in visits_due(None, first, last):
        visit = PlannedVisit(
            due.organisation_id, due.member_id, due.service, due.day, due.due_at, due.minutes, born[due.member_id]
        )
        came = given.get((due.placement_id, due.due_at))
        if came is not None:
            visit = visit._replace(
                number=came.number, worker=came.worker, started_at=came.started_at, ended_at=came.ended_at
            )
        found.append(visit)
    return sorted(found, key=lambda one: (one.organisation_id, one.member_id, one.due_at))


def claimed_visits(first: dt.date, last: dt.date) -> ClaimedVisit:
    """Lines of live claims that touch these days: each bills one visit by its number, or all visits of its days."""
    query = _billed_lines(first, last).where(Service.service_line == "long_term_care")
    found = ClaimedVisit({}, {})
    for row in db.session.execute(query):
        if row.visit_no:
            found.by_number.setdefault((row.organisation_id, row.visit_no), (row.number, row.line_no))
            continue
        for day in _span(row):
            key = (row.organisation_id, row.member_id, row.service, day)
            found.by_day.setdefault(key, (row.number, row.line_no))
    return found


def billed_child_days(first: dt.date, last: dt.date) -> list[BilledDay]:
    """Distinct child-days that live claims bill. A line over several days bills those the child was booked on."""
    lines = db.session.execute(_billed_lines(first, last).where(Service.service_line == CHILDCARE)).all()
    if not lines:
        return []
    booked: dict[tuple[int, int], set[dt.date]] = defaultdict(set)
    for slot in booked_days(None, min(row.service_from for row in lines), last):
        booked[slot.organisation_id, slot.member_id].add(slot.day)
    found: dict[tuple[int, int, dt.date], BilledDay] = {}
    for row in lines:
        for day in _days_of(row, booked.get((row.organisation_id, row.member_id), set())):
            if first <= day <= last:
                billed = BilledDay(row.organisation_id, row.member_id, day, row.number, row.line_no)
                found.setdefault(billed[:3], billed)
    return sorted(found.values())


def signed_days(first: dt.date, last: dt.date) -> dict[tuple[int, int, dt.date], Signed]:
    """(organisation, member, day) → what was signed; the better record where two sites know the child."""
    query = select(
        Attendance.organisation_id,
        Attendance.member_id,
        Attendance.day,
        Attendance.arrived_minute,
        Attendance.left_minute,
        Attendance.is_absent,
        Attendance.absence_reason,
    ).where(Attendance.day.between(first, last))
    found: dict[tuple[int, int, dt.date], Signed] = {}
    for organisation_id, member_id, day, arrived, left, is_absent, absence in db.session.execute(query):
        key = (organisation_id, member_id, day)
        came = arrived is not None and not is_absent
        finding = "absent" if not came else "no_sign_out" if left is None else ""
        if key not in found or found[key].finding:
            found[key] = Signed(came, finding, absence)
    return found


def days_booked_whole_period(first: dt.date, last: dt.date) -> Iterator[BookedDay]:
    """Booked days of placements that hold for all these days."""
    query = select(Placement.id).where(
        Placement.kind == "day",
        Placement.state.in_(AGREED_STATES),
        Placement.valid_from <= first,
        Placement.valid_until >= last,
    )
    whole = set(db.session.execute(query).scalars())
    return (day for day in booked_days(None, first, last) if day.placement_id in whole) if whole else iter(())


def primary_care_contacts(services: Collection[str], first: dt.date, last: dt.date) -> list[Contact]:
    """One contact per member, provider and day that an accepted line shows, in order of days."""
    query = (
        _live_lines(first, last)
        .join(
            LineVersion,
            (LineVersion.partition == ClaimLine.partition)
            & (LineVersion.claim_id == ClaimLine.claim_id)
            & (LineVersion.line_no == ClaimLine.line_no)
            & (LineVersion.version == ClaimVersion.version),
        )
        .where(ClaimLine.service.in_(services), LineVersion.state.in_(("accepted", "reduced")))
    )
    found: dict[tuple[int, int, dt.date], Contact] = {}
    for row in db.session.execute(query):
        if first <= row.service_from <= last:
            contact = Contact(row.organisation_id, row.member_id, row.service_from, row.number, row.line_no)
            found.setdefault(contact[:3], contact)
    return sorted(found.values(), key=lambda one: (one.day, one.member_id, one.organisation_id))


def covered_whole_period(first: dt.date, last: dt.date) -> set[int]:
    """Members whose active spells leave no day of these uncovered."""
    query = select(Cover.member_id, Cover.valid_from, Cover.valid_until).where(
        Cover.state.in_(("active", "grace")),
        Cover.valid_from <= last,
        (Cover.valid_until.is_(None)) | (Cover.valid_until >= first),
    )
    reached: dict[int, dt.date] = {}
    for member_id, start, end in db.session.execute(query.order_by(Cover.member_id, Cover.valid_from)):
        open_from = reached.get(member_id, first)
        if start <= open_from:
            reached[member_id] = max(open_from, (end or last) + ONE_DAY)
    return {member_id for member_id, day in reached.items() if day > last}


def _live_lines(first: dt.date, last: dt.date) -> Any:
    """Lines of claims that still stand (in review, decided or denied) and touch these days."""
    return (
        select(
            Claim.number,
            Claim.organisation_id,
            Claim.member_id,
            ClaimLine.line_no,
            ClaimLine.service,
            ClaimLine.service_from,
            ClaimLine.service_until,
            ClaimLine.quantity_milli,
            ClaimLine.visit_no,
        )
        .join(ClaimLine, (ClaimLine.partition == Claim.partition) & (ClaimLine.claim_id == Claim.id))
        .join(ClaimVersion, versions_of_claim())
        .where(
            Claim.service_from <= last,
            Claim.service_until >= first,
            Claim.member_id.is_not(None),
            ClaimLine.service_from.is_not(None),
            ClaimVersion.state.in_(HOLDS_NUMBER),
            Claim.is_restricted.is_(False),  # a case list names member and claim: restricted care stands in none
            is_live(),
        )
        .order_by(Claim.id, ClaimLine.line_no)
    )


def _billed_lines(first: dt.date, last: dt.date) -> Any:
    return _live_lines(first, last).join(Service, Service.code == ClaimLine.service).add_columns(Service.unit)


def _days_of(line: Any, booked: Collection[dt.date]) -> list[dt.date]:
    """The days a line bills: its one day; of a span the booked ones, else its working days; never more than it asks."""
    span = _span(line)
    if len(span) == 1:
        return span
    days = [day for day in span if day in booked] or [day for day in span if day.weekday() < WORKING_DAYS]
    return days[: max(1, line.quantity_milli // 1000)] if line.unit == "day" else days


def _span(line: Any) -> list[dt.date]:
    """Every day from the first to the last of a line."""
    until = line.service_until or line.service_from
    return [line.service_from + n * ONE_DAY for n in range((until - line.service_from).days + 1)]
