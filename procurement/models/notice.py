"""A notice once it is out: its versions, what was changed, what was asked and answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from procurement.models.tender import Tender
from procurement.states.notice import AMENDMENT, QUESTION


class NoticeVersion(Model):
    """What a notice said from an instant on. Version 1 is the publication; `changes` are kept as they were shown."""

    __tablename__ = "notice_version"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    version: Mapped[int] = mapped_column(Integer)
    terms: Mapped[Any] = mapped_column(Json, comment="the whole notice, as `procurement.noting` writes it")
    changes: Mapped[Any] = mapped_column(Json, comment="[{where, label, before, after}], empty for the first")
    reason: Mapped[str] = mapped_column(Text, default="")
    is_extension: Mapped[bool] = mapped_column(default=False, comment="dates alone: bids stand as they are")
    published_at: Mapped[dt.datetime] = mapped_column(Instant)
    proposed_by: Mapped[str] = mapped_column(String(120), default="")
    published_by: Mapped[str] = mapped_column(String(120))

    __table_args__ = (UniqueConstraint("tender_id", "version"),)


class Amendment(Model):
    """A change that one officer proposes and another publishes."""

    __tablename__ = "amendment"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=AMENDMENT.initial)
    terms: Mapped[Any] = mapped_column(Json, comment="the whole notice as it would read")
    reason: Mapped[str] = mapped_column(Text)
    proposer: Mapped[str] = mapped_column(String(60), comment="person")
    proposer_name: Mapped[str] = mapped_column(String(120))
    proposed_at: Mapped[dt.datetime] = mapped_column(Instant)
    decider: Mapped[str | None] = mapped_column(String(60), comment="another person")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(Text, default="", comment="why it was sent back")

    tender: Mapped[Tender] = relationship()

    __table_args__ = (
        CheckConstraint(AMENDMENT.check_sql(), name="state"),
        CheckConstraint("decider IS NULL OR decider <> proposer", name="four_eyes"),
        CheckConstraint("state <> 'published' OR decider IS NOT NULL", name="approved"),
        Index(
            "uq_amendment_proposed",
            "tender_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )


class TenderQuestion(Model):
    """A bidder’s question. Who asked is for the trail and for the asker alone: no page of the fund shows it."""

    __tablename__ = "tender_question"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int] = mapped_column(Integer, comment="1, 2, … within the tender")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=QUESTION.initial)
    text: Mapped[str] = mapped_column(Text, comment="as it was asked")
    lang: Mapped[str] = mapped_column(String(5), default="en")
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)

    tender: Mapped[Tender] = relationship()
    answers: Mapped[list[PublishedAnswer]] = relationship(
        back_populates="question", order_by="PublishedAnswer.version", lazy="selectin"
    )

    __table_args__ = (UniqueConstraint("tender_id", "number"), CheckConstraint(QUESTION.check_sql(), name="state"))

    @property
    def published(self) -> PublishedAnswer | None:
        """The latest version."""
        return self.answers[-1] if self.answers else None


class PublishedAnswer(Model):
    """Question and answer as everybody reads them, together; a correction is a further version."""

    __tablename__ = "published_answer"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("tender_question.id"))
    version: Mapped[int] = mapped_column(Integer)
    question_text: Mapped[str] = mapped_column(Text, comment="without what would tell who asked")
    answer: Mapped[str] = mapped_column(Text, comment="the answer, or why there is none")
    published_at: Mapped[dt.datetime] = mapped_column(Instant)
    published_by: Mapped[str] = mapped_column(String(60), comment="person")
    published_name: Mapped[str] = mapped_column(String(120))

    question: Mapped[TenderQuestion] = relationship(back_populates="answers")

    __table_args__ = (UniqueConstraint("question_id", "version"),)
