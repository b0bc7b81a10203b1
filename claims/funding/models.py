"""What funders bear of a month of a contract, and the payables behind it; insert-only."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.written_once import written_once
from payments.models import Payable
from procurement.models.contract import Contract


class FundingPart(Model):
    """Payables of one contract, month of posting, service line and rule, as one sum; signed minor units.

    What was posted late for a month that was split already makes another part.
    """

    __tablename__ = "funding_part"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    month: Mapped[dt.date] = mapped_column(Date, index=True, comment="first day of the month of posting")
    place: Mapped[int] = mapped_column(Integer, comment="1, 2, 3 … within contract and month")
    service_line: Mapped[str] = mapped_column(String(30))
    rule: Mapped[str] = mapped_column(String(60), comment="its name in the plan")
    rule_from: Mapped[dt.date] = mapped_column(Date, comment="first day of the rule")
    basis: Mapped[str] = mapped_column(String(200))
    amount: Mapped[int] = mapped_column(BigId)
    payables: Mapped[int] = mapped_column(Integer, comment="how many")
    journal_id: Mapped[int | None] = mapped_column(ForeignKey("journal.id"), comment="null: they cancel each other out")
    split_at: Mapped[dt.datetime] = mapped_column(Instant)

    contract: Mapped[Contract] = relationship(lazy="joined")
    shares: Mapped[list[FundingShare]] = relationship(order_by="FundingShare.place")

    __table_args__ = (UniqueConstraint("contract_id", "month", "place"),)


class FundingShare(Model):
    """What one funder bears of a part; the shares of a part add up to it."""

    __tablename__ = "funding_share"
    part_id: Mapped[int] = mapped_column(ForeignKey("funding_part.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    funder: Mapped[str] = mapped_column(String(30), index=True, comment="code of the plan")
    kind: Mapped[str] = mapped_column(String(12), comment="fund, state, municipality, donor")
    share: Mapped[Decimal] = mapped_column(Numeric(9, 6), comment="per cent")
    amount: Mapped[int] = mapped_column(BigId)

    __table_args__ = (CheckConstraint("share > 0 AND share <= 100", name="share"),)


class FundingLine(Model):
    """How much of a payable stands in a part: the whole of it, unless its lines are of several contracts or rules."""

    __tablename__ = "funding_line"
    payable_id: Mapped[int] = mapped_column(ForeignKey("payable.id"), primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("funding_part.id"), primary_key=True, index=True)
    amount: Mapped[int] = mapped_column(BigId)

    payable: Mapped[Payable] = relationship()


for kept in (FundingPart, FundingShare, FundingLine):
    written_once(kept.__table__)
