"""Versions of a notice and the change that waits for its second officer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.db import db
from core.errors import NotFound
from core.words import _l
from procurement.models.notice import Amendment, NoticeVersion
from procurement.models.tender import Tender


def versions(tender: Tender) -> Sequence[NoticeVersion]:
    """Newest first."""
    query = select(NoticeVersion).where(NoticeVersion.tender_id == tender.id)
    return db.session.execute(query.order_by(NoticeVersion.version.desc())).scalars().all()


def proposed_amendment(tender: Tender) -> Amendment | None:
    query = select(Amendment).where(Amendment.tender_id == tender.id, Amendment.state == "proposed")
    return db.session.execute(query).scalar_one_or_none()


def waiting_amendment(tender: Tender, *, is_held: bool = False) -> Amendment:
    """The proposed change; `is_held`: its row until the end of the transaction."""
    query = select(Amendment).where(Amendment.tender_id == tender.id, Amendment.state == "proposed")
    row = db.session.execute(query.with_for_update(of=Amendment) if is_held else query).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("No change of %(number)s waits for approval.", number=tender.number))
    return row


def proposed_amendments() -> Sequence[Amendment]:
    query = select(Amendment).where(Amendment.state == "proposed").order_by(Amendment.id)
    return db.session.execute(query).scalars().all()


def amendments(tender: Tender) -> Sequence[Amendment]:
    query = select(Amendment).where(Amendment.tender_id == tender.id).order_by(Amendment.id.desc())
    return db.session.execute(query).scalars().all()
