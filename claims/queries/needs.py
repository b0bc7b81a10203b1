"""What services need, read for whole batches: one statement each."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from claims.models import Claim, ClaimDocument, ClaimVersion
from claims.queries.records import is_live, versions_of_claim
from core.among import among
from core.codes import CodeValue
from core.db import db
from core.rows import read
from members.models import OtherCover
from providers.models import Professional, Site

_FACILITIES = select(Site.id, Site.facility).where(among(Site.id, "ids"), Site.facility != "")
_PROFESSIONALS = select(Professional.number, Professional.valid_from, Professional.valid_until)
_PROFESSIONALS = _PROFESSIONALS.where(among(Professional.number, "numbers"))
_OTHER = (
    select(
        OtherCover.member_id, OtherCover.payer, OtherCover.valid_from, OtherCover.valid_until, OtherCover.service_line
    )
    .where(among(OtherCover.member_id, "members"))
    .order_by(OtherCover.valid_from, OtherCover.id)
)
_DOCUMENTS = select(ClaimDocument.claim_id, ClaimDocument.name).where(among(ClaimDocument.claim_id, "ids"))
_KEPT = select(CodeValue.system).where(among(CodeValue.system, "systems")).distinct()
_DIAGNOSES = select(CodeValue.system, CodeValue.code, CodeValue.valid_from, CodeValue.valid_until)
_DIAGNOSES = _DIAGNOSES.where(among(CodeValue.system, "systems"), among(CodeValue.code, "codes"))


def facilities(site_ids: Collection[int]) -> Any:
    """(site, facility) of the sites that are licensed for one kind of care only."""
    return [tuple(row) for row in read(_FACILITIES, ids=site_ids)]


def professionals(numbers: Collection[str]) -> Any:
    """(number, valid_from, valid_until)"""
    return read(_PROFESSIONALS, numbers=numbers)


def other_covers(member_ids: Collection[int]) -> Any:
    """(member, payer, valid_from, valid_until, service_line)"""
    return read(_OTHER, members=member_ids)


def documents(claim_ids: Collection[int]) -> Any:
    """(claim, name)"""
    return read(_DOCUMENTS, ids=claim_ids)


def kept(systems: Collection[str]) -> set[str]:
    """Those of `systems` that the fund keeps a table of."""
    return {row[0] for row in read(_KEPT, systems=systems)}


def diagnoses(systems: Collection[str], codes: Collection[str]) -> Any:
    """(system, code, valid_from, valid_until)"""
    return read(_DIAGNOSES, systems=systems, codes=codes)


def waiting_for_documents(after: int, limit: int) -> list[int]:
    """Claims whose live decision waits for a document, in order of their id."""
    query = select(Claim.id).join(ClaimVersion, versions_of_claim())
    query = query.where(ClaimVersion.state == "pended", ClaimVersion.headline == "ADM-08", is_live(), Claim.id > after)
    return list(db.session.execute(query.order_by(Claim.id).limit(limit)).scalars())
