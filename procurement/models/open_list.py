"""Open lists: published terms that every provider who meets them may join, at fixed prices."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from procurement.states.contract import OPEN_LIST


class OpenList(Model):
    """Same terms for everyone: joining is one form and makes a contract."""

    __tablename__ = "open_list"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, L-2026-014-K")
    title: Mapped[str] = mapped_column(String(200))
    service_line: Mapped[str] = mapped_column(ForeignKey("service_line.code"))
    conditions: Mapped[str] = mapped_column(Text, default="", comment="what who joins promises, one a line")
    is_reserved: Mapped[bool] = mapped_column(Boolean, default=False, comment="for SSE units alone")
    minimum_places: Mapped[int] = mapped_column(Integer, default=0, comment="licensed places in the service line")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12), default=OPEN_LIST.initial)
    drafted_by: Mapped[str] = mapped_column(String(60), comment="person")
    published_by: Mapped[str | None] = mapped_column(String(60), comment="another person")
    published_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    lines: Mapped[list[OpenListLine]] = relationship(back_populates="open_list", order_by="OpenListLine.service")

    __table_args__ = (
        CheckConstraint(OPEN_LIST.check_sql(), name="state"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
        CheckConstraint("minimum_places >= 0", name="places"),
        CheckConstraint("published_by IS NULL OR published_by <> drafted_by", name="four_eyes"),
        CheckConstraint("state = 'draft' OR published_by IS NOT NULL", name="published"),
    )


class OpenListLine(Model):
    """One service at its fixed rate."""

    __tablename__ = "open_list_line"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    open_list_id: Mapped[int] = mapped_column(ForeignKey("open_list.id"))
    service: Mapped[str] = mapped_column(String(30))
    rate: Mapped[Decimal] = mapped_column(Numeric(18, 6), comment="minor units per unit")

    open_list: Mapped[OpenList] = relationship(back_populates="lines")

    __table_args__ = (UniqueConstraint("open_list_id", "service"), CheckConstraint("rate >= 0", name="rate"))
