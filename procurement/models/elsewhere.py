"""Procedures that somebody else published: as they came, and what we read of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from procurement.foreign import ForeignDraft
from procurement.models.tender import Tender
from procurement.states.elsewhere import ELSEWHERE


class ElsewhereProcedure(Model):
    """One release of a procedure that lives elsewhere. The original is never written again; the draft may be."""

    __tablename__ = "elsewhere_procedure"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, E-2026-014-K")
    ocid: Mapped[str] = mapped_column(String(200), index=True)
    release_id: Mapped[str] = mapped_column(String(200))
    publisher: Mapped[str] = mapped_column(String(200), default="")
    filename: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default=ELSEWHERE.initial)
    original: Mapped[str] = mapped_column(Text, comment="the release as JSON, every digit as it came")
    sha256: Mapped[str] = mapped_column(String(64), comment="of the original")
    content: Mapped[Any] = mapped_column(Json, comment="what we read of it, as texts")
    faults: Mapped[Any] = mapped_column(
        Json, default=list, comment="path and message; none keeps it from being a draft"
    )
    linked_id: Mapped[int | None] = mapped_column(
        ForeignKey("elsewhere_procedure.id"), comment="the same procedure under another ocid"
    )
    tender_id: Mapped[int | None] = mapped_column(ForeignKey("tender.id"), comment="our tender that came of it")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(String(120))

    linked: Mapped[ElsewhereProcedure | None] = relationship(remote_side=[id])
    tender: Mapped[Tender | None] = relationship()

    __table_args__ = (
        UniqueConstraint("ocid", "release_id", "sha256"),
        CheckConstraint(ELSEWHERE.check_sql(), name="state"),
        CheckConstraint("linked_id IS NULL OR linked_id <> id", name="linked"),
    )

    @property
    def draft(self) -> ForeignDraft:
        return ForeignDraft.from_json(self.content)
