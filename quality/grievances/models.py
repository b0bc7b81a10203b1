"""What members complain about. Their words are sealed in the row: only who handles the complaint reads them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import secrets
from core.db import BigId, Instant, Model
from core.organisations import Organisation
from core.states import one_of
from core.steps import guard
from quality.audit_cases.models import AuditCase
from quality.grievances.states import CHANNELS, GRIEVANCE, KINDS

COLUMN = "grievance.words"


class Grievance(Model):
    """`due_at`: the last instant at which the answer, or of someone's safety the beginning, is in time."""

    __tablename__ = "grievance"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, GR-2026-001-X")
    member_number: Mapped[str] = mapped_column(String(20), index=True, comment="random public id; empty: no name given")
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id"), index=True, comment="whom it is about; null: the fund, or nobody known"
    )
    kind: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(8))
    sealed_words: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10), default=GRIEVANCE.initial)
    received_at: Mapped[dt.datetime] = mapped_column(Instant)
    received_by: Mapped[str] = mapped_column(String(60), comment="person who wrote it down; of a form the member")
    due_at: Mapped[dt.datetime] = mapped_column(Instant)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("audit_case.id"), index=True)
    answer: Mapped[str] = mapped_column(Text, default="", comment="as the member reads it")
    answered_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    case: Mapped[AuditCase | None] = relationship(lazy="joined")

    @property
    def words(self) -> str:
        return secrets.decrypt(COLUMN, self.sealed_words)

    __table_args__ = (
        CheckConstraint(GRIEVANCE.check_sql(), name="state"),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("channel", CHANNELS), name="channel"),
        CheckConstraint("state <> 'taken_up' OR case_id IS NOT NULL", name="taken_up"),
        CheckConstraint("(state = 'answered') = (answered_at IS NOT NULL AND answer <> '')", name="answered"),
    )


guard(Grievance.__table__, GRIEVANCE)
