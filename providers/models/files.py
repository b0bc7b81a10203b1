"""What a provider asks of the registrar once it is accredited: another period."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.steps import guard
from providers.models.register import Provider
from providers.states import RENEWAL


class Renewal(Model):
    """The file of the next period; papers that are still valid on its first day are taken over as they are."""

    __tablename__ = "provider_renewal"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default=RENEWAL.initial)
    changes: Mapped[str] = mapped_column(Text, default="", comment="what has changed, in the provider's words")
    begun_at: Mapped[dt.datetime] = mapped_column(Instant)
    submitted_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="of the first sending")
    note: Mapped[str] = mapped_column(Text, default="", comment="what must be mended, or why it was refused")

    provider: Mapped[Provider] = relationship(back_populates="renewals")

    __table_args__ = (
        CheckConstraint(RENEWAL.check_sql(), name="state"),
        Index(
            "uq_provider_renewal_open",
            "organisation_id",
            unique=True,
            sqlite_where=text("state IN ('draft', 'submitted', 'returned')"),
            postgresql_where=text("state IN ('draft', 'submitted', 'returned')"),
        ),
    )


guard(Renewal.__table__, RENEWAL)
