"""What checking the records found, the sums of a site-month, and what a late correction replaced."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Json, Model


class RecordFinding(Model):
    """One thing that a check found on the records of a provider; written anew as a set when records close."""

    __tablename__ = "record_finding"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    check: Mapped[str] = mapped_column("check_name", String(30), comment="key of care/checks: no_sign_out, late_edit …")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[int | None] = mapped_column(BigId)
    on: Mapped[dt.date] = mapped_column("found_on", Date, comment="the day of the record")
    record_kind: Mapped[str] = mapped_column(String(12), comment="attendance, visit, occupancy, site_day or month")
    record_id: Mapped[int | None] = mapped_column(BigId)
    member_id: Mapped[int | None] = mapped_column(BigId, index=True)
    worker: Mapped[str] = mapped_column(String(40), default="")
    other: Mapped[str] = mapped_column(String(60), default="", comment="number or day of the record it collides with")
    figures: Mapped[Any] = mapped_column(Json, comment="the numbers of its sentence")

    __table_args__ = (Index(None, "organisation_id", "found_on"), Index(None, "record_kind", "record_id"))


class SiteMonth(Model):
    """Hours of a site in a month: what may be billed, what was claimed and what was attended."""

    __tablename__ = "site_month"
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    month: Mapped[dt.date] = mapped_column(Date, primary_key=True, comment="its first day")
    billed_minutes: Mapped[int] = mapped_column(Integer, comment="attended or booked, and paid absences")
    attended_minutes: Mapped[int] = mapped_column(Integer, comment="between sign-in and sign-out, inside opening hours")
    absent_days: Mapped[int] = mapped_column(Integer)
    closed_at: Mapped[dt.datetime] = mapped_column(Instant)
    claimed_minutes: Mapped[int | None] = mapped_column(Integer, comment="null: not counted yet")
    claimed_by: Mapped[str] = mapped_column(String(60), default="", server_default="", comment="who counted: person")
    claimed_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("billed_minutes >= 0 AND attended_minutes >= 0", name="minutes"),
        CheckConstraint("claimed_minutes >= 0", name="claimed"),
    )


class RecordCorrection(Model):
    """The row as it stood until a correction replaced or removed it; insert-only."""

    __tablename__ = "record_correction"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_kind: Mapped[str] = mapped_column(String(12))
    record_id: Mapped[int] = mapped_column(BigId)
    member_id: Mapped[int | None] = mapped_column(BigId, comment="null: of a site")
    on: Mapped[dt.date] = mapped_column("record_on", Date)
    before: Mapped[Any] = mapped_column(Json)
    source: Mapped[str] = mapped_column(String(80), comment="of the correction")
    corrected_by: Mapped[str] = mapped_column(String(60), comment="person")
    corrected_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (Index(None, "record_kind", "record_id"), Index(None, "record_kind", "corrected_at"))
