"""Who takes part and on what ground: evidence for reserved lots, partners of a joint bid."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.organisations import Organisation
from core.states import one_of
from procurement.models.bid import Bid
from procurement.states.joint import PARTNER

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
