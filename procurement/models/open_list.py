"""Open lists: published terms that every provider who meets them may join, at fixed prices."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.steps import guard
from procurement.states.open_list import CHANGE, OPEN_LIST

_PROPOSED = text("state = 'proposed'")


class OpenList(Model):
    """Same terms for everyone: an admitted application makes a contract."""

    __tablename__ = "open_list"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, L-2026-014-K")
    title: Mapped[str] = mapped_column(String(200))
    service_line: Mapped[str] = mapped_column(ForeignKey("service_line.code"))
    conditions: Mapped[str] = mapped_column(Text, default="", comment="what who joins promises, one a line")
    evidence: Mapped[Any] = mapped_column(Json, default=list, comment="kinds of documents that must be valid")
    is_reserved: Mapped[bool] = mapped_column(Boolean, default=False, comment="for SSE units alone")
    minimum_places: Mapped[int] = mapped_column(Integer, default=0, comment="licensed places in the service line")
    least_applicants: Mapped[int] = mapped_column(Integer, default=0, comment="fewer by gathers_until: failed")
    gathers_until: Mapped[dt.date | None] = mapped_column(Date, comment="last day to count; null: no minimum")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12), default=OPEN_LIST.initial)
    version: Mapped[int] = mapped_column(Integer, default=0, comment="of the published terms; 0: none yet")
    drafted_by: Mapped[str] = mapped_column(String(60), comment="person")
    published_by: Mapped[str | None] = mapped_column(String(60), comment="another person")
    published_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    lines: Mapped[list[OpenListLine]] = relationship(
        back_populates="open_list", order_by="(OpenListLine.service, OpenListLine.valid_from)"
    )

    __table_args__ = (
        CheckConstraint(OPEN_LIST.check_sql(), name="state"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
        CheckConstraint("minimum_places >= 0", name="places"),
        CheckConstraint("published_by IS NULL OR published_by <> drafted_by", name="four_eyes"),
        CheckConstraint("state = 'draft' OR published_by IS NOT NULL", name="published"),
    )

    def lines_on(self, day: dt.date) -> list[OpenListLine]:
        """The tariff of a day."""
        return [row for row in self.lines if row.valid_from <= day and (not row.valid_until or day <= row.valid_until)]


class OpenListLine(Model):
    """One service at its fixed rate, for dated days."""

    __tablename__ = "open_list_line"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    open_list_id: Mapped[int] = mapped_column(ForeignKey("open_list.id"))
    service: Mapped[str] = mapped_column(String(30))
    rate: Mapped[Decimal] = mapped_column(Numeric(18, 6), comment="minor units per unit")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date, comment="null: as long as the list")

    open_list: Mapped[OpenList] = relationship(back_populates="lines")

    __table_args__ = (
        UniqueConstraint("open_list_id", "service", "valid_from"),
        CheckConstraint("rate >= 0", name="rate"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates"),
    )


class OpenListVersion(Model):
    """What the list said from a day on; version 1 is the publication. `changes` are kept as they were shown."""

    __tablename__ = "open_list_version"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    open_list_id: Mapped[int] = mapped_column(ForeignKey("open_list.id"))
    version: Mapped[int | None] = mapped_column(Integer, comment="given at publication")
    state: Mapped[str] = mapped_column(String(10), default=CHANGE.initial)
    terms: Mapped[Any] = mapped_column(Json, comment="as `procurement.listing` writes them")
    changes: Mapped[Any] = mapped_column(Json, comment="[{where, label, before, after}], empty for the first")
    reason: Mapped[str] = mapped_column(Text, default="")
    effective_from: Mapped[dt.date] = mapped_column(Date)
    proposed_by: Mapped[str] = mapped_column(String(60), comment="person")
    proposed_at: Mapped[dt.datetime] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(60), comment="another person")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    open_list: Mapped[OpenList] = relationship()

    __table_args__ = (
        UniqueConstraint("open_list_id", "version"),
        CheckConstraint(CHANGE.check_sql(), name="state"),
        CheckConstraint(
            "state <> 'published' OR (decided_by IS NOT NULL AND decided_by <> proposed_by)", name="four_eyes"
        ),
        CheckConstraint("(state = 'published') = (version IS NOT NULL)", name="version"),
        Index(
            "uq_open_list_version_proposed",
            "open_list_id",
            unique=True,
            sqlite_where=_PROPOSED,
            postgresql_where=_PROPOSED,
        ),
    )


guard(OpenList.__table__, OPEN_LIST)
guard(OpenListVersion.__table__, CHANGE)
