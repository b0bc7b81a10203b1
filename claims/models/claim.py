"""A claim and its lines as they were sent, and who holds its number."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Model

CHANNELS = ("form", "api", "file", "opening")


class Claim(Model):
    """One claim as it was sent. Rows are only inserted."""

    __tablename__ = "claim"
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(24), comment="2026-11-00112-K: month of receipt, id, check character")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    provider_claim_no: Mapped[str] = mapped_column(String(40), comment="the provider's own number")
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32), comment="SHA-256 of the canonical content")
    member_number: Mapped[str] = mapped_column(String(40), comment="as sent")
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), comment="null: not found")
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), comment="at submission")
    service_line: Mapped[str] = mapped_column(String(30), default="")
    service_from: Mapped[dt.date] = mapped_column(Date, comment="first day of care on any line, else day of receipt")
    service_until: Mapped[dt.date] = mapped_column(Date)
    lines: Mapped[int] = mapped_column(SmallInteger, comment="how many")
    amount: Mapped[int] = mapped_column(BigId, comment="minor units asked, all lines")
    replaces_claim_id: Mapped[int | None] = mapped_column(BigId, comment="the claim that this one corrects")
    channel: Mapped[str] = mapped_column(String(8))
    receipt_id: Mapped[int | None] = mapped_column(BigId, comment="the file it came in")
    received_at: Mapped[dt.datetime] = mapped_column(Instant)
    sent_by: Mapped[str] = mapped_column(String(60), comment="person")
    note: Mapped[str] = mapped_column(Text, default="")
    referral_no: Mapped[str] = mapped_column(String(40), default="", server_default="")
    visit_type: Mapped[str] = mapped_column(
        String(10), default="", server_default="", comment="emergency, referral, other or not said"
    )
    stated_total: Mapped[int | None] = mapped_column(BigId, comment="minor units, as written on the claim")
    is_restricted: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="with a service that nobody outside may infer"
    )

    __table_args__ = (
        Index(None, "id"),
        Index(None, "organisation_id", "received_at"),
        Index(None, "member_id"),
        Index(None, "household_id"),
        CheckConstraint("partition BETWEEN 0 AND 63", name="partition"),
        CheckConstraint(f"channel IN {CHANNELS!r}", name="channel"),
        CheckConstraint("service_until >= service_from", name="dates"),
    )


class ClaimLine(Model):
    """One line as it was sent; a blank element is kept as blank and named in `unreadable`."""

    __tablename__ = "claim_line"
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    code_system: Mapped[str] = mapped_column(String(30))
    service: Mapped[str] = mapped_column(String(30), comment="service code; empty: none was sent")
    service_from: Mapped[dt.date | None] = mapped_column(Date)
    service_until: Mapped[dt.date | None] = mapped_column(Date)
    starts_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    ends_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    quantity_milli: Mapped[int] = mapped_column(BigId, comment="thousandths of the unit")
    unit_price: Mapped[int] = mapped_column(BigId, comment="minor units")
    amount: Mapped[int] = mapped_column(BigId, comment="minor units")
    practitioner: Mapped[str] = mapped_column(String(40))
    authorisation_no: Mapped[str] = mapped_column(String(40))
    visit_no: Mapped[str] = mapped_column(String(40))
    diagnoses: Mapped[str] = mapped_column(String(80), comment="codes, separated by blanks")
    unreadable: Mapped[str] = mapped_column(String(200), comment="names of elements, separated by blanks")

    __table_args__ = (ForeignKeyConstraint(["partition", "claim_id"], ["claim.partition", "claim.id"]),)


class ClaimNumber(Model):
    """Who holds a provider's claim number: the one place where it is unique, whatever the partition.

    A returned, withdrawn or replaced claim gives its number free; the row then moves to the next claim.
    """

    __tablename__ = "claim_number"
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    provider_claim_no: Mapped[str] = mapped_column(String(40), primary_key=True)
    partition: Mapped[int] = mapped_column(SmallInteger)
    claim_id: Mapped[int] = mapped_column(BigId)
