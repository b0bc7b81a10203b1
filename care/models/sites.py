"""Who works at a site, and days on which it could not open: what attendance is compared with, beside its hours."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Model

PLANNED, WORKED = "planned", "worked"


class RosterShift(Model):
    """A worker on duty in a room of a site: as planned, or as worked."""

    __tablename__ = "roster_shift"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    room: Mapped[str] = mapped_column(String(60), default="", server_default="", comment="empty: the whole site")
    kind: Mapped[str] = mapped_column(String(7), default=WORKED, server_default=WORKED, comment="planned or worked")
    worker: Mapped[str] = mapped_column(String(40), comment="the provider’s worker code")
    day: Mapped[dt.date] = mapped_column(Date)
    starts_minute: Mapped[int] = mapped_column(SmallInteger)
    ends_minute: Mapped[int] = mapped_column(SmallInteger)
    recorded_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="null: before this was kept")

    __table_args__ = (
        UniqueConstraint("site_id", "day", "kind", "worker", "starts_minute"),
        Index(None, "site_id", "day"),
        CheckConstraint("starts_minute >= 0 AND ends_minute > starts_minute", name="times"),
        CheckConstraint("kind IN ('planned', 'worked')", name="kind"),
    )


class ForceMajeure(Model):
    """A day on which a site could not open through no fault of its own; the fund says so, from a document."""

    __tablename__ = "force_majeure"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    day: Mapped[dt.date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(80))
    document: Mapped[str] = mapped_column(String(80), comment="order, report or letter that shows it")
    recorded_by: Mapped[str] = mapped_column(String(60), comment="person")
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("site_id", "day"),
        CheckConstraint("reason <> '' AND document <> ''", name="words"),
    )
