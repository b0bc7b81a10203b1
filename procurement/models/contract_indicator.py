"""What a contract promises, how it is followed up, and what hangs on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Json, Model
from core.states import one_of
from procurement.kpi.arithmetic import Stake, effect
from procurement.kpi.spans import MONTHS
from procurement.kpi.terms import FollowUp

if TYPE_CHECKING:
    from procurement.models.contract import Contract


class ContractIndicator(Model):
    """A social promise or quality target as a KPI: what is committed, how it is measured, what a miss costs."""

    __tablename__ = "contract_indicator"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    code: Mapped[str] = mapped_column(String(20), comment="criterion C1–C26 or indicator id")
    name: Mapped[str] = mapped_column(String(160))
    unit: Mapped[str] = mapped_column(String(40))
    baseline: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    committed: Mapped[Decimal] = mapped_column(Numeric(18, 6))
    direction: Mapped[str] = mapped_column(String(5), comment="up or down")
    evidence: Mapped[str] = mapped_column(Text, default="")
    measured: Mapped[Any | None] = mapped_column(Json, comment="latest observation: value, on, run")
    period: Mapped[str] = mapped_column(String(7), default="quarter", server_default="quarter")
    followed_from: Mapped[dt.date | None] = mapped_column(Date, comment="null: nobody follows it up")
    source: Mapped[str] = mapped_column(
        String(20), default="", server_default="", comment="indicator of the fund that measures it; empty: reported"
    )
    tolerance: Mapped[Decimal] = mapped_column(Numeric(18, 6), default=0, server_default="0", comment="in its unit")
    malus_rate: Mapped[Decimal] = mapped_column(
        Numeric(9, 4), default=0, server_default="0", comment="per cent deducted for a shortfall of the whole (k)"
    )
    malus_cap: Mapped[Decimal] = mapped_column(
        Numeric(5, 2), default=0, server_default="0", comment="most per cent of a period’s accepted value"
    )
    bonus_rate: Mapped[Decimal] = mapped_column(Numeric(9, 4), default=0, server_default="0", comment="per cent")
    bonus_cap: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=0, server_default="0", comment="per cent")
    span: Mapped[Decimal | None] = mapped_column(
        Numeric(18, 6), comment="between the anchors of its criterion: divides where 0 is committed"
    )

    contract: Mapped[Contract] = relationship(back_populates="indicators")

    __table_args__ = (
        CheckConstraint(one_of("period", MONTHS), name="period"),
        CheckConstraint("tolerance >= 0 AND malus_rate >= 0 AND bonus_rate >= 0", name="rates"),
        CheckConstraint("malus_cap BETWEEN 0 AND 100 AND bonus_cap BETWEEN 0 AND 100", name="caps"),
    )

    @property
    def carries_money(self) -> bool:
        return bool((self.malus_rate and self.malus_cap) or (self.bonus_rate and self.bonus_cap))

    @property
    def measured_on(self) -> dt.date | None:
        return dt.date.fromisoformat(self.measured["on"]) if self.measured else None

    @property
    def is_missed(self) -> bool:
        """By the latest observation, beyond the tolerance."""
        value = (self.measured or {}).get("value")
        return value is not None and effect(self.stake(self.committed), Decimal(value)).is_missed

    @property
    def follow_up(self) -> FollowUp:
        return FollowUp(**{each.name: getattr(self, each.name) for each in fields(FollowUp)})

    def stake(self, committed: Decimal) -> Stake:
        """What hangs on it in a period, for the arithmetic."""
        return Stake(
            committed, self.direction == "down", self.tolerance, self.malus_rate, self.malus_cap, self.bonus_rate,
            self.bonus_cap, self.span,
        )  # fmt: skip
