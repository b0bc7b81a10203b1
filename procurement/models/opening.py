"""The ceremonies: who came with a key, and the minutes that those who came sign again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.states import one_of
from procurement.models.tender import Tender

CEREMONIES = ("rehearsal", "quality", "price")


class OpeningKey(Model):
    """An officer who came, in their own session. What their passphrase gave for this one key pair lies here, sealed,
    until enough have come; then it is erased. The passphrase itself is never stored."""

    __tablename__ = "opening_key"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    envelope: Mapped[str] = mapped_column(String(10))
    person: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(120))
    joined_at: Mapped[dt.datetime] = mapped_column(Instant)
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("tender_id", "envelope", "person"),
        CheckConstraint(one_of("envelope", CEREMONIES), name="envelope"),
    )


class OpeningMinutes(Model):
    """What happened at one opening, as it happened; the PDF is printed from it."""

    __tablename__ = "opening_minutes"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    envelope: Mapped[str] = mapped_column(String(10))
    round: Mapped[int] = mapped_column(Integer, default=1, server_default="1", comment="2: opened after a complaint")
    opened_at: Mapped[dt.datetime] = mapped_column(Instant)
    content: Mapped[Any] = mapped_column(
        Json, comment="officers, manifest root, key, each bid with its outcome, oddities"
    )
    sha256: Mapped[str] = mapped_column(String(64), comment="of the canonical content; what the officers sign")

    tender: Mapped[Tender] = relationship(lazy="joined")
    signatures: Mapped[list[MinutesSignature]] = relationship(
        back_populates="minutes", order_by="MinutesSignature.id", lazy="selectin"
    )

    __table_args__ = (
        UniqueConstraint("tender_id", "envelope", "round"),
        CheckConstraint(one_of("envelope", CEREMONIES[1:]), name="envelope"),
    )

    @property
    def number(self) -> str:
        """Public number of the paper."""
        return f"{self.tender.number}/{self.envelope}" + (f"-{self.round}" if self.round > 1 else "")


class MinutesSignature(Model):
    """One officer who was there says that the minutes are right, or what was not."""

    __tablename__ = "minutes_signature"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("opening_minutes.id"))
    person: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    signed_at: Mapped[dt.datetime] = mapped_column(Instant)
    remark: Mapped[str] = mapped_column(Text, default="")

    minutes: Mapped[OpeningMinutes] = relationship(back_populates="signatures")

    __table_args__ = (UniqueConstraint("minutes_id", "person"),)
