"""What was granted, and who is placed where.

A placement is the link from grant and contract to claim (DECISIONS 18): visits due and booked child-days come from
placements and from nothing else.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from care.states import PLACEMENT
from core.db import BigId, Instant, Model
from core.organisations import Organisation
from members.models import Member
from providers.models import Site


class CareGrant(Model):
    """An authorisation: this member may have so much of these services in this period."""

    __tablename__ = "care_grant"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, G-2026-014-K")
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    service_line: Mapped[str] = mapped_column(ForeignKey("service_line.code"))
    service: Mapped[str] = mapped_column(String(30), default="", comment="one service code; empty: the whole line")
    care_level: Mapped[int | None] = mapped_column(SmallInteger, comment="1–5 for long-term care")
    quantity: Mapped[int | None] = mapped_column(
        Integer, comment="units granted for the period; null: the plan's limits"
    )
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    is_urgent: Mapped[bool] = mapped_column(default=False, server_default=false(), comment="care has to begin at once")
    entitlement: Mapped[str] = mapped_column(String(10), default="", comment="childcare: full, half or empty")
    workers: Mapped[int] = mapped_column(SmallInteger, default=1, comment="care workers authorised at one visit")
    decided_by: Mapped[str] = mapped_column(String(60), comment="person")
    decided_at: Mapped[dt.datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text, default="")

    member: Mapped[Member] = relationship()
    placements: Mapped[list[Placement]] = relationship(back_populates="grant")

    __table_args__ = (
        Index(None, "member_id", "valid_from"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
        CheckConstraint("care_level IS NULL OR care_level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("quantity IS NULL OR quantity > 0", name="quantity"),
    )


class Placement(Model):
    """Grant → provider, site, room or team, weekly pattern, dates; accepted or declined with a coded reason."""

    __tablename__ = "placement"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, PL-2026-014-K")
    grant_id: Mapped[int] = mapped_column(ForeignKey("care_grant.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    unit: Mapped[str] = mapped_column(String(60), default="", comment="room or team")
    service: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(5), comment="what a slot is: a visit due, or a day booked at the site")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default=PLACEMENT.initial)
    answer_reason: Mapped[str] = mapped_column(String(30), default="", comment="coded reason of a refusal")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    grant: Mapped[CareGrant] = relationship(back_populates="placements")
    site: Mapped[Site | None] = relationship()
    member: Mapped[Member] = relationship()
    organisation: Mapped[Organisation] = relationship()
    pattern: Mapped[list[PlacementSlot]] = relationship(back_populates="placement", order_by="PlacementSlot.weekday")

    __table_args__ = (
        Index(None, "organisation_id", "valid_from"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
        CheckConstraint(PLACEMENT.check_sql(), name="state"),
        CheckConstraint("kind IN ('visit', 'day')", name="kind"),
    )


class PlacementSlot(Model):
    """One slot of the weekly pattern: a booked child-day or a visit due."""

    __tablename__ = "placement_slot"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    weekday: Mapped[int] = mapped_column(SmallInteger, comment="0 Monday … 6 Sunday")
    starts_minute: Mapped[int] = mapped_column(SmallInteger, comment="minutes after fund-local midnight")
    minutes: Mapped[int] = mapped_column(SmallInteger, comment="planned length")

    placement: Mapped[Placement] = relationship(back_populates="pattern")

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("starts_minute BETWEEN 0 AND 1439 AND minutes > 0", name="times"),
    )
