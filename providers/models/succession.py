"""Another unit takes over from a day on: proposed, accepted and approved by three persons, with its legal reference."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.files import StoredFile
from core.states import one_of
from core.steps import guard
from providers.models.register import Provider
from providers.states import SUCCESSION

_LIVING = text(one_of("state", ("proposed", "accepted", "approved")))


class Succession(Model):
    """Of a provider by another; once approved, its effects follow by the event `provider.succeeded`."""

    __tablename__ = "provider_succession"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"), comment="who ends")
    successor_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"), index=True)
    takes_over_on: Mapped[dt.date] = mapped_column(Date, comment="first day of the successor")
    legal_reference: Mapped[str] = mapped_column(String(200), comment="merger, deed, law")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), comment="its evidence")
    state: Mapped[str] = mapped_column(String(10), default=SUCCESSION.initial)
    proposed_by: Mapped[str] = mapped_column(String(60), comment="person")
    proposed_by_name: Mapped[str] = mapped_column(String(120))
    proposed_at: Mapped[dt.datetime] = mapped_column(Instant)
    accepted_by: Mapped[str | None] = mapped_column(String(60), comment="person of the successor")
    accepted_by_name: Mapped[str] = mapped_column(String(120), default="")
    approved_by: Mapped[str | None] = mapped_column(String(60), comment="another person of the fund")
    approved_by_name: Mapped[str] = mapped_column(String(120), default="")
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="approved, declined or dropped")
    answer: Mapped[str] = mapped_column(Text, default="", comment="why it was declined or dropped")

    provider: Mapped[Provider] = relationship(foreign_keys=[organisation_id], back_populates="successions")
    successor: Mapped[Provider] = relationship(foreign_keys=[successor_id], back_populates="took_over")
    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        CheckConstraint(SUCCESSION.check_sql(), name="state"),
        CheckConstraint("successor_id <> organisation_id", name="another"),
        CheckConstraint("accepted_by IS NULL OR accepted_by <> proposed_by", name="accepted"),
        CheckConstraint("(state = 'approved') = (approved_by IS NOT NULL)", name="approved"),
        CheckConstraint(
            "approved_by IS NULL OR (approved_by <> proposed_by AND approved_by <> accepted_by)", name="four_eyes"
        ),
        Index(
            "uq_provider_succession_living", "organisation_id", unique=True, sqlite_where=_LIVING,
            postgresql_where=_LIVING,
        ),
    )  # fmt: skip


guard(Succession.__table__, SUCCESSION)
