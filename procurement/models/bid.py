"""What a bidder sends: ciphertext and receipts. Nothing here is readable before the opening."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, LargeBinary, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.files import StoredFile
from core.organisations import Organisation
from core.steps import guard
from procurement.models.tender import Tender
from procurement.states.joint import PARTNER
from procurement.states.tender import BID

MOST_IN_ROW = 64 * 1024


class Bid(Model):
    """One bidder’s bid for a tender; its draft is encrypted and shown to the bidder alone."""

    __tablename__ = "bid"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True, comment="UUIDv7, part of the seal's address")
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(String(14), default=BID.initial)
    version: Mapped[int] = mapped_column(Integer, default=0, comment="0 until first sent")
    draft: Mapped[bytes | None] = mapped_column(LargeBinary, comment="AES-GCM; gone at the deadline")
    saved_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    unreadable_reason: Mapped[str] = mapped_column(Text, default="")
    agent_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id"), comment="the federation whose person sent it under a mandate"
    )

    agent: Mapped[Organisation | None] = relationship(foreign_keys=[agent_id])
    tender: Mapped[Tender] = relationship()
    organisation: Mapped[Organisation] = relationship(lazy="joined", foreign_keys=[organisation_id])
    fell_short: Mapped[str] = mapped_column(
        Text, default="", server_default="", comment="why its price stays shut: a minimum, a gate, not among the best"
    )

    record: Mapped[Any | None] = mapped_column(
        Json, comment="its record when bids were opened, where the tender weighs it: scoring/record.py"
    )

    parts: Mapped[list[SealedPart]] = relationship(back_populates="bid", order_by="SealedPart.id", lazy="selectin")
    receipts: Mapped[list[BidReceipt]] = relationship(
        back_populates="bid", order_by="BidReceipt.sequence", lazy="selectin"
    )

    partners: Mapped[list[BidPartner]] = relationship(order_by="BidPartner.id", lazy="selectin", viewonly=True)

    __table_args__ = (
        UniqueConstraint("tender_id", "organisation_id"),
        CheckConstraint(BID.check_sql(), name="state"),
    )

    @property
    def bidder(self) -> str:
        """Who bids: the lead, and with a plus each partner."""
        return " + ".join([self.organisation.name, *(row["name"] for row in self.joined)])

    @property
    def joined(self) -> list[dict[str, Any]]:
        """Partners as the envelope says; while it is shut, those that had said yes when it was sent."""
        opened = self.content("quality")
        if opened:
            return list(opened.get("partners", ()))
        sent_at = self.receipt.received_at if self.receipt else None
        rows = [row for row in self.partners if sent_at and row.answered_at and row.answered_at <= sent_at]
        return [
            {"organisation": row.organisation.number, "name": row.organisation.name}
            for row in rows
            if row.state == "confirmed"
        ]

    @property
    def receipt(self) -> BidReceipt | None:
        """The latest one."""
        return self.receipts[-1] if self.receipts else None

    @property
    def lots(self) -> tuple[int, ...]:
        """Numbers of the lots in the latest receipt: public from the manifest on."""
        receipt = self.receipt
        return tuple(int(number) for number in receipt.signed["receipt"]["lot"].split(".")) if receipt else ()

    def content(self, envelope: str) -> dict[str, Any]:
        """The opened payload of an envelope, empty while it is shut."""
        found = [part.content for part in self.parts if part.envelope == envelope and part.document == 0]
        return dict(found[0]) if found and found[0] else {}


class BidPartner(Model):
    """One unit that joins another’s bid: what it delivers, for which share, and its own yes."""

    __tablename__ = "bid_partner"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    share: Mapped[Decimal] = mapped_column(Numeric(5, 2), comment="per cent of the volume; the lead has the rest")
    delivers: Mapped[str] = mapped_column(Text, comment="services, places, tasks")
    state: Mapped[str] = mapped_column(String(10), default=PARTNER.initial)
    invited_at: Mapped[dt.datetime] = mapped_column(Instant)
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    answered_by: Mapped[str] = mapped_column(String(60), default="", comment="person of the partner")

    bid: Mapped[Bid] = relationship()
    organisation: Mapped[Organisation] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("bid_id", "organisation_id"),
        CheckConstraint(PARTNER.check_sql(), name="state"),
        CheckConstraint("share > 0 AND share < 100", name="share"),
    )


class SealedPart(Model):
    """One ciphertext of the bid's present version: small ones here, larger ones as a file."""

    __tablename__ = "sealed_part"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    envelope: Mapped[str] = mapped_column(String(8))
    document: Mapped[int] = mapped_column(Integer, default=0, comment="0: the envelope itself; 1, 2 …: attachments")
    sha256: Mapped[str] = mapped_column(String(64), comment="of the ciphertext")
    size: Mapped[int] = mapped_column(Integer)
    ciphertext: Mapped[bytes | None] = mapped_column(LargeBinary)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    content: Mapped[Any | None] = mapped_column(Json, comment="payload, written at the opening")
    opened_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    bid: Mapped[Bid] = relationship(back_populates="parts")
    file: Mapped[StoredFile | None] = relationship()

    __table_args__ = (
        UniqueConstraint("bid_id", "version", "envelope", "document"),
        CheckConstraint("envelope IN ('quality', 'price')", name="envelope"),
        CheckConstraint("(ciphertext IS NULL) <> (file_id IS NULL)", name="one_place"),
        CheckConstraint("(content IS NULL) = (opened_at IS NULL)", name="opened"),
    )


class BidReceipt(Model):
    """A signed receipt; each names the one before, so none can vanish."""

    __tablename__ = "bid_receipt"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, B-2026-014-K")
    version: Mapped[int] = mapped_column(Integer)
    sequence: Mapped[int] = mapped_column(Integer, comment="per tender, from 1")
    received_at: Mapped[dt.datetime] = mapped_column(Instant, comment="the database's clock")
    sent_by: Mapped[str] = mapped_column(String(120))
    signed: Mapped[Any] = mapped_column(Json, comment="the signed receipt as given to the bidder")
    sha256: Mapped[str] = mapped_column(String(64))

    bid: Mapped[Bid] = relationship(back_populates="receipts")

    __table_args__ = (UniqueConstraint("tender_id", "sequence"), UniqueConstraint("bid_id", "version"))


guard(Bid.__table__, BID)
