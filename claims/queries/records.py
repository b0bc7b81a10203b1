"""One claim, or a set of claims by id: as stored, with their live version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from claims import encoding
from claims.case import Approval
from claims.filed import Filed, id_of, stored
from claims.models import Claim, ClaimLine, ClaimReceipt, ClaimVersion, ClaimWaiting, LineVersion
from claims.models.approval import LineReview
from claims.readers import EVERYONE, Reader
from claims.states import CLAIM
from core.among import among
from core.db import db
from core.organisations import Organisation
from core.rows import Prepared
from members.models import Household, Member


def is_live(at: dt.datetime | None = None) -> Any:
    """No later version stands behind this one: an anti-join on the primary key.

    `at`: none that was decided before; the first version stands whenever it was decided.
    """
    newer = aliased(ClaimVersion)
    later = select(newer.version).where(
        newer.partition == ClaimVersion.partition,
        newer.claim_id == ClaimVersion.claim_id,
        newer.version == ClaimVersion.version + 1,
    )
    if at is None:
        return ~later.exists()
    was_there = or_(ClaimVersion.version == 1, ClaimVersion.decided_at < at)
    return and_(was_there, ~later.where(newer.decided_at < at).exists())


def versions_of_claim() -> Any:
    return and_(ClaimVersion.partition == Claim.partition, ClaimVersion.claim_id == Claim.id)


def lines_of_version() -> Any:
    return and_(
        LineVersion.partition == ClaimVersion.partition,
        LineVersion.claim_id == ClaimVersion.claim_id,
        LineVersion.version == ClaimVersion.version,
    )


def line_as_sent() -> Any:
    """The claim’s own line behind a decided one."""
    return and_(
        ClaimLine.partition == LineVersion.partition,
        ClaimLine.claim_id == LineVersion.claim_id,
        ClaimLine.line_no == LineVersion.line_no,
    )


def claim_by_number(number: str, reader: Reader = EVERYONE) -> tuple[Claim, ClaimVersion] | None:
    """A claim with its live version, if that reader may see it."""
    claim_id = id_of(number)
    if claim_id is None:
        return None
    query = select(Claim, ClaimVersion).outerjoin(ClaimVersion, versions_of_claim())
    row = db.session.execute(query.where(Claim.id == claim_id, is_live(), *reader.of_claims())).first()
    if row is None or not row[0].number.startswith(number.strip().upper().rsplit("-", 1)[0][:7]):
        return None
    return row[0], row[1] or undecided(row[0])


def veiled(subjects: Collection[str]) -> set[str]:
    """Numbers of claims for restricted services among `subjects`, and of what is owed for them."""
    asked = {subject.partition("/")[0].rpartition(" ")[2] or subject: subject for subject in subjects}
    query = select(Claim.number).where(among(Claim.number, list(asked)), Claim.is_restricted)
    return {asked[number] for number in db.session.execute(query).scalars()}


def undecided(claim: Claim) -> ClaimVersion:
    """What a page shows of a claim that no run has decided yet: never stored, version 0."""
    return ClaimVersion(
        partition=claim.partition,
        claim_id=claim.id,
        version=0,
        state=CLAIM.initial,
        headline="",
        submitted=claim.amount,
        undecided=claim.amount,
        benefit=0,
        member_share=0,
        write_off=0,
        cause="",
        reason="",
        due_on=None,
        waived="",
        decided_by="",
        decided_at=claim.received_at,
        digest=b"",
    )


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


# In the order of the fields of Filed, then of LineInput.
_CLAIM = (
    Claim.id, Claim.number, Claim.partition, Claim.organisation_id, Claim.site_id, Claim.provider_claim_no,
    Claim.member_number, Claim.member_id, Claim.household_id, Claim.received_at, Claim.replaces_claim_id,
    func.coalesce(ClaimVersion.version, 0), func.coalesce(ClaimVersion.state, CLAIM.initial), Claim.service_line,
    Claim.sent_by, func.coalesce(ClaimVersion.waived, ""), Claim.referral_no, Claim.visit_type, Claim.stated_total,
    Claim.is_restricted,
)  # fmt: skip
_LINE = (
    ClaimLine.claim_id, ClaimLine.line_no, ClaimLine.service, ClaimLine.service_from, ClaimLine.service_until,
    ClaimLine.quantity_milli, ClaimLine.unit_price, ClaimLine.amount, ClaimLine.code_system, ClaimLine.starts_at,
    ClaimLine.ends_at, ClaimLine.practitioner, ClaimLine.authorisation_no, ClaimLine.visit_no, ClaimLine.diagnoses,
    ClaimLine.unreadable,
)  # fmt: skip
_FILED = Prepared(
    select(*_CLAIM)
    .outerjoin(ClaimVersion, versions_of_claim())
    .where(among(Claim.id, "ids"), is_live())
    .order_by(Claim.id)
)
# By way of the claim: only its id has an index of its own, lines are found by partition and id. In no order: each
# claim puts its few lines into theirs, where a database would sort all of them.
_LINES = Prepared(
    select(*_LINE)
    .join(Claim, and_(ClaimLine.partition == Claim.partition, ClaimLine.claim_id == Claim.id))
    .where(among(Claim.id, "ids"))
)


def filed(claim_ids: Collection[int]) -> list[Filed]:
    """Stored claims as the engine's reader takes them, each with its live version if it has one: two statements, and a
    third where some were decided before: what reviewers approved of them."""
    claims = stored(_FILED.each(ids=claim_ids), _LINES.each(ids=claim_ids))
    if any(claim.version for claim in claims):
        _approve(claims)
    return claims


_APPROVED = Prepared(
    select(
        LineReview.claim_id,
        LineReview.line_no,
        LineReview.quantity_milli,
        LineReview.unit_price,
        LineReview.role,
        LineReview.reason,
    )
    .join(Claim, and_(LineReview.partition == Claim.partition, LineReview.claim_id == Claim.id))
    .where(among(Claim.id, "ids"))
    .order_by(LineReview.claim_id, LineReview.version)
)


def _approve(claims: Sequence[Filed]) -> None:
    """The latest approval of a line counts."""
    ids = [claim.id for claim in claims if claim.version]
    found = {(claim_id, line_no): Approval(*approved) for claim_id, line_no, *approved in _APPROVED.rows(ids=ids)}
    if found:
        for claim in claims:
            for line in claim.lines:
                line.approved = found.get((claim.id, line.line_no))


def households_of(claim_ids: Collection[int]) -> set[int]:
    """Where these claims' members live, and lived when they were sent: what must be locked before reading."""
    query = select(Claim.household_id, Member.household_id).outerjoin(Member, Member.id == Claim.member_id)
    rows = db.session.execute(query.where(among(Claim.id, claim_ids)))
    return {household for row in rows for household in row if household is not None}


def live_digests(claim_ids: Collection[int]) -> dict[int, bytes]:
    query = select(ClaimVersion.claim_id, ClaimVersion.digest).join(Claim, versions_of_claim())
    query = query.where(among(Claim.id, claim_ids), is_live())
    return {row.claim_id: row.digest for row in db.session.execute(query)}


def posted_benefit(claim_ids: Collection[int]) -> dict[int, int]:
    """What the live versions of these claims brought to `payments`; one whose budget is not looked at yet: nothing."""
    query = select(ClaimVersion.claim_id, ClaimVersion.benefit).join(Claim, versions_of_claim()).where(is_settled())
    query = query.where(among(Claim.id, claim_ids), ClaimVersion.state == "adjudicated", is_live())
    return {row.claim_id: row.benefit for row in db.session.execute(query)}


def is_settled() -> Any:
    return ~exists().where(ClaimWaiting.claim_id == ClaimVersion.claim_id)


def line_uses(claim_ids: Collection[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """(claim, line) → benefit and quantity that its live version took from its contract, where it pays."""
    columns = [getattr(LineVersion, name) for name in (*encoding.COLUMNS, "detail", "use")]
    query = select(*columns).join(
        ClaimVersion,
        and_(
            ClaimVersion.partition == LineVersion.partition,
            ClaimVersion.claim_id == LineVersion.claim_id,
            ClaimVersion.version == LineVersion.version,
        ),
    )
    query = query.join(Claim, versions_of_claim())
    query = query.where(among(Claim.id, claim_ids), LineVersion.benefit != 0, is_live(), is_settled())
    return {
        (row.claim_id, row.line_no): (row.benefit, encoding.line_of(row).quantity_milli)
        for row in db.session.execute(query)
    }


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
