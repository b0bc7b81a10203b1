"""What deciding needs, read for whole batches: each function is one statement, whatever the number of households."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from care.models import RESIDENTIAL, Attendance, CareGrant, Certificate, Occupancy, Quote, SiteMonth, Stay, Visit
from claims.models import Claim, ClaimLine, ClaimNumber, ClaimVersion, LineVersion
from core.among import among
from core.codes import CodeValue, Service
from core.db import db
from core.organisations import Organisation
from members.models import Cover, CoverWait, Household, Member
from procurement.models.contract import Contract, ContractLine
from providers.models import Accreditation, Provider, Site, Suspension

Rows = Sequence[Any]


def _all(query: Any, **values: Any) -> Rows:
    """Plain tuples: what is pending in the session goes first, as it would with `session.execute`."""
    db.session.flush()
    return db.session.connection().execute(query, values).all()


_HOMES = select(Member.public_id, Member.id, Member.household_id, Household.partition).join(Household)
_HOMES = _HOMES.where(among(Member.public_id, "numbers"))


def members_by_number(numbers: Collection[str]) -> dict[str, tuple[int, int, int]]:
    """Public id → member, household, partition."""
    return {number: (member, home, part) for number, member, home, part in _all(_HOMES, numbers=numbers)}


_LOCK = select(Household.id).where(among(Household.id, "ids")).order_by(Household.id).with_for_update()


def lock_households(ids: Collection[int]) -> None:
    """In id order, before anything of them is read. SQLite's transaction has locked the whole file already."""
    if ids and db.engine.dialect.name == "postgresql":
        _all(_LOCK, ids=ids)


_claimant = aliased(Member)
_PEOPLE = (
    select(
        Member.id,
        Member.born_on,
        Member.sex,
        Member.died_on,
        Member.has_disability,
        Household.id,
        Household.monthly_income,
        Household.income_band,
        Household.children,
    )
    .join(Household)
    .where(Household.id.in_(select(_claimant.household_id).where(among(_claimant.id, "members"))))
)


def people(member_ids: Collection[int]) -> Rows:
    """These members and all who live with them today, each with the household: (id, born_on, sex, died_on,
    has_disability, household, monthly_income, income_band, children)."""
    return _all(_PEOPLE, members=member_ids)


_COVERS = (
    select(
        Cover.id,
        Cover.member_id,
        Cover.package,
        Cover.valid_from,
        Cover.valid_until,
        Cover.state,
        CoverWait.benefit_group,
        CoverWait.waiting_until,
    )
    .outerjoin(CoverWait, and_(CoverWait.cover_id == Cover.id, CoverWait.waiting_until > bindparam("first")))
    .where(among(Cover.member_id, "members"))
    .order_by(Cover.valid_from, Cover.id)
)


def covers(member_ids: Collection[int], first: dt.date) -> Rows:
    """Each cover once, or once per group whose waiting ends after `first`: (id, member, package, valid_from,
    valid_until, state, benefit_group, waiting_until)."""
    return _all(_COVERS, members=member_ids, first=first)


_REPORTED = select(Stay.member_id, Stay.admitted_on.label("admitted_on"), Stay.discharged_on, Stay.reference, Stay.kind)
_LIVED = select(
    Occupancy.member_id, Occupancy.moved_in_on, Occupancy.moved_out_on, Occupancy.place, Occupancy.kind
).where(Occupancy.kind == RESIDENTIAL)
_STAYS: Any = union_all(
    _REPORTED.where(among(Stay.member_id, "members")), _LIVED.where(among(Occupancy.member_id, "members"))
).order_by("admitted_on")


def stays(member_ids: Collection[int]) -> Rows:
    """Stays as reported, and nights in residential places as they are held; in order of admission: (member,
    admitted_on, discharged_on, reference, kind)."""
    return _all(_STAYS, members=member_ids)


_GRANTS = (
    select(
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
    .where(among(CareGrant.member_id, "members"))
    .order_by(CareGrant.valid_from.desc())
)


def grants(member_ids: Collection[int]) -> Rows:
    return _all(_GRANTS, members=member_ids)


_ACCREDITED = select(
    Accreditation.organisation_id, Accreditation.valid_from, Accreditation.valid_until, literal("accredited")
)
_SUSPENDED = select(Suspension.organisation_id, Suspension.valid_from, Suspension.valid_until, literal("suspended"))
_STANDINGS: Any = union_all(
    _ACCREDITED.where(among(Accreditation.organisation_id, "organisations")),
    _SUSPENDED.where(among(Suspension.organisation_id, "organisations")),
)


def standings(organisation_ids: Collection[int]) -> Rows:
    """(organisation, valid_from, valid_until, accredited or suspended)"""
    return _all(_STANDINGS, organisations=organisation_ids)


_TARIFF = (
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
        among(Contract.organisation_id, "organisations"),
        among(ContractLine.service, "services"),
        Contract.state != "drawn",
        ContractLine.valid_from <= Contract.valid_until,
        ContractLine.valid_until >= Contract.valid_from,
    )
    .order_by(ContractLine.valid_from.desc(), Contract.id.desc())
)


def contract_lines(organisation_ids: Collection[int], services: Collection[str]) -> Rows:
    """The tariff rows of signed contracts, the newest contract first."""
    return _all(_TARIFF, organisations=organisation_ids, services=services)


_CATALOGUE = select(Service.code, Service.service_line, Service.unit).where(among(Service.code, "codes"))


def catalogue(codes: Collection[str]) -> dict[str, tuple[str, str]]:
    """The fund's own codes → service line, unit."""
    return {code: (line, unit) for code, line, unit in _all(_CATALOGUE, codes=codes)}


_SYSTEMS = select(CodeValue.system).where(among(CodeValue.system, "systems")).distinct()


def code_systems(systems: Collection[str]) -> set[str]:
    """Those of `systems` that the fund keeps a table of."""
    return {system for (system,) in _all(_SYSTEMS, systems=systems)} if systems else set()


_CODES = select(CodeValue.system, CodeValue.code, CodeValue.valid_from, CodeValue.valid_until)
_CODES = _CODES.where(among(CodeValue.system, "systems"), among(CodeValue.code, "codes"))


def code_values(systems: Collection[str], codes: Collection[str]) -> Rows:
    return _all(_CODES, systems=systems, codes=codes)


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
        .where(among(Visit.member_id, member_ids), Visit.service_on.between(first, last))
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
    return _all(query.where(among(Attendance.member_id, member_ids), Attendance.day.between(first, last)))


def site_months(organisation_ids: Collection[int], first: dt.date, last: dt.date) -> Rows:
    """Minutes billed and attended of the sites of these providers in the months of these days."""
    query = select(
        Site.organisation_id, SiteMonth.site_id, SiteMonth.month, SiteMonth.billed_minutes, SiteMonth.attended_minutes
    ).join(Site, Site.id == SiteMonth.site_id)
    in_time = SiteMonth.month.between(first.replace(day=1), last)
    return _all(query.where(among(Site.organisation_id, organisation_ids), in_time))


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
    ).where(among(Occupancy.member_id, member_ids), Occupancy.moved_in_on <= last)
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
    return _all(query.where(among(Certificate.organisation_id, organisation_ids), among(Certificate.kind, kinds)))


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
    ).where(among(Quote.member_id, member_ids))
    return _all(query.order_by(Quote.quoted_on.desc(), Quote.id.desc()))


_newer = aliased(ClaimVersion)
_is_live = ~(
    select(_newer.version)
    .where(
        _newer.partition == ClaimVersion.partition,
        _newer.claim_id == ClaimVersion.claim_id,
        _newer.version == ClaimVersion.version + 1,
    )
    .exists()
)
_PRIOR = (
    select(
        Claim.id,
        ClaimLine.line_no,
        Claim.number,
        Claim.organisation_id,
        Claim.member_id,
        ClaimLine.service,
        func.coalesce(ClaimLine.service_from, ClaimLine.service_until, Claim.service_from),
        func.coalesce(ClaimLine.service_until, ClaimLine.service_from, Claim.service_from),
        ClaimLine.quantity_milli,
        ClaimLine.starts_at,
        LineVersion.state,
        LineVersion.headline,
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
        among(Claim.member_id, "members"),
        Claim.service_from <= bindparam("last"),
        Claim.service_until >= bindparam("first"),
        ~among(Claim.id, "without"),
        func.coalesce(ClaimVersion.state, "").in_(("pended", "adjudicated")),  # not by the index of states: by member
        LineVersion.state.in_(("pended", "accepted", "reduced")),
        _is_live,
    )
    .order_by(Claim.id, ClaimLine.line_no)
)


def prior_lines(member_ids: Collection[int], first: dt.date, last: dt.date, *, without: Collection[int] = ()) -> Rows:
    """Live lines decided earlier of these people, wherever they lived, whose claims touch these days: pended, accepted
    or reduced. (claim, line_no, claim number, organisation, member, service, first day, day that counts, thousandths,
    starts_at, state, headline, use)"""
    return _all(_PRIOR, members=member_ids, first=first, last=last, without=without)


_newest = (
    select(func.max(ClaimVersion.version))
    .where(ClaimVersion.partition == Claim.partition, ClaimVersion.claim_id == Claim.id)
    .correlate(Claim)
    .scalar_subquery()
)
_HOLDERS = (
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
            ClaimVersion.version == _newest,
        ),
    )
    .where(among(ClaimNumber.organisation_id, "organisations"), among(ClaimNumber.provider_claim_no, "numbers"))
)


def number_holders(organisation_ids: Collection[int], numbers: Collection[str]) -> Rows:
    """Claim numbers already used, with what they stand for and its live state."""
    return _all(_HOLDERS, organisations=organisation_ids, numbers=numbers)


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
