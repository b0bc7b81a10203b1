"""Who works where. Names lie sealed (DECISIONS 11); what somebody may do stands in the register of professionals."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Model
from providers.models.register import Site


class Employment(Model):
    """A person works for a provider, at one site or at all of them, from a day on."""

    __tablename__ = "employment"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), comment="null: all sites")
    number: Mapped[str] = mapped_column(String(40), index=True, comment="register number, as claims name the person")
    name: Mapped[bytes] = mapped_column(LargeBinary, comment="encrypted")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date)

    site: Mapped[Site | None] = relationship()

    __table_args__ = (
        UniqueConstraint("organisation_id", "number", "valid_from"),
        Index(None, "organisation_id", "valid_until"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates"),
    )
