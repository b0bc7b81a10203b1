"""A notice kept whole as it went out: below what publishes it and what changes it."""

from __future__ import annotations

from core import clock
from core.actors import Actor
from core.db import db
from procurement import noting
from procurement.models.notice import NoticeVersion
from procurement.models.tender import Tender


def keep_version(tender: Tender, *, by: Actor) -> NoticeVersion:
    """The notice as it went out."""
    row = NoticeVersion(
        tender_id=tender.id,
        version=tender.notice_version,
        terms=noting.noted(noting.terms_of(tender)),
        changes=[],
        published_at=tender.published_at or clock.now(),
        proposed_by=tender.author_name,
        published_by=by.name,
    )
    db.session.add(row)
    db.session.flush()
    return row
