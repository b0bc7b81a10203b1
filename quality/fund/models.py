"""Scorecards of the fund, and decisions of its reviewers that were made twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Json, Model
from core.states import one_of
from core.steps import guard
from core.written_once import written_once
from quality.fund.states import DOUBLE_REVIEW, OUTCOMES


class FundScorecard(Model):
    """The figures of one quarter as they were published; a recomputation is a new version, the old one stays."""

    __tablename__ = "fund_scorecard"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    period: Mapped[str] = mapped_column(String(8))
    period_until: Mapped[dt.date] = mapped_column(Date)
    version: Mapped[int] = mapped_column(SmallInteger)
    figures: Mapped[Any] = mapped_column(Json, comment="code → counts, value, interval or why there is none")
    computed_at: Mapped[dt.datetime] = mapped_column(Instant)
    computed_by: Mapped[str] = mapped_column(String(60), comment="person")

    __table_args__ = (UniqueConstraint("period", "version"),)


class DoubleReview(Model):
    """One decision of a reviewer, drawn by its hash. What was decided first is not shown to the second reviewer."""

    __tablename__ = "double_review"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partition: Mapped[int] = mapped_column(SmallInteger)
    claim_id: Mapped[int] = mapped_column(BigId)
    version: Mapped[int] = mapped_column(SmallInteger, comment="of the claim's decision")
    claim_number: Mapped[str] = mapped_column(String(24))
    month: Mapped[dt.date] = mapped_column(Date, index=True, comment="its first day")
    state: Mapped[str] = mapped_column(String(10), default=DOUBLE_REVIEW.initial)
    first: Mapped[str] = mapped_column(String(6), comment="what the first reviewer decided")
    first_by: Mapped[str] = mapped_column(String(60), comment="person")
    drawn_at: Mapped[dt.datetime] = mapped_column(Instant)
    due_at: Mapped[dt.datetime] = mapped_column(Instant)
    second: Mapped[str | None] = mapped_column(String(6))
    second_reason: Mapped[str] = mapped_column(Text, default="")
    second_by: Mapped[str | None] = mapped_column(String(60), comment="another person")
    second_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    is_error: Mapped[bool | None] = mapped_column(comment="of the first decision; null: not known yet")
    settled_reason: Mapped[str] = mapped_column(Text, default="")
    settled_by: Mapped[str | None] = mapped_column(String(60), comment="a third person")
    settled_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("claim_id", "version"),
        ForeignKeyConstraint(
            ["partition", "claim_id", "version"],
            ["claim_decision.partition", "claim_decision.claim_id", "claim_decision.version"],
        ),
        CheckConstraint(DOUBLE_REVIEW.check_sql(), name="state"),
        CheckConstraint(one_of("first", OUTCOMES), name="first"),
        CheckConstraint(f"second IS NULL OR {one_of('second', OUTCOMES)}", name="second"),
        CheckConstraint("second_by IS NULL OR second_by <> first_by", name="two_persons"),
        CheckConstraint(
            "settled_by IS NULL OR (settled_by <> first_by AND settled_by <> second_by)", name="three_persons"
        ),
        CheckConstraint("state = 'drawn' OR second IS NOT NULL", name="reviewed"),
        CheckConstraint("(state IN ('agreed', 'settled')) = (is_error IS NOT NULL)", name="known"),
    )


guard(DoubleReview.__table__, DOUBLE_REVIEW)
written_once(FundScorecard.__table__)
