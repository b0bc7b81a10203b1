"""Which claim holds a number, and who stands behind the numbers of providers and sites."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, func, select

from claims.models import Claim, ClaimNumber, ClaimVersion
from core.among import among
from core.db import db
from core.organisations import Organisation
from core.rows import Rows, read
from procurement.models.contract import Contract
from providers.models import Provider, Site

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
    return read(_HOLDERS, organisations=organisation_ids, numbers=numbers)


def held_ids(claim_ids: Collection[int]) -> set[int]:
    """Those of `claim_ids` that hold a number."""
    return set(db.session.execute(select(ClaimNumber.claim_id).where(among(ClaimNumber.claim_id, claim_ids))).scalars())


def organisation_codes(organisation_id: int | None = None) -> dict[str, int]:
    """All words for providers (register, provider and public number) → organisation; or those of one of them."""
    query = select(
        Organisation.id, Organisation.number, Organisation.register_number, Provider.number.label("provider")
    )
    query = query.join(Provider, Provider.organisation_id == Organisation.id)
    if organisation_id is not None:
        query = query.where(Organisation.id == organisation_id)
    return {code: row.id for row in read(query) for code in (row.register_number, row.provider, row.number)}


def sites_by_number(organisation_ids: Collection[int]) -> dict[tuple[int, str], int]:
    query = select(Site.organisation_id, Site.number, Site.id)
    if len(organisation_ids) <= 500:
        query = query.where(Site.organisation_id.in_(organisation_ids))
    return {(row.organisation_id, str(row.number)): row.id for row in read(query)}


def register_numbers(scheme: str) -> dict[str, int]:
    query = select(Organisation.register_number, Organisation.id).where(Organisation.register_scheme == scheme)
    return {row.register_number: row.id for row in read(query)}


def contracted_organisations() -> set[int]:
    return set(db.session.execute(select(Contract.organisation_id).distinct()).scalars())
