"""What comes in with a claim or before it: documents, receipts, drafts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.files import StoredFile


class ClaimDocument(Model):
    """A document that came in for a claim, under the name by which the plan asks for it."""

    __tablename__ = "claim_document"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, index=True)
    partition: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(String(60), comment="as in the plan’s row")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    sent_by: Mapped[str] = mapped_column(String(60), comment="person")
    sent_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (ForeignKeyConstraint(["partition", "claim_id"], ["claim.partition", "claim.id"]),)


class ClaimReceipt(Model):
    """Proof that something arrived: a file, or an attempt that could not be read as a claim."""

    __tablename__ = "claim_receipt"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    partition: Mapped[int] = mapped_column(SmallInteger, default=0)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    channel: Mapped[str] = mapped_column(String(8))
    filename: Mapped[str] = mapped_column(String(200), default="")
    mapping: Mapped[str] = mapped_column(String(80), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    sha256: Mapped[str] = mapped_column(String(64), index=True, comment="of what was sent")
    rows_ready: Mapped[int] = mapped_column(Integer, default=0)
    rows_wrong: Mapped[int] = mapped_column(Integer, default=0)
    claims_new: Mapped[int] = mapped_column(Integer, default=0)
    claims_known: Mapped[int] = mapped_column(Integer, default=0)
    problems: Mapped[Any] = mapped_column(Json, comment="where and why, without what was typed")
    sent_by: Mapped[str] = mapped_column(String(60), comment="person")
    received_at: Mapped[dt.datetime] = mapped_column(Instant)

    file: Mapped[StoredFile | None] = relationship()


class ClaimDraft(Model):
    """A claim begun on the form and not sent yet: its writer's alone, in the organisation it was begun for."""

    __tablename__ = "claim_draft"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(20), comment="random; also the claim's number if none is given")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary, comment="encrypted JSON: field name to what was typed")
    saved_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("account_id", "organisation_id", "key"),)
