"""A site as people use it: when it is open, which rooms it has, which languages are spoken there."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Model


class OpeningHours(Model):
    """One span of a weekday on which a site is open; a site without any has no known hours."""

    __tablename__ = "opening_hours"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    service_line: Mapped[str | None] = mapped_column(ForeignKey("service_line.code"), comment="null: all of the site")
    weekday: Mapped[int] = mapped_column(SmallInteger, comment="0 Monday … 6 Sunday, 7 a public holiday")
    opens_minute: Mapped[int] = mapped_column(SmallInteger, comment="after fund-local midnight")
    closes_minute: Mapped[int] = mapped_column(SmallInteger, comment="above 1440: on the next day")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date)

    __table_args__ = (
        Index(None, "site_id", "weekday"),
        CheckConstraint("weekday BETWEEN 0 AND 7", name="weekday"),
        CheckConstraint(
            "opens_minute BETWEEN 0 AND 1439 AND closes_minute > opens_minute AND closes_minute <= opens_minute + 1440",
            name="times",
        ),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates"),
    )


class SiteClosure(Model):
    """A day on which a site is closed although its weekday is open."""

    __tablename__ = "site_closure"
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    reason: Mapped[str] = mapped_column(String(80), default="")
    written_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="null: before this was kept")


class SiteLanguage(Model):
    """A language in which people are cared for at a site."""

    __tablename__ = "site_language"
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True, comment="ISO 639")

    __table_args__ = (Index(None, "language", "site_id"),)


class SiteRoom(Model):
    """A room or team of a site, by the name under which placements book it."""

    __tablename__ = "site_room"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(60))
    places: Mapped[int] = mapped_column(Integer)

    __table_args__ = (UniqueConstraint("site_id", "name"), CheckConstraint("places >= 0", name="places"))
