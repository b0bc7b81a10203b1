"""On what ground a unit takes part: its evidence for reserved lots."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Model
from core.states import one_of

KINDS = ("integration", "mission", "profits", "participation")


class ParticipationEvidence(Model):
    """What a unit shows to bid for reserved lots. Special-category data: counts and numbers of certificates only."""

    __tablename__ = "participation_evidence"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(14))
    statement: Mapped[str] = mapped_column(Text, comment="where it is proved: article of the statutes, page")
    certificate: Mapped[str] = mapped_column(String(80), default="", comment="number; no name")
    people: Mapped[Decimal | None] = mapped_column(Numeric(10, 2), comment="disabled and disadvantaged workers")
    total: Mapped[Decimal | None] = mapped_column(Numeric(10, 2), comment="all workers")
    counted_in: Mapped[str] = mapped_column(String(5), default="", comment="heads or fte")
    counted_on: Mapped[dt.date | None] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(60), comment="person")
    replaced_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="by a newer one of its kind")

    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint("kind <> 'integration' OR (people IS NOT NULL AND total IS NOT NULL)", name="counted"),
        CheckConstraint("people IS NULL OR (people >= 0 AND total >= people)", name="share"),
        Index(
            "uq_participation_evidence_present",
            "organisation_id",
            "kind",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )
