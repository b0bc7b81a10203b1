"""Court files: asked for by a person, made by the worker, never changed afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.files import StoredFile
from core.organisations import Organisation
from procurement.models.tender import Tender
from procurement.states.court import COURT_FILE


class CourtFile(Model):
    """One file as of one instant; with `organisation_id` a copy for that party, others' secrets withheld."""

    __tablename__ = "court_file"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, F-2026-014-K")
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), comment="null: the whole file")
    reason_code: Mapped[str] = mapped_column(String(10), default="", comment="eForms BT-197, why parts are withheld")
    reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default=COURT_FILE.initial)
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)
    made_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    listing: Mapped[Any] = mapped_column(Json, default=list, comment="every exhibit: name, pages, sha256, author, time")
    pdf_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    frozen_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id"), comment="what is not an original file, as a ZIP"
    )
    sha256: Mapped[str] = mapped_column(String(64), default="", comment="of the ZIP as it is handed out")

    tender: Mapped[Tender] = relationship()
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    pdf: Mapped[StoredFile | None] = relationship(foreign_keys=[pdf_id])
    frozen: Mapped[StoredFile | None] = relationship(foreign_keys=[frozen_id])

    __table_args__ = (
        CheckConstraint(COURT_FILE.check_sql(), name="state"),
        CheckConstraint("organisation_id IS NULL OR reason <> ''", name="reason"),
        CheckConstraint("state <> 'made' OR (pdf_id IS NOT NULL AND frozen_id IS NOT NULL)", name="made"),
    )
