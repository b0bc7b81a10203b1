"""What the checks of a period found. Rows are only inserted; the newest of a check and period stands."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Integer, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Model


class RecordCheck(Model):
    """One check of the records of one period, with the terms it used."""

    __tablename__ = "record_check"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    period: Mapped[str] = mapped_column(String(8), comment="2026Q3")
    code: Mapped[str] = mapped_column(String(10), comment="id of the check in the plan")
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(20))
    threshold: Mapped[Decimal] = mapped_column(Numeric(6, 5), comment="share that may violate it")
    violated: Mapped[int] = mapped_column(Integer)
    rows: Mapped[int] = mapped_column(Integer, comment="records looked at")
    computed_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (
        Index(None, "period", "code"),
        CheckConstraint("violated >= 0 AND violated <= rows", name="part"),
    )

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.violated) / self.rows if self.rows else None

    @property
    def is_failed(self) -> bool:
        return self.rows > 0 and self.violated > self.threshold * self.rows
