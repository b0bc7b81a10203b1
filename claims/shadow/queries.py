"""The kept comparisons."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from claims.shadow.models import ShadowMonth
from core.db import db


def months(limit: int = 50) -> Sequence[ShadowMonth]:
    return db.session.execute(select(ShadowMonth).order_by(ShadowMonth.id.desc()).limit(limit)).scalars().all()


def month_by_number(number: str) -> ShadowMonth | None:
    return db.session.execute(select(ShadowMonth).where(ShadowMonth.number == number)).scalar_one_or_none()
