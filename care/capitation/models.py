"""Monthly statements of capitation, version by version, with the people behind each line."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from care.capitation.states import STATEMENT
from core.db import BigId, Instant, Model
from core.json_text import TextJson
from core.steps import guard
from procurement.capitation import Band
from procurement.models.contract import Contract

_WAITING = text("state = 'waiting'")


class CapitationStatement(Model):
    """One count of one month of one contract, minor units. At most one waits; the newest posted one was paid."""

    __tablename__ = "capitation_statement"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    month: Mapped[dt.date] = mapped_column(Date, index=True, comment="its first day")
    version: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(10), default=STATEMENT.initial)
    rule: Mapped[str] = mapped_column(String(40), comment="how it was counted: days, or reference_day and the day")
    basis: Mapped[str] = mapped_column(String(200), comment="legal basis of the count")
    amount: Mapped[int] = mapped_column(BigId)
    difference: Mapped[int] = mapped_column(BigId, comment="to what was posted before; below zero: taken back")
    unrated: Mapped[Any] = mapped_column(TextJson, comment="public ids of people whom no band knows")
    cause: Mapped[str] = mapped_column(String(120), default="", comment="what made it be counted again")
    computed_at: Mapped[dt.datetime] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(60), comment="person who released or refused it")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text, default="", comment="why it was refused")

    contract: Mapped[Contract] = relationship(lazy="joined")
    lines: Mapped[list[CapitationLine]] = relationship(order_by="CapitationLine.place")

    __table_args__ = (
        UniqueConstraint("contract_id", "month", "version"),
        CheckConstraint(STATEMENT.check_sql(), name="state"),
        CheckConstraint("amount >= 0 AND version >= 1", name="sums"),
        Index(
            "uq_capitation_statement_waiting", "contract_id", "month", unique=True, sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )  # fmt: skip

    @property
    def persons(self) -> int:
        return sum(line.persons for line in self.lines)


class CapitationLine(Model):
    """One band of a statement: amount = rate × days of its people ÷ days of the month, half up."""

    __tablename__ = "capitation_line"
    statement_id: Mapped[int] = mapped_column(ForeignKey("capitation_statement.id"), primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    age_from: Mapped[int] = mapped_column(SmallInteger)
    age_until: Mapped[int] = mapped_column(SmallInteger)
    sex: Mapped[str] = mapped_column(String(1), comment="f, m or x; empty: any")
    rate: Mapped[int] = mapped_column(BigId, comment="minor units per person and month")
    persons: Mapped[int] = mapped_column(Integer)
    person_days: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(BigId)
    people: Mapped[Any] = mapped_column(TextJson, deferred=True, comment="[[public id, days]]")

    __table_args__ = (CheckConstraint("amount >= 0 AND person_days >= persons", name="sums"),)

    @property
    def band(self) -> Band:
        return Band(self.age_from, self.age_until, self.sex, self.rate)


guard(CapitationStatement.__table__, STATEMENT)
