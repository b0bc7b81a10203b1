"""Marks, results and awards. Originals are never overwritten; a lot has one living award, a framework one a place."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.files import StoredFile
from core.organisations import Organisation
from core.steps import guard
from procurement.models.bid import Bid
from procurement.models.tender import Criterion, Lot, TenderPerson
from procurement.states.tender import AWARD


class Mark(Model):
    """One evaluator's mark, 0 to 5, on one rubric question of one bid, with the reason the bidder will read."""

    __tablename__ = "mark"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    evaluator_id: Mapped[int] = mapped_column(ForeignKey("tender_person.id"))
    mark: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[dt.datetime] = mapped_column(Instant)

    criterion: Mapped[Criterion] = relationship(lazy="joined")
    evaluator: Mapped[TenderPerson] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("bid_id", "criterion_id", "evaluator_id"),
        CheckConstraint("mark BETWEEN 0 AND 5", name="mark"),
        CheckConstraint("reason <> ''", name="reason"),
    )


class Moderation(Model):
    """The mark the evaluators agreed on where theirs lay far apart; the originals stand beside it."""

    __tablename__ = "moderation"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"))
    mark: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    moderator: Mapped[str] = mapped_column(String(60), comment="person")
    moderator_name: Mapped[str] = mapped_column(String(120))
    moderated_at: Mapped[dt.datetime] = mapped_column(Instant)

    criterion: Mapped[Criterion] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("bid_id", "criterion_id"),
        CheckConstraint("mark BETWEEN 0 AND 5", name="mark"),
    )


class LotResult(Model):
    """A bid's place in one lot: price, every criterion's points with its trace, what was flagged and decided."""

    __tablename__ = "lot_result"
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), primary_key=True)
    price: Mapped[int | None] = mapped_column(BigId, comment="Σ rate × volume, minor units")
    sheet: Mapped[Any] = mapped_column(Json, comment="criterion → points, maximum, trace")
    total: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    rank: Mapped[int | None] = mapped_column(Integer)
    tie_break: Mapped[Any | None] = mapped_column(Json, comment="every rung that was needed")
    excluded_reason: Mapped[str] = mapped_column(Text, default="", comment="why this bid cannot win here")
    flags: Mapped[Any] = mapped_column(Json, default=list, comment="detectors that call the price abnormally low")
    flag_decision: Mapped[str] = mapped_column(String(8), default="", comment="kept or rejected, by a person")
    flag_reason: Mapped[str] = mapped_column(Text, default="")
    flag_decided_by: Mapped[str] = mapped_column(String(120), default="")

    version: Mapped[int] = mapped_column(Integer, default=1, comment="counts up when the lot is ranked again")

    bid: Mapped[Bid] = relationship(lazy="joined")
    lot: Mapped[Lot] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint("flag_decision IN ('', 'kept', 'rejected')", name="flag_decision"),
        CheckConstraint("flag_decision = '' OR flag_reason <> ''", name="flag_reason"),
    )

    @property
    def is_admitted(self) -> bool:
        return not self.excluded_reason


class PastResult(Model):
    """A result as it stood before the lot was ranked again; nothing changes it."""

    __tablename__ = "past_result"
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[Any] = mapped_column(Json, comment="price, sheet, total, rank, what was excluded and flagged")
    ended_at: Mapped[dt.datetime] = mapped_column(Instant)
    ended_by: Mapped[str] = mapped_column(Text, comment="what it was ranked again for")


_LIVING = text("state <> 'sent_back' AND state <> 'annulled'")


class Award(Model):
    """A winner of a lot: proposed by one person, decided by another. The winner belongs to the lot.

    The members of a framework are proposed and decided together: `lead` is the first, and keeps what is said of all.
    """

    __tablename__ = "award"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, A-2026-014-K")
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    place: Mapped[int] = mapped_column(Integer, default=1, server_default="1", comment="1 to the places of the lot")
    places: Mapped[int] = mapped_column(Integer, default=1, server_default="1", comment="as the lot has members")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"), comment="the first of those proposed together")
    state: Mapped[str] = mapped_column(String(12), default=AWARD.initial)
    amount: Mapped[int] = mapped_column(BigId, comment="minor units for the whole term")
    reasons: Mapped[Any] = mapped_column(Json, comment="bid → the reason its bidder reads")
    passed_over: Mapped[Any] = mapped_column(
        Json, default=list, server_default="[]", comment="[{bid, ground, why}] of those ranked before the winner"
    )
    proposer: Mapped[str] = mapped_column(String(60), comment="person")
    proposer_name: Mapped[str] = mapped_column(String(120))
    proposed_at: Mapped[dt.datetime] = mapped_column(Instant)
    decider: Mapped[str | None] = mapped_column(String(60), comment="another person")
    decider_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    standstill_until: Mapped[dt.date | None] = mapped_column(Date, comment="last day; signing from the next")
    sent_back_reason: Mapped[str] = mapped_column(Text, default="")
    set_aside_code: Mapped[str] = mapped_column(
        String(20), default="", server_default="", comment="signingRefusal, when the winner did not sign"
    )
    set_aside_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    set_aside_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    set_aside_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    lot: Mapped[Lot] = relationship(lazy="joined", primaryjoin="Award.lot_id == Lot.id", foreign_keys=[lot_id])
    bid: Mapped[Bid] = relationship(lazy="joined")
    letters: Mapped[list[AwardLetter]] = relationship(back_populates="award", lazy="selectin")
    lead: Mapped[Award | None] = relationship(remote_side=[id])

    __table_args__ = (
        ForeignKeyConstraint(["lot_id", "places"], ["lot.id", "lot.members"], name="places_of_lot"),
        CheckConstraint("place BETWEEN 1 AND places", name="place"),
        ForeignKeyConstraint(["lot_id", "bid_id"], ["lot_result.lot_id", "lot_result.bid_id"], name="winner_of_lot"),
        Index("uq_award_living", "lot_id", "place", unique=True, sqlite_where=_LIVING, postgresql_where=_LIVING),
        Index("uq_award_member", "lot_id", "bid_id", unique=True, sqlite_where=_LIVING, postgresql_where=_LIVING),
        CheckConstraint(AWARD.check_sql(), name="state"),
        CheckConstraint("decider IS NULL OR decider <> proposer", name="four_eyes"),
        CheckConstraint(
            "state NOT IN ('decided', 'contracted') OR (decided_at IS NOT NULL AND standstill_until IS NOT NULL)",
            name="decided",
        ),
    )

    @property
    def decision(self) -> Award:
        """Where reasons, letters and who was passed over stand: for members of a framework with the first of them."""
        return self.lead or self

    @property
    def grounds(self) -> dict[str, str]:
        """Bid → why it was passed over, by code."""
        return {row["bid"]: row["ground"] for row in self.passed_over}

    @property
    def summary(self) -> dict[str, Any]:
        """What the audit trail keeps of the proposal."""
        return {
            "lot": self.lot.number, "place": self.place, "bid": self.bid.public_id, "amount": self.amount,
            "passed_over": self.grounds,
        }  # fmt: skip


class AwardLetter(Model):
    """The letter one bidder got about one award."""

    __tablename__ = "award_letter"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    sent_at: Mapped[dt.datetime] = mapped_column(Instant)

    award: Mapped[Award] = relationship(back_populates="letters")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    file: Mapped[StoredFile] = relationship()


guard(Award.__table__, AWARD)
