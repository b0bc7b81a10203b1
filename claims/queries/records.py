"""One claim, or a set of claims by id: as stored, with their live version."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from claims.filed import Filed, id_of
from claims.intake.values import LineInput
from claims.models import Claim, ClaimLine, ClaimReceipt, ClaimVersion, LineVersion
from core.db import db
from core.organisations import Organisation
from members.models import Household, Member


def is_live() -> Any:
    """No later version stands behind this one: an anti-join on the primary key."""
    newer = aliased(ClaimVersion)
    return ~(
        select(newer.version)
        .where(
            newer.partition == ClaimVersion.partition,
            newer.claim_id == ClaimVersion.claim_id,
            newer.version == ClaimVersion.version + 1,
        )
        .exists()
    )


def versions_of_claim() -> Any:
    return and_(ClaimVersion.partition == Claim.partition, ClaimVersion.claim_id == Claim.id)


def claim_by_number(number: str, organisation_id: int | None = None) -> tuple[Claim, ClaimVersion] | None:
    """A claim with its live version; with `organisation_id` only that provider's."""
    claim_id = id_of(number)
    if claim_id is None:
        return None
    query = select(Claim, ClaimVersion).join(ClaimVersion, versions_of_claim()).where(Claim.id == claim_id, is_live())
    if organisation_id is not None:
        query = query.where(Claim.organisation_id == organisation_id)
    row = db.session.execute(query).first()
    if row is None or not row[0].number.startswith(number.strip().upper().rsplit("-", 1)[0][:7]):
        return None
    return row[0], row[1]


def lines_of(claim: Claim) -> Sequence[ClaimLine]:
    query = select(ClaimLine).where(ClaimLine.partition == claim.partition, ClaimLine.claim_id == claim.id)
    return db.session.execute(query.order_by(ClaimLine.line_no)).scalars().all()


def decided_lines(claim: Claim, version: int) -> Sequence[LineVersion]:
    query = select(LineVersion).where(
        LineVersion.partition == claim.partition, LineVersion.claim_id == claim.id, LineVersion.version == version
    )
    return db.session.execute(query.order_by(LineVersion.line_no)).scalars().all()


def history_of(claim: Claim) -> Sequence[ClaimVersion]:
    query = select(ClaimVersion).where(ClaimVersion.partition == claim.partition, ClaimVersion.claim_id == claim.id)
    return db.session.execute(query.order_by(ClaimVersion.version)).scalars().all()


def organisation_name(organisation_id: int) -> str:
    query = select(Organisation.name).where(Organisation.id == organisation_id)
    return db.session.execute(query).scalar_one_or_none() or ""


def filed(claim_ids: Collection[int]) -> list[Filed]:
    """Stored claims as the engine's reader takes them, each with its live version: two statements."""
    query = (
        select(Claim, ClaimVersion.version, ClaimVersion.state, ClaimVersion.waived)
        .join(ClaimVersion, versions_of_claim())
        .where(Claim.id.in_(claim_ids), is_live())
        .order_by(Claim.id)
    )
    lines: dict[int, list[LineInput]] = {}
    stored = select(ClaimLine).where(ClaimLine.claim_id.in_(claim_ids)).order_by(ClaimLine.claim_id, ClaimLine.line_no)
    for row in db.session.execute(stored).scalars():
        lines.setdefault(row.claim_id, []).append(_line(row))
    return [
        Filed(
            id=claim.id,
            number=claim.number,
            partition=claim.partition,
            organisation_id=claim.organisation_id,
            site_id=claim.site_id,
            provider_claim_no=claim.provider_claim_no,
            member_number=claim.member_number,
            member_id=claim.member_id,
            household_id=claim.household_id,
            received_at=claim.received_at,
            lines=lines[claim.id],
            replaces_claim_id=claim.replaces_claim_id,
            version=version,
            state=state,
            service_line=claim.service_line,
            sent_by=claim.sent_by,
            waived=frozenset(waived.split()),
        )
        for claim, version, state, waived in db.session.execute(query)
    ]


def _line(row: ClaimLine) -> LineInput:
    return LineInput(
        line_no=row.line_no,
        service=row.service,
        service_from=row.service_from,
        service_until=row.service_until,
        quantity_milli=row.quantity_milli,
        unit_price=row.unit_price,
        amount=row.amount,
        code_system=row.code_system,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        practitioner=row.practitioner,
        authorisation_no=row.authorisation_no,
        visit_no=row.visit_no,
        diagnoses=tuple(row.diagnoses.split()),
        unreadable=tuple(row.unreadable.split()),
    )


def households_of(claim_ids: Collection[int]) -> set[int]:
    """Where these claims' members live, and lived when they were sent: what must be locked before reading."""
    query = select(Claim.household_id, Member.household_id).outerjoin(Member, Member.id == Claim.member_id)
    rows = db.session.execute(query.where(Claim.id.in_(claim_ids)))
    return {household for row in rows for household in row if household is not None}


def live_digests(claim_ids: Collection[int]) -> dict[int, bytes]:
    query = select(ClaimVersion.claim_id, ClaimVersion.digest).where(ClaimVersion.claim_id.in_(claim_ids), is_live())
    return {row.claim_id: row.digest for row in db.session.execute(query)}


def posted_benefit(claim_ids: Collection[int]) -> dict[int, int]:
    """What the live versions of these claims brought to `payments`."""
    query = select(ClaimVersion.claim_id, ClaimVersion.benefit)
    query = query.where(ClaimVersion.claim_id.in_(claim_ids), ClaimVersion.state == "adjudicated", is_live())
    return {row.claim_id: row.benefit for row in db.session.execute(query)}


def line_benefits(claim_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(claim, line) → what its live version pays, where it pays."""
    query = select(LineVersion.claim_id, LineVersion.line_no, LineVersion.benefit).join(
        ClaimVersion,
        and_(
            ClaimVersion.partition == LineVersion.partition,
            ClaimVersion.claim_id == LineVersion.claim_id,
            ClaimVersion.version == LineVersion.version,
        ),
    )
    query = query.where(LineVersion.claim_id.in_(claim_ids), LineVersion.benefit != 0, is_live())
    return {(row.claim_id, row.line_no): row.benefit for row in db.session.execute(query)}


def pending_ids(household_ids: Collection[int] | None = None, after: int = 0, limit: int = 500) -> Sequence[int]:
    """Claims whose live decision waits, in order of their id."""
    query = select(Claim.id).join(ClaimVersion, versions_of_claim())
    query = query.where(ClaimVersion.state == "pended", is_live(), Claim.id > after).order_by(Claim.id).limit(limit)
    if household_ids is not None:
        query = query.where(Claim.household_id.in_(household_ids))
    return db.session.execute(query).scalars().all()


def receipt_by_content(sha256: str, organisation_id: int | None) -> ClaimReceipt | None:
    """The first receipt of a file that was read: the same bytes again change nothing."""
    query = select(ClaimReceipt).where(ClaimReceipt.sha256 == sha256, ClaimReceipt.channel == "file")
    query = query.where(ClaimReceipt.organisation_id.is_not_distinct_from(organisation_id))
    return db.session.execute(query.order_by(ClaimReceipt.id).limit(1)).scalar_one_or_none()


def household_count() -> int:
    return db.session.execute(select(func.count()).select_from(Household)).scalar_one()
