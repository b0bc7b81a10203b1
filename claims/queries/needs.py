"""What services need, read for whole batches: one statement each."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from claims.models import Claim, ClaimDocument, ClaimVersion
from claims.queries.records import is_live, versions_of_claim
from core.among import among
from core.db import db
from core.rows import Asked, Prepared, Row
from members.models import OtherCover
from providers.models import Professional, Site

_FACILITIES = Prepared(select(Site.id, Site.facility).where(among(Site.id, "ids"), Site.facility != ""))
_PROFESSIONALS = Prepared(
    select(Professional.number, Professional.valid_from, Professional.valid_until).where(
        among(Professional.number, "numbers")
    )
)
_OTHER = Prepared(
    select(
        OtherCover.member_id, OtherCover.payer, OtherCover.valid_from, OtherCover.valid_until, OtherCover.service_line
    )
    .where(among(OtherCover.member_id, "members"))
    .order_by(OtherCover.valid_from, OtherCover.id)
)
_DOCUMENTS = Prepared(select(ClaimDocument.claim_id, ClaimDocument.name).where(among(ClaimDocument.claim_id, "ids")))


def facilities(site_ids: Collection[int]) -> list[Row]:
    """(site, facility) of the sites that are licensed for one kind of care only."""
    return _FACILITIES.rows(ids=site_ids)


def professionals(numbers: Collection[str]) -> list[Row]:
    """(number, valid_from, valid_until)"""
    return _PROFESSIONALS.rows(numbers=numbers)


def other_covers(member_ids: Collection[int]) -> Asked:
    """(member, payer, valid_from, valid_until, service_line)"""
    return _OTHER.ask(members=member_ids)


def documents(claim_ids: Collection[int]) -> list[Row]:
    """(claim, name)"""
    return _DOCUMENTS.rows(ids=claim_ids)


def waiting_for_documents(after: int, limit: int) -> list[int]:
    """Claims whose live decision waits for a document, in order of their id."""
    query = select(Claim.id).join(ClaimVersion, versions_of_claim())
    query = query.where(ClaimVersion.state == "pended", ClaimVersion.headline == "ADM-08", is_live(), Claim.id > after)
    return list(db.session.execute(query.order_by(Claim.id).limit(limit)).scalars())
