"""What was measured and what came of it. Rows are only inserted: a rerun supersedes, nothing updates in place."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.organisations import Organisation


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
    has_source: Mapped[bool] = mapped_column(default=True, comment="false: nobody records it, which is not zero")
    cases: Mapped[int] = mapped_column(Integer, comment="rows")
    pooled: Mapped[Any] = mapped_column(
        Json, nullable=True, comment="all providers with restricted services: quality/pooled.py; null: not kept"
    )
    created_by: Mapped[str] = mapped_column(String(60), comment="person")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("indicator_run.id"), unique=True)

    __table_args__ = (
        Index(None, "indicator", "period"),
        CheckConstraint("period_until >= period_from", name="dates"),
    )


class IndicatorCaseBlock(Model):
    """Where the case rows of a run lie: a parquet file of whole providers, in order; see quality/case_blocks.py."""

    __tablename__ = "indicator_case_block"
    run_id: Mapped[int] = mapped_column(
        ForeignKey("indicator_run.id", name="fk_indicator_case_block_run_id_indicator_run"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    first_organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", name="fk_indicator_case_block_first_organisation_id_organisation")
    )
    last_organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", name="fk_indicator_case_block_last_organisation_id_organisation")
    )
    first_row: Mapped[int] = mapped_column(Integer, comment="place in the run, from 1")
    rows: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64), comment="of the file: the same rows have the same")
    file_id: Mapped[int] = mapped_column(
        ForeignKey("stored_file.id", name="fk_indicator_case_block_file_id_stored_file")
    )

    __table_args__ = (CheckConstraint("rows > 0 AND first_row > 0", name="rows"),)


class IndicatorCase(Model):
    """Case rows as releases before the blocks kept them; the worker moves them (quality/moving.py)."""

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
