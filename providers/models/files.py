"""What goes to and fro between a provider and the registrar: requests, renewals, appeals, decisions in writing."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.states import one_of
from core.steps import guard
from providers.models.register import Provider, Suspension
from providers.states import APPEAL, DECISIONS, RENEWAL, TASKS


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


class CompletionRequest(Model):
    """What the registrar asks to be mended, for one task of the registration, until a day."""

    __tablename__ = "provider_request"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"), index=True)
    task: Mapped[str] = mapped_column(String(20), comment="the task it stands at")
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[dt.date | None] = mapped_column(Date, comment="the last day to answer")
    asked_by: Mapped[str] = mapped_column(String(60), comment="person")
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="sent again")

    provider: Mapped[Provider] = relationship(back_populates="requests")

    __table_args__ = (CheckConstraint(one_of("task", TASKS), name="task"),)


class SuspensionAppeal(Model):
    """Against a suspension, once; decided by somebody else."""

    __tablename__ = "provider_appeal"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    suspension_id: Mapped[int] = mapped_column(ForeignKey("suspension.id"), unique=True)
    state: Mapped[str] = mapped_column(String(6), default=APPEAL.initial, index=True)
    text: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(60), comment="person")
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    suspension: Mapped[Suspension] = relationship(back_populates="appeal")

    __table_args__ = (
        CheckConstraint(APPEAL.check_sql(), name="state"),
        CheckConstraint("(state = 'made') = (decided_at IS NULL)", name="decided"),
    )


class ProviderDecision(Model):
    """A decision as its letter says it; the letter is printed from this row alone."""

    __tablename__ = "provider_decision"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"))
    number: Mapped[int] = mapped_column(Integer, comment="1, 2, … within the provider")
    kind: Mapped[str] = mapped_column(String(16))
    valid_from: Mapped[dt.date | None] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    appeal_until: Mapped[dt.date | None] = mapped_column(Date, comment="last day to appeal; null: not possible")
    lang: Mapped[str] = mapped_column(String(5), comment="of the letter")
    decided_on: Mapped[dt.date] = mapped_column(Date)
    signed_by: Mapped[str] = mapped_column(String(120), comment="name under the letter")

    provider: Mapped[Provider] = relationship(back_populates="decisions")

    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint(one_of("kind", DECISIONS), name="kind"),
    )


guard(SuspensionAppeal.__table__, APPEAL)
guard(Renewal.__table__, RENEWAL)
