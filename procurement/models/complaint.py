"""Complaints: about the notice, a decision or a cancellation; while one is pending, nobody signs."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.organisations import Organisation
from core.states import one_of
from core.steps import guard
from procurement.models.tender import Lot, Tender
from procurement.states.complaint import COMPLAINT

ABOUT = ("notice", "decision", "cancellation")
REDO = ("nothing", "ranking", "other")


class Complaint(Model):
    """What a bidder says is wrong, who reviewed it, what came of it. Of one lot, or of the whole tender."""

    __tablename__ = "complaint"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, K-2026-014-K")
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), comment="null: the whole tender")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    about: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), default=COMPLAINT.initial)
    text: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    lodged_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(Text, default="", comment="of the fund to a claim, before any review")
    reviewer: Mapped[str | None] = mapped_column(String(60), comment="person; nobody who worked on the tender")
    reviewer_name: Mapped[str] = mapped_column(String(120), default="")
    outcome: Mapped[str] = mapped_column(String(12), default="", comment="eForms review decision")
    remedy: Mapped[str] = mapped_column(String(16), default="", comment="eForms remedy")
    decision: Mapped[str] = mapped_column(Text, default="")
    redo: Mapped[str] = mapped_column(String(8), default="nothing", comment="upheld: what is done again")
    redone: Mapped[str] = mapped_column(Text, default="", comment="what the fund did then")
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    tender: Mapped[Tender] = relationship(lazy="joined")
    lot: Mapped[Lot | None] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint(COMPLAINT.check_sql(), name="state"),
        CheckConstraint(one_of("about", ABOUT), name="about"),
        CheckConstraint(one_of("redo", REDO), name="redo"),
        CheckConstraint(
            "state NOT IN ('satisfied', 'declined', 'invalid') OR (reviewer IS NOT NULL AND decision <> '')",
            name="decided",
        ),
    )


guard(Complaint.__table__, COMPLAINT)
