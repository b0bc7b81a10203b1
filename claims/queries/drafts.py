"""Claims begun and not sent: each writer's own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select

from claims.models import ClaimDraft
from core.actors import Actor
from core.db import db


def _own(by: Actor) -> Select[ClaimDraft]:
    return select(ClaimDraft).where(
        ClaimDraft.account_id == by.account_id, ClaimDraft.organisation_id == by.organisation_id
    )


def draft(key: str, by: Actor) -> ClaimDraft | None:
    return db.session.execute(_own(by).where(ClaimDraft.key == key)).scalar_one_or_none()


def drafts(by: Actor, limit: int = 5) -> Sequence[ClaimDraft]:
    """The last one saved first."""
    return db.session.execute(_own(by).order_by(ClaimDraft.saved_at.desc()).limit(limit)).scalars().all()
