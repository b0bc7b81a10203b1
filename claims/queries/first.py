"""What a run decided first on claims whose contracts' budgets are looked at when all is decided."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, select

from claims import encoding
from claims.case import ClaimDecision, LineDecision
from claims.models import Claim, ClaimVersion, LineVersion
from claims.queries.records import versions_of_claim
from core.among import among
from core.db import db
from core.rows import Prepared

_PLACE = and_(LineVersion.partition == Claim.partition, LineVersion.claim_id == Claim.id)
_NAMES = ("state", "headline", *encoding.SUMS)
_CLAIMS = Prepared(
    select(Claim.id, Claim.number, *[getattr(ClaimVersion, name) for name in _NAMES])
    .join(ClaimVersion, versions_of_claim())
    .where(among(Claim.id, "ids"), ClaimVersion.version == 1)
)
_LINES = Prepared(
    select(*[getattr(LineVersion, name) for name in encoding.COLUMNS])
    .join(Claim, _PLACE)
    .where(among(Claim.id, "ids"), LineVersion.version == 1)
    .order_by(LineVersion.claim_id, LineVersion.line_no)
)


def first_decisions(claim_ids: Collection[int], *, is_whole: bool = False) -> dict[int, ClaimDecision]:
    """The first decision of these claims: in sums, or `is_whole` with findings, trace and use. Two statements."""
    names = ("claim_id", "claim_number", *_NAMES)
    rows = _CLAIMS.rows(ids=claim_ids)
    found = {row[0]: ClaimDecision(**dict(zip(names, row, strict=True)), lines=[]) for row in rows}
    for line in _whole(claim_ids) if is_whole else _in_sums(claim_ids):
        found[line.claim_id].lines.append(line)
    return found


def _in_sums(claim_ids: Collection[int]) -> list[LineDecision]:
    return [LineDecision(**dict(zip(encoding.COLUMNS, row, strict=True))) for row in _LINES.rows(ids=claim_ids)]


def _whole(claim_ids: Collection[int]) -> list[LineDecision]:
    columns = [getattr(LineVersion, name) for name in (*encoding.COLUMNS, "detail", "use")]
    query = select(*columns).join(Claim, _PLACE).where(among(Claim.id, claim_ids), LineVersion.version == 1)
    rows = db.session.execute(query.order_by(LineVersion.claim_id, LineVersion.line_no))
    return [encoding.line_of(row) for row in rows]
