"""Who works at a site: what attendance is compared with, beside its opening hours."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Model


class RosterShift(Model):
    """A worker on duty at a site."""

    __tablename__ = "roster_shift"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    worker: Mapped[str] = mapped_column(String(40), comment="the provider’s worker code")
    day: Mapped[dt.date] = mapped_column(Date)
    starts_minute: Mapped[int] = mapped_column(SmallInteger)
    ends_minute: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (
        UniqueConstraint("site_id", "day", "worker", "starts_minute"),
        Index(None, "site_id", "day"),
        CheckConstraint("starts_minute >= 0 AND ends_minute > starts_minute", name="times"),
    )
