"""The stages of a registration: authorised, then accredited, each a period that was decided on a checklist."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.states import one_of
from providers.models.register import Provider
from providers.states import STAGES


class _Period:
    """Inclusive days, decided by a registrar with a reason."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"))
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    decided_by: Mapped[str] = mapped_column(String(60), comment="person")
    decided_at: Mapped[dt.datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text)

    def covers(self, day: dt.date) -> bool:
        return self.valid_from <= day <= self.valid_until


class Authorisation(_Period, Model):
    """A period in which the provider may take part, and becomes accredited."""

    __tablename__ = "authorisation"
    __table_args__ = (
        Index(None, "organisation_id", "valid_from"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
    )


class Accreditation(_Period, Model):
    """A period in which the provider may give care for the fund."""

    __tablename__ = "accreditation"
    provider: Mapped[Provider] = relationship(back_populates="accreditations")

    __table_args__ = (
        Index(None, "organisation_id", "valid_from"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
    )


class RequirementMet(Model):
    """One line of a checklist as it was when its stage was decided; never changed."""

    __tablename__ = "provider_requirement"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"), index=True)
    stage: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(30), comment="as plan part providers names it")
    basis: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text, comment="paper, version, places, or what a person saw")
    valid_until: Mapped[dt.date | None] = mapped_column(Date, comment="last day of the evidence; null: has none")
    is_finding: Mapped[bool] = mapped_column(comment="a person’s words; nothing else in the register shows it")
    checked_by: Mapped[str] = mapped_column(String(60), comment="person")
    checked_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (CheckConstraint(one_of("stage", STAGES), name="stage"),)
