"""When a site is open and who works there: what attendance is compared with."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Model


class OpeningHours(Model):
    """One span of a weekday on which a site is open; a site without any has no known hours."""

    __tablename__ = "opening_hours"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    weekday: Mapped[int] = mapped_column(SmallInteger, comment="0 Monday … 6 Sunday")
    opens_minute: Mapped[int] = mapped_column(SmallInteger, comment="after fund-local midnight")
    closes_minute: Mapped[int] = mapped_column(SmallInteger)
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date)

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens_minute >= 0 AND closes_minute > opens_minute", name="times"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates"),
    )


class SiteClosure(Model):
    """A day on which a site is closed although its weekday is open."""

    __tablename__ = "site_closure"
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    reason: Mapped[str] = mapped_column(String(80), default="")


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
