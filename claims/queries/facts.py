"""What deciding needs, read for whole batches: each function is one statement, whatever the number of households."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select, union_all
from sqlalchemy.orm import aliased

from care.models import RESIDENTIAL, Attendance, CareGrant, Certificate, Occupancy, Quote, SiteMonth, Stay, Visit
from claims.models import Claim, ClaimLine, ClaimNumber, ClaimVersion, LineVersion
from core.codes import CodeValue, Service
from core.db import db
from core.organisations import Organisation
from members.models import Cover, CoverWait, Household, Member
from procurement.models.contract import Contract, ContractLine
from providers.models import Accreditation, Provider, Site, Suspension

Rows = Sequence[Any]


def _all(query: Any) -> Rows:
    return db.session.execute(query).all()


def members_by_number(numbers: Collection[str]) -> dict[str, tuple[int, int, int]]:
    """Public id → member, household, partition."""
    query = select(Member.public_id, Member.id, Member.household_id, Household.partition).join(Household)
    return {row[0]: (row[1], row[2], row[3]) for row in _all(query.where(Member.public_id.in_(numbers)))}


def lock_households(ids: Collection[int]) -> None:
    """In id order, before anything of them is read. SQLite's transaction has locked the whole file already."""
    if ids and db.engine.dialect.name == "postgresql":
        query = select(Household.id).where(Household.id.in_(ids)).order_by(Household.id).with_for_update()
        _all(query)


def households(ids: Collection[int]) -> Rows:
    query = select(Household.id, Household.monthly_income, Household.income_band, Household.children)
    return _all(query.where(Household.id.in_(ids)))


def members(household_ids: Collection[int]) -> Rows:
    query = select(Member.id, Member.household_id, Member.born_on, Member.sex, Member.died_on, Member.has_disability)
    return _all(query.where(Member.household_id.in_(household_ids)))


def covers(household_ids: Collection[int]) -> Rows:
    query = select(Cover.id, Cover.member_id, Cover.package, Cover.valid_from, Cover.valid_until, Cover.state)
    return _all(query.join(Member).where(Member.household_id.in_(household_ids)).order_by(Cover.valid_from, Cover.id))


def waits(household_ids: Collection[int]) -> Rows:
    query = select(CoverWait.cover_id, CoverWait.benefit_group, CoverWait.waiting_until).join(Cover).join(Member)
    return _all(query.where(Member.household_id.in_(household_ids)))


def stays(household_ids: Collection[int]) -> Rows:
    """Stays as reported, and nights in residential places as they are held; in order of admission."""
    query = select(Stay.member_id, Stay.admitted_on, Stay.discharged_on, Stay.reference, Stay.kind)
    lived = select(
        Occupancy.member_id,
        Occupancy.moved_in_on.label("admitted_on"),
        Occupancy.moved_out_on.label("discharged_on"),
        Occupancy.place.label("reference"),
        Occupancy.kind,
    ).where(Occupancy.kind == RESIDENTIAL)
    both = union_all(*(each.join(Member).where(Member.household_id.in_(household_ids)) for each in (query, lived)))
    return _all(both.order_by("admitted_on"))


def grants(household_ids: Collection[int]) -> Rows:
    query = select(
        CareGrant.id,
        CareGrant.number,
        CareGrant.member_id,
        CareGrant.service_line,
        CareGrant.service,
        CareGrant.care_level,
        CareGrant.quantity,
        CareGrant.entitlement,
        CareGrant.valid_from,
        CareGrant.valid_until,
    )
    return _all(query.join(Member).where(Member.household_id.in_(household_ids)).order_by(CareGrant.valid_from.desc()))


def accreditations(organisation_ids: Collection[int]) -> Rows:
    query = select(Accreditation.organisation_id, Accreditation.valid_from, Accreditation.valid_until)
    return _all(query.where(Accreditation.organisation_id.in_(organisation_ids)))


def suspensions(organisation_ids: Collection[int]) -> Rows:
    query = select(Suspension.organisation_id, Suspension.valid_from, Suspension.valid_until)
    return _all(query.where(Suspension.organisation_id.in_(organisation_ids)))


def contract_lines(organisation_ids: Collection[int], services: Collection[str]) -> Rows:
    """The tariff rows of signed contracts, the newest contract first."""
    query = (
        select(
            Contract.organisation_id,
            ContractLine.service,
            ContractLine.site_id,
            ContractLine.rate,
            ContractLine.valid_from,
            ContractLine.valid_until,
            Contract.id.label("contract_id"),
            Contract.number,
        )
        .join(Contract)
        .where(
            Contract.organisation_id.in_(organisation_ids),
            ContractLine.service.in_(services),
            Contract.state != "drawn",
            ContractLine.valid_from <= Contract.valid_until,
            ContractLine.valid_until >= Contract.valid_from,
        )
        .order_by(ContractLine.valid_from.desc(), Contract.id.desc())
    )
    return _all(query)


def catalogue(codes: Collection[str]) -> dict[str, tuple[str, str]]:
    """The fund's own codes → service line, unit."""
    query = select(Service.code, Service.service_line, Service.unit).where(Service.code.in_(codes))
    return {row.code: (row.service_line, row.unit) for row in _all(query)}


def code_systems(systems: Collection[str]) -> set[str]:
    """Those of `systems` that the fund keeps a table of."""
    return set(db.session.execute(select(CodeValue.system).where(CodeValue.system.in_(systems)).distinct()).scalars())


def code_values(systems: Collection[str], codes: Collection[str]) -> Rows:
    query = select(CodeValue.system, CodeValue.code, CodeValue.valid_from, CodeValue.valid_until)
    return _all(query.where(CodeValue.system.in_(systems), CodeValue.code.in_(codes)))


def visits(member_ids: Collection[int], first: dt.date, last: dt.date) -> Rows:
    """With the number of the visit that each overlaps, as `care` computed it."""
    other = aliased(Visit)
    query = (
        select(
            Visit.number,
            Visit.member_id,
            Visit.organisation_id,
            Visit.service,
            Visit.service_on,
            Visit.worker,
            Visit.place_code,
            Visit.place_reason,
            Visit.uncounted,
            Visit.doubt,
            Visit.doubt_other,
            Visit.started_at,
            Visit.ended_at,
            other.number.label("overlap_number"),
        )
        .outerjoin(other, other.id == Visit.overlaps_visit_id)
        .where(Visit.member_id.in_(member_ids), Visit.service_on.between(first, last))
        .order_by(Visit.service_on, Visit.id)
    )
    return _all(query)


def attendance(member_ids: Collection[int], first: dt.date, last: dt.date) -> Rows:
    query = select(
        Attendance.member_id,
        Attendance.organisation_id,
        Attendance.site_id,
        Attendance.day,
        Attendance.arrived_minute,
        Attendance.left_minute,
        Attendance.is_absent,
        Attendance.children_present,
        Attendance.licensed_places,
        Attendance.allowed_places,
        Attendance.has_note,
        Attendance.billable_minutes,
        Attendance.uncounted,
        Attendance.doubt,
        Attendance.doubt_other,
    )
    return _all(query.where(Attendance.member_id.in_(member_ids), Attendance.day.between(first, last)))


def site_months(organisation_ids: Collection[int], first: dt.date, last: dt.date) -> Rows:
    """Minutes billed and attended of the sites of these providers in the months of these days."""
    query = select(
        Site.organisation_id, SiteMonth.site_id, SiteMonth.month, SiteMonth.billed_minutes, SiteMonth.attended_minutes
    ).join(Site, Site.id == SiteMonth.site_id)
    in_time = SiteMonth.month.between(first.replace(day=1), last)
    return _all(query.where(Site.organisation_id.in_(organisation_ids), in_time))


def occupancies(member_ids: Collection[int], first: dt.date, last: dt.date) -> Rows:
    """Places that these members hold on some of these days, the earliest first."""
    query = select(
        Occupancy.member_id,
        Occupancy.organisation_id,
        Occupancy.place,
        Occupancy.moved_in_on,
        Occupancy.moved_out_on,
        Occupancy.doubt,
        Occupancy.doubt_other,
        Occupancy.doubt_from,
        Occupancy.doubt_until,
    ).where(Occupancy.member_id.in_(member_ids), Occupancy.moved_in_on <= last)
    still = or_(Occupancy.moved_out_on.is_(None), Occupancy.moved_out_on > first)
    return _all(query.where(still).order_by(Occupancy.moved_in_on, Occupancy.id))


def certificates(organisation_ids: Collection[int], kinds: Collection[str]) -> Rows:
    query = select(
        Certificate.organisation_id,
        Certificate.kind,
        Certificate.place,
        Certificate.valid_from,
        Certificate.valid_until,
    )
    return _all(query.where(Certificate.organisation_id.in_(organisation_ids), Certificate.kind.in_(kinds)))


def quotes(member_ids: Collection[int]) -> Rows:
    """Quotes of these members, the latest first."""
    query = select(
        Quote.member_id,
        Quote.organisation_id,
        Quote.service,
        Quote.number,
        Quote.amount,
        Quote.accepted_amount,
        Quote.accepted_on,
    ).where(Quote.member_id.in_(member_ids))
    return _all(query.order_by(Quote.quoted_on.desc(), Quote.id.desc()))


def prior_lines(member_ids: Collection[int], first: dt.date, last: dt.date, *, without: Collection[int] = ()) -> Rows:
    """Live lines decided earlier of these people, wherever they lived, whose claims touch these days: pended, accepted
    or reduced."""
    newer = aliased(ClaimVersion)
    is_live = ~(
        select(newer.version)
        .where(
            newer.partition == ClaimVersion.partition,
            newer.claim_id == ClaimVersion.claim_id,
            newer.version == ClaimVersion.version + 1,
        )
        .exists()
    )
    query = (
        select(
            Claim.id.label("claim_id"),
            Claim.number,
            Claim.organisation_id,
            Claim.member_id,
            Claim.received_at,
            ClaimLine.line_no,
            ClaimLine.service,
            ClaimLine.service_from,
            ClaimLine.service_until,
            ClaimLine.quantity_milli,
            ClaimLine.starts_at,
            LineVersion.state,
            LineVersion.use,
        )
        .join(ClaimVersion, and_(ClaimVersion.partition == Claim.partition, ClaimVersion.claim_id == Claim.id))
        .join(
            LineVersion,
            and_(
                LineVersion.partition == ClaimVersion.partition,
                LineVersion.claim_id == ClaimVersion.claim_id,
                LineVersion.version == ClaimVersion.version,
            ),
        )
        .join(
            ClaimLine,
            and_(
                ClaimLine.partition == LineVersion.partition,
                ClaimLine.claim_id == LineVersion.claim_id,
                ClaimLine.line_no == LineVersion.line_no,
            ),
        )
        .where(
            Claim.member_id.in_(member_ids),
            Claim.service_from <= last,
            Claim.service_until >= first,
            ClaimVersion.state.in_(("pended", "adjudicated")),
            LineVersion.state.in_(("pended", "accepted", "reduced")),
            is_live,
        )
        .order_by(Claim.id, ClaimLine.line_no)
    )
    return _all(query.where(Claim.id.not_in(without)) if without else query)


def number_holders(organisation_ids: Collection[int], numbers: Collection[str]) -> Rows:
    """Claim numbers already used, with what they stand for and its live state."""
    newest = (
        select(func.max(ClaimVersion.version))
        .where(ClaimVersion.partition == Claim.partition, ClaimVersion.claim_id == Claim.id)
        .correlate(Claim)
        .scalar_subquery()
    )
    query = (
        select(
            ClaimNumber.organisation_id,
            ClaimNumber.provider_claim_no,
            Claim.partition,
            Claim.id,
            Claim.number,
            Claim.content_hash,
            func.coalesce(ClaimVersion.version, 0).label("version"),
            func.coalesce(ClaimVersion.state, "received").label("state"),
        )
        .join(Claim, and_(Claim.partition == ClaimNumber.partition, Claim.id == ClaimNumber.claim_id))
        .outerjoin(
            ClaimVersion,
            and_(
                ClaimVersion.partition == Claim.partition,
                ClaimVersion.claim_id == Claim.id,
                ClaimVersion.version == newest,
            ),
        )
        .where(ClaimNumber.organisation_id.in_(organisation_ids), ClaimNumber.provider_claim_no.in_(numbers))
    )
    return _all(query)


def organisation_codes(organisation_id: int | None = None) -> dict[str, int]:
    """All words for providers (register, provider and public number) → organisation; or those of one of them."""
    query = select(
        Organisation.id, Organisation.number, Organisation.register_number, Provider.number.label("provider")
    )
    query = query.join(Provider, Provider.organisation_id == Organisation.id)
    if organisation_id is not None:
        query = query.where(Organisation.id == organisation_id)
    return {code: row.id for row in _all(query) for code in (row.register_number, row.provider, row.number)}


def sites_by_number(organisation_ids: Collection[int]) -> dict[tuple[int, str], int]:
    query = select(Site.organisation_id, Site.number, Site.id)
    if len(organisation_ids) <= 500:
        query = query.where(Site.organisation_id.in_(organisation_ids))
    return {(row.organisation_id, str(row.number)): row.id for row in _all(query)}


def register_numbers(scheme: str) -> dict[str, int]:
    query = select(Organisation.register_number, Organisation.id).where(Organisation.register_scheme == scheme)
    return {row.register_number: row.id for row in _all(query)}


def contracted_organisations() -> set[int]:
    return set(db.session.execute(select(Contract.organisation_id).distinct()).scalars())
