"""Whether a bidder is admitted: checklist, requests for completion, the decision; and questions about low prices."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.files import StoredFile
from core.organisations import Organisation
from core.states import one_of
from procurement.models.bid import Bid

FINDINGS = ("met", "not_met", "applies", "cured", "absent")
DECISIONS = ("admitted", "excluded")


class AdmissionCheck(Model):
    """One line of the checklist. Selection: met or not; exclusion: absent, applies, or applies and was cured."""

    __tablename__ = "admission_check"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", name="fk_admission_check_organisation_id_organisation"),
        comment="the lead, or a partner",
    )
    code: Mapped[str] = mapped_column(String(40), comment="eForms: slc- selection criterion, exg- exclusion ground")
    finding: Mapped[str] = mapped_column(String(8))
    evidence: Mapped[str] = mapped_column(Text, default="", comment="what was seen; of self-cleaning, which measures")
    expires_on: Mapped[dt.date | None] = mapped_column(Date, comment="last day of the evidence")
    checked_by: Mapped[str] = mapped_column(String(120))
    checked_at: Mapped[dt.datetime] = mapped_column(Instant)

    bid: Mapped[Bid] = relationship()
    organisation: Mapped[Organisation] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("bid_id", "organisation_id", "code"),
        CheckConstraint(one_of("finding", FINDINGS), name="finding"),
        CheckConstraint("finding IN ('met', 'absent') OR evidence <> ''", name="evidence"),
    )


class Admission(Model):
    """The decision about one bidder, with its reason."""

    __tablename__ = "admission"
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), primary_key=True)
    decision: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(60), comment="person")
    decided_by_name: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[dt.datetime] = mapped_column(Instant)
    barred_lots: Mapped[Any] = mapped_column(
        Json, default=dict, server_default="{}", comment="lot → the condition not met on the day of the decision"
    )

    bid: Mapped[Bid] = relationship()

    __table_args__ = (
        CheckConstraint(one_of("decision", DECISIONS), name="decision"),
        CheckConstraint("reason <> ''", name="reason"),
    )


class BidRequest(Model):
    """Something asked of a bidder after the opening: a missing paper, or how a low price is possible."""

    __tablename__ = "bid_request"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), comment="of a low price")
    kind: Mapped[str] = mapped_column(String(10), comment="completion, low_price")
    asked: Mapped[str] = mapped_column(Text, comment="what is asked, as the bidder reads it")
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)
    due_at: Mapped[dt.datetime] = mapped_column(Instant, comment="answered at this microsecond is in time")
    answer: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    answered_by: Mapped[str] = mapped_column(String(120), default="")
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    bid: Mapped[Bid] = relationship(lazy="joined")
    file: Mapped[StoredFile | None] = relationship()

    __table_args__ = (
        CheckConstraint("kind IN ('completion', 'low_price')", name="kind"),
        CheckConstraint("(kind = 'low_price') = (lot_id IS NOT NULL)", name="lot"),
        CheckConstraint("answered_at IS NULL OR answer <> ''", name="answer"),
    )
