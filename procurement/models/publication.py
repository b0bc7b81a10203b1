"""What was published as open data, release by release, and what was kept back because it was not valid."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from procurement.models.tender import Tender


class OcdsRelease(Model):
    """One release of one procedure. A published one is never written again; a refused one waits for a person."""

    __tablename__ = "ocds_release"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    sequence: Mapped[int] = mapped_column(Integer, comment="per tender, from 1")
    release_id: Mapped[str] = mapped_column(String(80), unique=True)
    tags: Mapped[Any] = mapped_column(Json)
    released_at: Mapped[dt.datetime] = mapped_column(Instant)
    basis: Mapped[str] = mapped_column(Text, comment="end of the audit stream and states of contracts it was read from")
    body: Mapped[str] = mapped_column(Text, comment="the release as JSON")
    sha256: Mapped[str] = mapped_column(String(64), comment="of the body; the ETag")
    state: Mapped[str] = mapped_column(String(10))
    faults: Mapped[Any] = mapped_column(Json, default=list, comment="why it was refused: path and message")

    tender: Mapped[Tender] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("tender_id", "sequence"),
        CheckConstraint("state IN ('published', 'refused')", name="state"),
    )
