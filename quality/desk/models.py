"""What the screens found, night by night, and the plans for the year. Rows are only inserted; a plan is approved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.json_text import TextJson
from core.organisations import Organisation
from core.steps import guard
from core.written_once import written_once
from quality.desk.states import AUDIT_PLAN

_LIVING = text("state <> 'withdrawn'")


class ScreenRun(Model):
    """One screen of one night, with the terms it used."""

    __tablename__ = "screen_run"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    screen: Mapped[str] = mapped_column(String(4), comment="D1 to D15 providers, F1 to F7 the fund's own acts")
    ran_on: Mapped[dt.date] = mapped_column(Date, index=True)
    first_on: Mapped[dt.date] = mapped_column(Date, comment="first day looked at")
    last_on: Mapped[dt.date] = mapped_column(Date)
    terms: Mapped[Any] = mapped_column(Json, comment="as in the plan of that day")
    examined: Mapped[int] = mapped_column(Integer, comment="subjects that could be judged")
    hits: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the hits")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("screen", "ran_on"),
        CheckConstraint("last_on >= first_on", name="dates"),
        CheckConstraint("examined >= 0 AND hits >= 0", name="counts"),
    )


class ScreenHit(Model):
    """One subject beyond the threshold, the figures of its sentence, and the records behind them."""

    __tablename__ = "screen_hit"
    run_id: Mapped[int] = mapped_column(ForeignKey("screen_run.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, comment="furthest first")
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id"), index=True, comment="the provider; null: a person of the fund alone"
    )
    subject: Mapped[str] = mapped_column(String(120), comment="a worker, an account, a person; empty: the provider")
    value: Mapped[float] = mapped_column(comment="in the unit of the threshold")
    peers: Mapped[int] = mapped_column(Integer, comment="others it was compared with")
    figures: Mapped[Any] = mapped_column(TextJson)
    evidence: Mapped[Any] = mapped_column(
        TextJson, deferred=True, comment="[[kind, reference]]: claim lines, visits, payments, acts"
    )
    evidence_count: Mapped[int] = mapped_column(Integer)

    run: Mapped[ScreenRun] = relationship(lazy="joined")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")


for kept in (ScreenRun, ScreenHit):
    written_once(kept.__table__)


class AuditPlan(Model):
    """The auditors' year: a frozen frame, public words, and who is visited for which reason."""

    __tablename__ = "audit_plan"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, AP-2026-001-X")
    year: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), default=AUDIT_PLAN.initial)
    terms: Mapped[Any] = mapped_column(Json, comment="shares and rotation as in the plan part of that day")
    auditors: Mapped[Any] = mapped_column(Json, comment="[[name, auditor-days]]")
    frame: Mapped[str] = mapped_column(Text, comment="frozen: one provider per line; quality/desk/drawing.py")
    frame_hash: Mapped[str] = mapped_column(String(64))
    announced: Mapped[str] = mapped_column(String(200), comment="public words fixed before the draw")
    digest: Mapped[str] = mapped_column(String(64), default="", comment="SHA-256 of all, once approved")
    proposed_by: Mapped[str] = mapped_column(String(60), comment="person")
    proposed_by_name: Mapped[str] = mapped_column(String(120))
    proposed_at: Mapped[dt.datetime] = mapped_column(Instant)
    approved_by: Mapped[str | None] = mapped_column(String(60), comment="another person")
    approved_by_name: Mapped[str] = mapped_column(String(120), default="")
    approved_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    visits: Mapped[list[PlannedAudit]] = relationship(order_by="PlannedAudit.provider", back_populates="plan")
    changes: Mapped[list[AuditPlanChange]] = relationship(order_by="AuditPlanChange.id")

    __table_args__ = (
        CheckConstraint(AUDIT_PLAN.check_sql(), name="state"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="four_eyes"),
        CheckConstraint("(state = 'approved') = (approved_by IS NOT NULL AND digest <> '')", name="approved"),
        Index("uq_audit_plan_year", "year", unique=True, sqlite_where=_LIVING, postgresql_where=_LIVING),
    )


class PlannedAudit(Model):
    """One provider of the frame: why it is visited, or why not. `basis` empty: not."""

    __tablename__ = "planned_audit"
    plan_id: Mapped[int] = mapped_column(ForeignKey("audit_plan.id"), primary_key=True)
    provider: Mapped[str] = mapped_column(String(24), primary_key=True, comment="public number")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    basis: Mapped[str] = mapped_column(String(8), comment="rotation, risk, random; empty: not chosen")
    auditor: Mapped[str] = mapped_column(String(120))
    days: Mapped[int] = mapped_column(Integer, comment="auditor-days")
    figures: Mapped[Any] = mapped_column(Json, comment="places in the three orders, and how far the days reached")

    plan: Mapped[AuditPlan] = relationship(back_populates="visits")
    organisation: Mapped[Organisation] = relationship(lazy="joined")

    __table_args__ = (CheckConstraint("basis IN ('rotation', 'risk', 'random', '')", name="basis"),)


class AuditPlanChange(Model):
    """What was changed after the approval, by whom and why; the drawn plan stays as it was."""

    __tablename__ = "audit_plan_change"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("audit_plan.id"), index=True)
    kind: Mapped[str] = mapped_column(String(4), comment="add or drop")
    provider: Mapped[str] = mapped_column(String(24), comment="public number")
    reason: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(60), comment="person")
    changed_by_name: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("kind IN ('add', 'drop')", name="kind"),
        CheckConstraint("reason <> ''", name="reason"),
    )


for frozen in (PlannedAudit, AuditPlanChange):
    written_once(frozen.__table__)
guard(AuditPlan.__table__, AUDIT_PLAN)
