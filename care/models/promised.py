"""What was promised and did not come as planned: visits cancelled, requests for care and when they were answered."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Model


class VisitCancellation(Model):
    """A visit due that was called off; `told_at` is when the other side heard of it, `recorded_at` when we did."""

    __tablename__ = "visit_cancellation"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    service: Mapped[str] = mapped_column(String(30))
    due_at: Mapped[dt.datetime] = mapped_column(Instant, comment="from the placement's pattern")
    due_on: Mapped[dt.date] = mapped_column(Date, comment="fund-local day of due_at")
    reason: Mapped[str] = mapped_column(String(20), comment="key of care/cancelling.py: says who cancelled")
    cancelled_by: Mapped[str] = mapped_column(String(8), comment="member, family, provider or fund")
    told_at: Mapped[dt.datetime] = mapped_column(Instant)
    is_withdrawn: Mapped[bool] = mapped_column(default=False, comment="the visit takes place after all")
    recorded_by: Mapped[str] = mapped_column(String(60), comment="person, of the latest change")
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, comment="of the latest change")
    source: Mapped[str] = mapped_column(String(80), default="")

    __table_args__ = (
        UniqueConstraint("placement_id", "due_at"),
        Index(None, "organisation_id", "due_on"),
        CheckConstraint("cancelled_by IN ('member', 'family', 'provider', 'fund')", name="cancelled_by"),
        CheckConstraint("told_at <= recorded_at", name="told"),
    )


class CareRequest(Model):
    """A member or a referral asked a provider for care. Working days are counted, so days are enough."""

    __tablename__ = "care_request"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), comment="the provider’s own number of the request")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), comment="the provider asked")
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    service: Mapped[str] = mapped_column(String(30))
    urgency: Mapped[str] = mapped_column(String(7), comment="urgent or routine")
    origin: Mapped[str] = mapped_column(String(8), comment="member, referral or fund")
    received_on: Mapped[dt.date] = mapped_column(Date)
    first_contact_on: Mapped[dt.date | None] = mapped_column(Date, comment="null: nobody has answered yet")
    withdrawn_on: Mapped[dt.date | None] = mapped_column(Date, comment="the member no longer asks")
    recorded_by: Mapped[str] = mapped_column(String(60), comment="person, of the latest change")
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant, comment="of the latest change")
    source: Mapped[str] = mapped_column(String(80), default="")

    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index(None, "organisation_id", "received_on"),
        CheckConstraint("urgency IN ('urgent', 'routine')", name="urgency"),
        CheckConstraint("origin IN ('member', 'referral', 'fund')", name="origin"),
        CheckConstraint("first_contact_on IS NULL OR first_contact_on >= received_on", name="contact"),
        CheckConstraint("withdrawn_on IS NULL OR withdrawn_on >= received_on", name="withdrawn"),
    )
