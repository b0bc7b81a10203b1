"""Improvement plans of contracts: measures with dates, what the provider says and reports, how it ended."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.states import one_of
from core.steps import guard
from procurement.models.contract import Contract
from procurement.states.improvement import IMPROVEMENT, OPEN

_OPEN = text(f"cause <> '' AND ({one_of('state', OPEN)})")


class ImprovementPlan(Model):
    """At most one of a promise is on its way."""

    __tablename__ = "improvement_plan"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    place: Mapped[int] = mapped_column(Integer, comment="1, 2, 3 … within the contract")
    cause: Mapped[str] = mapped_column(
        String(20), default="", comment="code of the promise missed three times, or empty"
    )
    state: Mapped[str] = mapped_column(String(8), default=IMPROVEMENT.initial)
    reason: Mapped[str] = mapped_column(Text, default="")
    opened_by: Mapped[str | None] = mapped_column(String(60), comment="person; null: only offered")
    opened_by_name: Mapped[str] = mapped_column(String(120), default="")
    opened_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[str | None] = mapped_column(String(60), comment="person of the provider")
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    closed_by_name: Mapped[str] = mapped_column(String(120), default="")
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closing_reason: Mapped[str] = mapped_column(Text, default="")

    contract: Mapped[Contract] = relationship(lazy="joined")
    measures: Mapped[list[ImprovementMeasure]] = relationship(
        back_populates="plan", order_by="ImprovementMeasure.place"
    )

    __table_args__ = (
        UniqueConstraint("contract_id", "place"),
        CheckConstraint(IMPROVEMENT.check_sql(), name="state"),
        CheckConstraint("state IN ('offered', 'dropped') OR (opened_by IS NOT NULL AND reason <> '')", name="opened"),
        CheckConstraint(
            "(state IN ('met', 'not_met', 'dropped')) = (closed_by IS NOT NULL AND closing_reason <> '')", name="closed"
        ),
        Index(
            "uq_improvement_plan_open", "contract_id", "cause", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
    )


class ImprovementMeasure(Model):
    """What the provider does by a day, and what it reports about it."""

    __tablename__ = "improvement_measure"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("improvement_plan.id"))
    place: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[dt.date] = mapped_column(Date)
    report: Mapped[str] = mapped_column(Text, default="")
    reported_by: Mapped[str | None] = mapped_column(String(60), comment="person of the provider")
    reported_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    plan: Mapped[ImprovementPlan] = relationship(back_populates="measures")

    __table_args__ = (
        UniqueConstraint("plan_id", "place"),
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("(report <> '') = (reported_at IS NOT NULL)", name="reported"),
    )


guard(ImprovementPlan.__table__, IMPROVEMENT)
