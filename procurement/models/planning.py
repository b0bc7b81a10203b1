"""What was thought before a draft: need, budget, lots, whom the fund talked with and who had an interest."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from procurement.states.planning import PURCHASE


class PurchasePlan(Model):
    """A purchase planned by one officer and approved by another; its tender is drafted from it."""

    __tablename__ = "purchase_plan"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="N-2026-014-K")
    title: Mapped[str] = mapped_column(String(200))
    service_line: Mapped[str] = mapped_column(ForeignKey("service_line.code"))
    state: Mapped[str] = mapped_column(String(10), default=PURCHASE.initial, index=True)
    need: Mapped[str] = mapped_column(Text, comment="how many people, where, from when, and how that is known")
    budget: Mapped[int] = mapped_column(BigId, comment="minor units for the whole term")
    lot_strategy: Mapped[str] = mapped_column(Text, default="", comment="how it is divided and why")
    conflicts: Mapped[str] = mapped_column(Text, default="", comment="interests that were declared; or that none was")
    wanted_on: Mapped[dt.date] = mapped_column(Date, comment="first day of care")
    author: Mapped[str] = mapped_column(String(60), comment="person")
    author_name: Mapped[str] = mapped_column(String(120))
    approver: Mapped[str | None] = mapped_column(String(60), comment="another person")
    approver_name: Mapped[str] = mapped_column(String(120), default="")
    tender_id: Mapped[int | None] = mapped_column(ForeignKey("tender.id"), unique=True)
    ended_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    consultations: Mapped[list[Consultation]] = relationship(
        back_populates="plan", order_by="Consultation.id", lazy="selectin"
    )

    __table_args__ = (
        CheckConstraint(PURCHASE.check_sql(), name="state"),
        CheckConstraint("budget > 0", name="budget"),
        CheckConstraint("approver IS NULL OR approver <> author", name="four_eyes"),
        CheckConstraint("state NOT IN ('ready', 'drafted') OR approver IS NOT NULL", name="approved"),
    )


class Consultation(Model):
    """One talk with the market: with whom, what was asked, what was said. It is published with the tender."""

    __tablename__ = "consultation"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("purchase_plan.id"), index=True)
    held_on: Mapped[dt.date] = mapped_column(Date)
    participants: Mapped[str] = mapped_column(Text, comment="organisations; no persons")
    asked: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant)

    plan: Mapped[PurchasePlan] = relationship(back_populates="consultations")
