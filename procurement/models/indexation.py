"""The clause of a contract by which its rates follow an index."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Numeric, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model
from procurement.indexation import Clause

PER_CENT = Numeric(9, 6)


class ContractIndexation(Model):
    """At most one for a contract; an amendment puts another in its place, and keeps what it was."""

    __tablename__ = "contract_indexation"
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), primary_key=True)
    index_name: Mapped[str] = mapped_column(String(40), comment="of plan part indexes")
    share: Mapped[Decimal] = mapped_column(PER_CENT, comment="per cent of a rate that follows the index")
    first_on: Mapped[dt.date] = mapped_column(Date, comment="rates agreed before are at the prices of this day")
    month: Mapped[int] = mapped_column(SmallInteger, comment="1–12: rates move on its first day")
    threshold: Mapped[Decimal] = mapped_column(PER_CENT, comment="per cent of the index; less changes nothing")
    cap: Mapped[Decimal | None] = mapped_column(PER_CENT, comment="per cent of a rate at a time; null: none")

    __table_args__ = (
        CheckConstraint("share > 0 AND share <= 100", name="share"),
        CheckConstraint("month BETWEEN 1 AND 12", name="month"),
        CheckConstraint("threshold >= 0 AND (cap IS NULL OR cap > 0)", name="bounds"),
    )

    @property
    def clause(self) -> Clause:
        return Clause(self.index_name, self.share, self.first_on, self.month, self.threshold, self.cap)
