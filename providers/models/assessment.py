"""Whether a unit belongs to the social and solidarity economy: a checklist with evidence, by two people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.steps import guard
from providers.models.register import Provider
from providers.states import ASSESSMENT


class SseAssessment(Model):
    """One version; an approved one holds from its first day until the next approved one."""

    __tablename__ = "sse_assessment"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"))
    version: Mapped[int] = mapped_column(Integer, comment="1, 2, … within the provider")
    state: Mapped[str] = mapped_column(String(10), default=ASSESSMENT.initial)
    legal_form: Mapped[str] = mapped_column(String(30), comment="as it was when assessed")
    answers: Mapped[Any] = mapped_column(Json, comment="criterion → {is_met, evidence}")
    is_sse: Mapped[bool] = mapped_column(comment="by legal form and answers")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    reviewed_by: Mapped[str] = mapped_column(String(60), comment="person")
    reviewed_by_name: Mapped[str] = mapped_column(String(120))
    reviewed_at: Mapped[dt.datetime] = mapped_column(Instant)
    approved_by: Mapped[str | None] = mapped_column(String(60), comment="another person")
    approved_by_name: Mapped[str] = mapped_column(String(120), default="")
    approved_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(Text, default="", comment="why it was sent back")

    provider: Mapped[Provider] = relationship(back_populates="assessments")

    __table_args__ = (
        UniqueConstraint("organisation_id", "version"),
        CheckConstraint(ASSESSMENT.check_sql(), name="state"),
        CheckConstraint("approved_by IS NULL OR approved_by <> reviewed_by", name="four_eyes"),
        CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name="approved"),
    )


guard(SseAssessment.__table__, ASSESSMENT)
