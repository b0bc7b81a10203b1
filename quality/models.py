"""What was measured and what came of it. Rows are only inserted: a rerun supersedes, nothing updates in place."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.organisations import Organisation
from quality.states import AUDIT_CASE, FINDINGS


class IndicatorRun(Model):
    """One computation of one indicator for one period, with the definition it used. Current: nothing supersedes it."""

    __tablename__ = "indicator_run"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    indicator: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer, comment="of the definition")
    definition: Mapped[Any] = mapped_column(Json, comment="as used; quality/keeping.py")
    period: Mapped[str] = mapped_column(String(8), comment="2026Q3, 2026-09 or 2026")
    period_from: Mapped[dt.date] = mapped_column(Date)
    period_until: Mapped[dt.date] = mapped_column(Date)
    data_cutoff: Mapped[dt.datetime] = mapped_column(Instant)
    code_version: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the code that counts")
    params_hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the definition")
    cases: Mapped[int] = mapped_column(Integer, comment="rows; 0: no source")
    created_by: Mapped[str] = mapped_column(String(60), comment="person")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("indicator_run.id"), unique=True)

    __table_args__ = (
        Index(None, "indicator", "period"),
        CheckConstraint("period_until >= period_from", name="dates"),
    )


class IndicatorCase(Model):
    """One row of the long table: who counts, why, and the record that shows it."""

    __tablename__ = "indicator_case"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("indicator_run.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    is_denominator: Mapped[bool] = mapped_column()
    is_exception: Mapped[bool] = mapped_column()
    is_numerator: Mapped[bool] = mapped_column()
    exclusion: Mapped[str] = mapped_column(String(60), default="", comment="expression id of the reason")
    quantity: Mapped[float] = mapped_column(comment="weight in the denominator, like minutes")
    met: Mapped[float] = mapped_column(comment="weight in the numerator, or the subject's value")
    stratum: Mapped[str] = mapped_column(String(40), default="")
    evidence_on: Mapped[dt.date] = mapped_column(Date)
    evidence_kind: Mapped[str] = mapped_column(String(12), comment="visit, day, contacts, carers")
    evidence_reference: Mapped[str] = mapped_column(String(40), default="", comment="the provider's visit number, …")
    due_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    started_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    worker: Mapped[str] = mapped_column(String(40), default="")
    finding: Mapped[str] = mapped_column(String(30), default="", comment="coded: late, early, no_visit, no_sign_out …")
    claim_number: Mapped[str] = mapped_column(String(24), default="")
    line_no: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (Index(None, "run_id", "organisation_id"),)


class IndicatorResult(Model):
    """One provider in one run: its counts, interval, funnel and shrunken value. `value` null has a reason."""

    __tablename__ = "indicator_result"
    run_id: Mapped[int] = mapped_column(ForeignKey("indicator_run.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    provider: Mapped[str] = mapped_column(String(24), comment="public number")
    initial: Mapped[int] = mapped_column(Integer)
    excluded: Mapped[int] = mapped_column(Integer)
    excepted: Mapped[int] = mapped_column(Integer)
    persons: Mapped[int] = mapped_column(Integer)
    numerator: Mapped[float] = mapped_column()
    denominator: Mapped[float] = mapped_column()
    value: Mapped[float | None] = mapped_column(comment="share, rate or ratio")
    lower_95: Mapped[float | None] = mapped_column()
    upper_95: Mapped[float | None] = mapped_column()
    lower_998: Mapped[float | None] = mapped_column()
    upper_998: Mapped[float | None] = mapped_column()
    method: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(String(16), default="")
    shrunken: Mapped[float | None] = mapped_column()
    reliability: Mapped[float | None] = mapped_column()
    z: Mapped[float | None] = mapped_column()
    z_adjusted: Mapped[float | None] = mapped_column()
    alert: Mapped[str] = mapped_column(String(12), default="", index=True)
    is_suppressed: Mapped[bool] = mapped_column(default=False, comment="shown inside the fund only, as restricted")

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class QualityScore(Model):
    """A provider's score of a period. A recomputation is a new version; the old one stays."""

    __tablename__ = "quality_score"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    period: Mapped[str] = mapped_column(String(8))
    period_until: Mapped[dt.date] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer)
    score: Mapped[Decimal | None] = mapped_column(Numeric(6, 3), comment="published; null: insufficient data")
    uncapped: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    reportable: Mapped[Decimal] = mapped_column(Numeric(6, 4), comment="share of the weight")
    limiters: Mapped[Any] = mapped_column(Json)
    components: Mapped[Any] = mapped_column(Json, comment="one per indicator, with its run")
    accepted: Mapped[int] = mapped_column(BigId, comment="minor units: accepted tariff value of the period")
    effect: Mapped[int] = mapped_column(BigId, comment="minor units against the accepted value")
    contest_until: Mapped[dt.date] = mapped_column(Date)
    created_by: Mapped[str] = mapped_column(String(60), comment="person")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship(lazy="joined")

    __table_args__ = (UniqueConstraint("organisation_id", "period", "version"),)


class AuditCase(Model):
    """A question about one provider, opened by an auditor and closed with a finding."""

    __tablename__ = "audit_case"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, K-2026-001-X")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    indicator: Mapped[str] = mapped_column(String(10), default="", comment="what raised it; empty: something else")
    period: Mapped[str] = mapped_column(String(8), default="")
    state: Mapped[str] = mapped_column(String(8), default=AUDIT_CASE.initial)
    question: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[str] = mapped_column(String(60), comment="person")
    opened_by_name: Mapped[str] = mapped_column(String(120))
    opened_at: Mapped[dt.datetime] = mapped_column(Instant)
    finding: Mapped[str | None] = mapped_column(String(12))
    finding_text: Mapped[str] = mapped_column(Text, default="")
    closed_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    samples: Mapped[list[AuditSample]] = relationship(back_populates="case", order_by="AuditSample.id")

    __table_args__ = (
        CheckConstraint(AUDIT_CASE.check_sql(), name="state"),
        CheckConstraint(f"finding IS NULL OR finding IN {tuple(FINDINGS)!r}", name="finding"),
        CheckConstraint("(state = 'closed') = (finding IS NOT NULL AND closed_at IS NOT NULL)", name="closed"),
    )


class AuditSample(Model):
    """A seeded draw of claim lines that anyone can repeat from the stored frame and the announced words."""

    __tablename__ = "audit_sample"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, AS-2026-001-X")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("audit_case.id"), index=True)
    valid_from: Mapped[dt.date] = mapped_column(Date, comment="first service day of the frame")
    valid_until: Mapped[dt.date] = mapped_column(Date)
    frame: Mapped[str] = mapped_column(Text, comment="frozen: one line id and amount per row, sorted")
    frame_hash: Mapped[str] = mapped_column(String(64))
    frame_size: Mapped[int] = mapped_column(Integer)
    frame_value: Mapped[int] = mapped_column(BigId, comment="minor units")
    announced: Mapped[str] = mapped_column(String(200), comment="public words fixed before the draw")
    seed: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    spares: Mapped[int] = mapped_column(Integer)
    drawn_by: Mapped[str] = mapped_column(String(60), comment="person")
    drawn_at: Mapped[dt.datetime] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    case: Mapped[AuditCase | None] = relationship(back_populates="samples")
    lines: Mapped[list[AuditSampleLine]] = relationship(back_populates="sample", order_by="AuditSampleLine.position")


class AuditSampleLine(Model):
    """A drawn line in the order of the draw; spares come last and are used only with a recorded reason."""

    __tablename__ = "audit_sample_line"
    sample_id: Mapped[int] = mapped_column(ForeignKey("audit_sample.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    line: Mapped[str] = mapped_column(String(40), comment="claim number / line number")
    amount: Mapped[int] = mapped_column(BigId, comment="minor units")
    is_spare: Mapped[bool] = mapped_column()

    sample: Mapped[AuditSample] = relationship(back_populates="lines")

    @property
    def claim_number(self) -> str:
        return self.line.rpartition("/")[0]
