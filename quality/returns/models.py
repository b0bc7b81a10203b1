"""Returns of providers, version by version, with their rows and papers; and what members answered when asked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.files import StoredFile
from core.organisations import Organisation
from core.states import one_of
from core.steps import forbid, guard
from core.written_once import written_once
from quality.returns.states import OPEN, RETURN
from quality.returns.tables import Said

_UNDER_WAY = text(one_of("state", OPEN))
Figures = Numeric(14, 4)


class QualityReturn(Model):
    """What a provider reports for one indicator and period. Version 1 is asked for; later ones correct it."""

    __tablename__ = "quality_return"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), comment="public number, QR-2026-001-X; of all versions")
    version: Mapped[int] = mapped_column(SmallInteger, default=1)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    indicator: Mapped[str] = mapped_column(String(10))
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default=RETURN.initial)
    due_at: Mapped[dt.datetime] = mapped_column(Instant, comment="received later: it does not count by itself")
    reminders: Mapped[int] = mapped_column(SmallInteger, default=0)
    reminded_on: Mapped[dt.date | None] = mapped_column(Date)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text, default="", comment="why a newer version was begun")

    note: Mapped[str] = mapped_column(Text, default="", comment="the provider’s words")
    stated_by_name: Mapped[str] = mapped_column(String(120), default="", comment="under the statement, as typed")
    sent_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    sent_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    numerator: Mapped[Decimal | None] = mapped_column(Numeric(20, 6), comment="as sent, of its rows")
    denominator: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))

    verified_numerator: Mapped[Decimal | None] = mapped_column(Numeric(20, 6), comment="as seen, before a deduction")
    verified_denominator: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))
    deduction: Mapped[Decimal | None] = mapped_column(Numeric(9, 6), comment="share cut from each row that counts")
    excused: Mapped[str] = mapped_column(Text, default="", comment="why it counts although it came late")
    decision: Mapped[str] = mapped_column(Text, default="", comment="what was looked at, or what is wrong")
    decided_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    rows: Mapped[list[ReturnRow]] = relationship(order_by="ReturnRow.place", back_populates="of")
    papers: Mapped[list[ReturnPaper]] = relationship(order_by="ReturnPaper.file_id")

    __table_args__ = (
        UniqueConstraint("organisation_id", "indicator", "valid_from", "version"),
        UniqueConstraint("number", "version"),
        Index("ix_quality_return_state", "state", "due_at"),
        Index(
            "uq_quality_return_under_way", "organisation_id", "indicator", "valid_from", unique=True,
            sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY,
        ),
        CheckConstraint(RETURN.check_sql(), name="state"),
        CheckConstraint("valid_until >= valid_from AND version >= 1", name="dates"),
        CheckConstraint("(state = 'draft') = (sent_by IS NULL)", name="sent"),
        CheckConstraint("(state = 'draft') = (numerator IS NULL)", name="counted"),
        CheckConstraint("decided_by IS NULL OR decided_by <> sent_by", name="four_eyes"),
        CheckConstraint("deduction IS NULL OR (deduction >= 0 AND deduction <= 1)", name="deduction"),
    )  # fmt: skip

    @property
    def is_late(self) -> bool:
        """It came after its day: it counts only if an auditor said why."""
        return self.sent_at is not None and self.sent_at > self.due_at

    @property
    def counts(self) -> bool:
        """Verified, and in time or excused."""
        return self.state == "verified" and (not self.is_late or bool(self.excused))

    @property
    def named(self) -> dict[str, Any]:
        """How the trail names it."""
        days = f"{self.valid_from.isoformat()}/{self.valid_until.isoformat()}"
        return {"indicator": self.indicator, "days": days, "version": self.version}


class ReturnRow(Model):
    """One worker, incident or figure. `seen_part`: what its papers showed where somebody looked."""

    __tablename__ = "quality_return_row"
    return_id: Mapped[int] = mapped_column(ForeignKey("quality_return.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    subject: Mapped[str] = mapped_column(String(40), comment="the provider’s own code; never a name")
    whole: Mapped[Decimal] = mapped_column(Figures, comment="hours, baseline hours, or the figure")
    part: Mapped[Decimal] = mapped_column(Figures, comment="hours that count, or days without pay")
    leave_days: Mapped[int] = mapped_column(SmallInteger, default=0)
    kind: Mapped[str] = mapped_column(String(40), default="", comment="of an incident")
    reference: Mapped[str] = mapped_column(String(60), default="", comment="certificate, page of the payroll")
    happened_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    reported_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="to the fund")
    is_sampled: Mapped[bool] = mapped_column(default=False, comment="drawn when it was sent, to be looked at")
    seen_part: Mapped[Decimal | None] = mapped_column(Figures, comment="null: taken as said")

    of: Mapped[QualityReturn] = relationship(back_populates="rows")

    __table_args__ = (
        UniqueConstraint("return_id", "subject"),
        CheckConstraint("whole >= 0 AND part >= 0 AND (seen_part IS NULL OR seen_part >= 0)", name="figures"),
    )

    @property
    def said(self) -> Said:
        return Said(
            self.subject, self.whole, self.part, self.leave_days, self.kind, self.reference, self.happened_at,
            self.reported_at,
        )  # fmt: skip


class ReturnPaper(Model):
    """What proves a return; a newer version keeps those of the one before."""

    __tablename__ = "quality_return_paper"
    return_id: Mapped[int] = mapped_column(ForeignKey("quality_return.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True)

    file: Mapped[StoredFile] = relationship(lazy="joined")


class SurveyAnswer(Model):
    """What one member answered, brought in by the fund: five points from 1 (worst) to 5, null where left out."""

    __tablename__ = "survey_answer"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(40), comment="of the answer, given by who asked; never a member’s number")
    answered_on: Mapped[dt.date] = mapped_column(Date)
    mode: Mapped[str] = mapped_column(String(5))
    is_proxy: Mapped[bool] = mapped_column(comment="somebody answered for the member")
    age_band: Mapped[str] = mapped_column(String(10), default="")
    need: Mapped[str] = mapped_column(String(10), default="")
    access: Mapped[int | None] = mapped_column(SmallInteger)
    dignity: Mapped[int | None] = mapped_column(SmallInteger)
    same_carer: Mapped[int | None] = mapped_column(SmallInteger)
    told_of_change: Mapped[int | None] = mapped_column(SmallInteger)
    would_recommend: Mapped[int | None] = mapped_column(SmallInteger)
    source: Mapped[str] = mapped_column(String(60), comment="number of the file")

    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        Index(None, "answered_on"),
        CheckConstraint(one_of("mode", ("sms", "ussd", "phone", "paper")), name="mode"),
    )


guard(QualityReturn.__table__, RETURN)
forbid(
    QualityReturn.__table__,
    "quality_return_sent_once",
    "OLD.sent_at IS NOT NULL AND (NEW.numerator <> OLD.numerator OR NEW.denominator <> OLD.denominator"
    " OR NEW.sent_at <> OLD.sent_at OR NEW.stated_by_name <> OLD.stated_by_name)",
    "what was sent stays as it was sent: a correction is a new version",
)
written_once(SurveyAnswer.__table__)
