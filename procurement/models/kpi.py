"""A contract's promise in one period: what was said, what was found, what it cost or earned, and what was objected."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.files import StoredFile
from core.states import one_of
from core.steps import forbid, guard
from procurement.kpi.arithmetic import Stake
from procurement.models.contract_indicator import ContractIndicator
from procurement.states.kpi import CLOSED, KPI_PERIOD


class KpiPeriod(Model):
    """Made when the period is over. `committed` is what was promised on its first day."""

    __tablename__ = "kpi_period"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("contract_indicator.id"))
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default=KPI_PERIOD.initial)
    committed: Mapped[Decimal] = mapped_column(Numeric(18, 6), comment="as promised on the first day")
    report_until: Mapped[dt.date] = mapped_column(Date, comment="last day to report without a reminder")
    reminders: Mapped[int] = mapped_column(Integer, default=0)
    reminded_on: Mapped[dt.date | None] = mapped_column(Date)

    value: Mapped[Decimal | None] = mapped_column(Numeric(18, 6), comment="as reported or measured")
    run: Mapped[str] = mapped_column(String(60), default="", comment="of the fund’s indicator that measured it")
    note: Mapped[str] = mapped_column(Text, default="", comment="the provider’s words")
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    reported_by: Mapped[str | None] = mapped_column(String(60), comment="person; empty: measured by the fund")
    reported_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="or measured")

    verified_value: Mapped[Decimal | None] = mapped_column(Numeric(18, 6), comment="null: no value")
    verified_reason: Mapped[str] = mapped_column(Text, default="", comment="why it differs from what was reported")
    verified_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    verified_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    settled_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="decisions on claims count until then")
    base: Mapped[int | None] = mapped_column(BigId, comment="minor units: accepted value of the contract’s period")
    percent: Mapped[Decimal | None] = mapped_column(Numeric(9, 4), comment="of the base; below zero a deduction")
    amount: Mapped[int | None] = mapped_column(BigId, comment="minor units, signed as the per cent")
    is_missed: Mapped[bool | None] = mapped_column(comment="worse than committed and tolerated, as it stands now")
    object_until: Mapped[dt.date | None] = mapped_column(Date)

    objection: Mapped[str] = mapped_column(Text, default="")
    objection_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    objected_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    objected_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[str | None] = mapped_column(String(60), comment="another person than verified")
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    corrected_value: Mapped[Decimal | None] = mapped_column(
        Numeric(18, 6), comment="upheld: the value that counts; null: the deduction falls away whole"
    )
    corrected_amount: Mapped[int | None] = mapped_column(BigId, comment="upheld: what stands in place of the amount")

    indicator: Mapped[ContractIndicator] = relationship(lazy="joined")
    evidence: Mapped[StoredFile | None] = relationship(foreign_keys=[evidence_id])
    objection_file: Mapped[StoredFile | None] = relationship(foreign_keys=[objection_file_id])

    __table_args__ = (
        UniqueConstraint("indicator_id", "valid_from"),
        Index(None, "state"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
        CheckConstraint(KPI_PERIOD.check_sql(), name="state"),
        CheckConstraint("verified_by IS NULL OR reported_by IS NULL OR verified_by <> reported_by", name="four_eyes"),
        CheckConstraint("answered_by IS NULL OR answered_by <> verified_by", name="another_judge"),
        CheckConstraint(
            f"({one_of('state', CLOSED)}) = (settled_at IS NOT NULL AND base IS NOT NULL AND amount IS NOT NULL)",
            name="settled",
        ),
        CheckConstraint("(state = 'upheld') = (corrected_amount IS NOT NULL)", name="upheld"),
    )

    @property
    def stake(self) -> Stake:
        """The promise of this period, for the arithmetic."""
        return self.indicator.stake(self.committed)

    @property
    def number(self) -> str:
        """Of the contract: the subject of the trail."""
        return self.indicator.contract.number

    @property
    def named(self) -> dict[str, Any]:
        """How the trail names this period."""
        days = f"{self.valid_from.isoformat()}/{self.valid_until.isoformat()}"
        return {"promise": self.indicator.code, "days": days}

    @property
    def counts(self) -> int:
        """Minor units that stand now."""
        return (self.amount or 0) if self.corrected_amount is None else self.corrected_amount


guard(KpiPeriod.__table__, KPI_PERIOD)
forbid(
    KpiPeriod.__table__,
    "kpi_settled_once",
    "OLD.settled_at IS NOT NULL AND (NEW.base <> OLD.base OR NEW.amount <> OLD.amount OR NEW.percent <> OLD.percent"
    " OR NEW.committed <> OLD.committed OR NEW.verified_value <> OLD.verified_value)",
    "what a period of a promise was settled with stays as it is",
)
