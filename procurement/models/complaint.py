"""Complaints: about the notice, a decision or a cancellation; while one is pending, nobody signs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.files import StoredFile
from core.organisations import Organisation
from core.states import one_of
from core.steps import guard
from procurement.models.bid import Bid
from procurement.models.tender import Criterion, Lot, Tender
from procurement.states.complaint import COMPLAINT

ABOUT = ("notice", "decision", "cancellation")
REDO = ("nothing", "marks", "admission", "prices", "ranking", "award", "cancel", "other")


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
    redo: Mapped[str] = mapped_column(String(10), default="nothing", comment="upheld: what is done again")
    redo_of: Mapped[Any] = mapped_column(
        Json, default=dict, server_default="{}", comment="criteria, evaluators, bids; a missing one: all"
    )
    redone: Mapped[str] = mapped_column(Text, default="", comment="what the fund did then")
    fee: Mapped[int] = mapped_column(BigId, default=0, server_default="0", comment="minor units; 0: none is due")
    fee_due_on: Mapped[dt.date | None] = mapped_column(Date, comment="last day to pay it")
    fee_paid_on: Mapped[dt.date | None] = mapped_column(Date)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    tender: Mapped[Tender] = relationship(lazy="joined")
    lot: Mapped[Lot | None] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    letters: Mapped[list[ComplaintLetter]] = relationship(back_populates="complaint", order_by="ComplaintLetter.id")

    __table_args__ = (
        CheckConstraint(COMPLAINT.check_sql(), name="state"),
        CheckConstraint(one_of("about", ABOUT), name="about"),
        CheckConstraint(one_of("redo", REDO), name="redo"),
        CheckConstraint(
            "state NOT IN ('satisfied', 'declined', 'invalid') OR (reviewer IS NOT NULL AND decision <> '')",
            name="decided",
        ),
        CheckConstraint("(fee > 0) = (fee_due_on IS NOT NULL)", name="fee"),
    )

    @property
    def owes_fee(self) -> bool:
        return self.fee > 0 and self.fee_paid_on is None


class ComplaintLetter(Model):
    """The decision as one reader got it: who complained, and every bidder it concerns."""

    __tablename__ = "complaint_letter"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(
        ForeignKey("complaint.id", name="fk_complaint_letter_complaint_id_complaint"), index=True
    )
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", name="fk_complaint_letter_organisation_id_organisation"), index=True
    )
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id", name="fk_complaint_letter_file_id_stored_file"))
    sent_at: Mapped[dt.datetime] = mapped_column(Instant)

    complaint: Mapped[Complaint] = relationship(back_populates="letters")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    file: Mapped[StoredFile] = relationship()

    __table_args__ = (UniqueConstraint("complaint_id", "organisation_id"),)


class Superseded(Model):
    """A mark, an agreed mark or an admission as it stood before an upheld complaint had it made anew."""

    __tablename__ = "superseded"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(
        ForeignKey("complaint.id", name="fk_superseded_complaint_id_complaint"), index=True
    )
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id", name="fk_superseded_bid_id_bid"))
    criterion_id: Mapped[int | None] = mapped_column(
        ForeignKey("criterion.id", name="fk_superseded_criterion_id_criterion"), comment="of a mark"
    )
    kind: Mapped[str] = mapped_column(String(10))
    content: Mapped[Any] = mapped_column(Json, comment="who, what, why, when")
    ended_at: Mapped[dt.datetime] = mapped_column(Instant)

    bid: Mapped[Bid] = relationship(lazy="joined")
    criterion: Mapped[Criterion | None] = relationship(lazy="joined")

    __table_args__ = (CheckConstraint(one_of("kind", ("mark", "moderation", "admission")), name="kind"),)


guard(Complaint.__table__, COMPLAINT)
