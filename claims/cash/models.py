"""What a member was told about a month in cash, and what was posted for it; insert-only."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Model


class CashStatementRow(Model):
    """One version: minor units; `posted` is the difference to the version before."""

    __tablename__ = "cash_statement"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    month: Mapped[dt.date] = mapped_column(Date, comment="its first day")
    version: Mapped[int] = mapped_column(SmallInteger)
    plan: Mapped[str] = mapped_column(String(30), comment="version of the plan of the month's last day")
    basis: Mapped[str] = mapped_column(String(200), comment="legal basis of the ceiling")
    ceiling: Mapped[int] = mapped_column(BigId)
    used: Mapped[int] = mapped_column(BigId, comment="of the ceiling, by accepted care in kind")
    cash: Mapped[int] = mapped_column(BigId, comment="for a month in which nothing is used")
    amount: Mapped[int] = mapped_column(BigId, comment="owed for the month")
    posted: Mapped[int] = mapped_column(BigId, comment="difference to the version before; below zero: carried")
    computed_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("member_id", "month", "version"),
        CheckConstraint("amount >= 0 AND amount <= cash AND used <= ceiling", name="sums"),
    )

    @property
    def unused(self) -> int:
        return self.ceiling - self.used
