"""Reports of breach: facts, answer, decision by another person, appeal."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.files import StoredFile
from core.organisations import Organisation
from core.states import one_of
from core.steps import guard
from procurement.models.contract import Contract
from procurement.models.evaluation import Award
from procurement.states.breach import BREACH, CODES, DECIDED

SIDES = ("fund", "provider")


class Breach(Model):
    """One report. Instants ending in `due_at` are the last at which the step is in time."""

    __tablename__ = "breach"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, V-2026-014-K")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"), index=True)
    award_id: Mapped[int | None] = mapped_column(
        ForeignKey("award.id"), unique=True, comment="whose winner did not sign; reported once"
    )
    code: Mapped[str] = mapped_column(String(20))
    facts: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(24), default=BREACH.initial)
    reported_by: Mapped[str] = mapped_column(String(60), comment="person")
    reported_by_name: Mapped[str] = mapped_column(String(120))
    reported_at: Mapped[dt.datetime] = mapped_column(Instant)
    answer_due_at: Mapped[dt.datetime] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[str | None] = mapped_column(String(60), comment="person of the provider")
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    decision_due_at: Mapped[dt.datetime] = mapped_column(
        Instant, comment="a breach is not found later; moves when the provider answers"
    )
    decision: Mapped[str] = mapped_column(Text, default="", comment="reasons, as the provider reads them")
    decided_by: Mapped[str | None] = mapped_column(String(60), comment="another person")
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    penalty: Mapped[int] = mapped_column(BigId, default=0, comment="minor units, as the contract’s clause says")
    collected_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="posted, once nobody can appeal")
    appeal_due_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    appeal: Mapped[str] = mapped_column(Text, default="")
    appealed_by: Mapped[str | None] = mapped_column(String(60), comment="person of the provider")
    appealed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    ruling: Mapped[str] = mapped_column(Text, default="", comment="why it stands after the appeal, or was annulled")
    ruled_by: Mapped[str | None] = mapped_column(String(60), comment="a third person")
    ruled_by_name: Mapped[str] = mapped_column(String(120), default="")
    ruled_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    contract: Mapped[Contract | None] = relationship()
    award: Mapped[Award | None] = relationship()
    files: Mapped[list[BreachFile]] = relationship(back_populates="breach", order_by="BreachFile.id")

    __table_args__ = (
        CheckConstraint(BREACH.check_sql(), name="state"),
        CheckConstraint(one_of("code", CODES), name="code"),
        CheckConstraint("(code = 'signingRefusal') = (award_id IS NOT NULL)", name="award"),
        CheckConstraint("contract_id IS NOT NULL OR award_id IS NOT NULL", name="subject"),
        CheckConstraint("facts <> ''", name="facts"),
        CheckConstraint("decided_by IS NULL OR decided_by <> reported_by", name="four_eyes"),
        CheckConstraint(
            "ruled_by IS NULL OR (ruled_by <> decided_by AND ruled_by <> reported_by)", name="third_person"
        ),
        CheckConstraint("(state <> 'answered' OR answered_at IS NOT NULL)", name="answered"),
        CheckConstraint(f"({one_of('state', DECIDED)}) = (decided_by IS NOT NULL AND decision <> '')", name="decided"),
        CheckConstraint("state <> 'annulled' OR ruled_by IS NOT NULL", name="annulled"),
        CheckConstraint("state <> 'appealed' OR appealed_at IS NOT NULL", name="appealed"),
        CheckConstraint("penalty >= 0", name="penalty"),
    )


class BreachFile(Model):
    """Evidence of one side."""

    __tablename__ = "breach_file"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    breach_id: Mapped[int] = mapped_column(ForeignKey("breach.id"), index=True)
    side: Mapped[str] = mapped_column(String(8))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))

    breach: Mapped[Breach] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()

    __table_args__ = (CheckConstraint(one_of("side", SIDES), name="side"),)


guard(Breach.__table__, BREACH)
