"""What organisations said of themselves, each figure with its day, its evidence and where it was said; written once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.files import StoredFile
from core.organisations import Organisation
from core.states import one_of
from core.words import _l
from core.written_once import written_once
from providers.facts import PERIODS, Figure

SOURCES = {
    "registration": _l("Registration"),
    "renewal": _l("Renewal"),
    "own": _l("Said by itself"),
    "import": _l("File of the fund"),
    "opening": _l("Opening of the fund"),
    "bid": _l("Bid, once opened"),
    "kpi": _l("Promise of a contract"),
    "return": _l("Return on quality"),
}


class OrganisationFact(Model):
    """One statement about one day or period. A correction is a new row that supersedes it."""

    __tablename__ = "organisation_fact"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(40), comment="of plan part facts")
    period: Mapped[str] = mapped_column(String(7))
    valid_from: Mapped[dt.date] = mapped_column(Date, comment="first day of the period; a day’s own")
    valid_until: Mapped[dt.date] = mapped_column(Date, comment="the day, or the last of the period")
    value: Mapped[Decimal | None] = mapped_column(Numeric(16, 4), comment="in the unit of the plan; yes is 1")
    amount: Mapped[int | None] = mapped_column(BigId, comment="money, minor units")
    source: Mapped[str] = mapped_column(String(12))
    reference: Mapped[str] = mapped_column(String(60), default="", comment="number of the tender, contract or file")
    evidence: Mapped[str] = mapped_column(Text, comment="where it is proved; counts and numbers of papers, no names")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("organisation_fact.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text, default="", comment="of a correction")
    stated_by: Mapped[str] = mapped_column(String(60), comment="person")
    stated_by_name: Mapped[str] = mapped_column(String(120))
    stated_at: Mapped[dt.datetime] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship()
    file: Mapped[StoredFile | None] = relationship()
    verification: Mapped[FactVerification | None] = relationship(back_populates="fact", lazy="joined")

    __table_args__ = (
        CheckConstraint(one_of("period", PERIODS), name="period"),
        CheckConstraint(one_of("source", SOURCES), name="source"),
        CheckConstraint("valid_from <= valid_until", name="dates"),
        CheckConstraint("(period = 'day') = (valid_from = valid_until)", name="day"),
        CheckConstraint("(value IS NULL) <> (amount IS NULL)", name="one_figure"),
        CheckConstraint("value IS NULL OR value >= 0", name="value"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount"),
        CheckConstraint("supersedes_id IS NULL OR reason <> ''", name="reason"),
        Index("ix_organisation_fact_day", "organisation_id", "code", "valid_until"),
    )

    @property
    def figure(self) -> Figure:
        """Money in minor units, all else in the unit of the plan."""
        found = self.value if self.amount is None else self.amount
        assert found is not None  # ck_organisation_fact_one_figure
        return found


class FactVerification(Model):
    """Somebody of the fund saw what proves it."""

    __tablename__ = "fact_verification"
    fact_id: Mapped[int] = mapped_column(ForeignKey("organisation_fact.id"), primary_key=True)
    verified_by: Mapped[str] = mapped_column(String(60), comment="person, another than who said it")
    verified_by_name: Mapped[str] = mapped_column(String(120))
    verified_at: Mapped[dt.datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(Text, default="", comment="what was looked at")

    fact: Mapped[OrganisationFact] = relationship(back_populates="verification")


class FactUse(Model):
    """Where a figure of the record was taken from it instead of being asked again."""

    __tablename__ = "fact_use"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    fact_id: Mapped[int] = mapped_column(ForeignKey("organisation_fact.id"))
    source: Mapped[str] = mapped_column(String(12), comment="who took it")
    reference: Mapped[str] = mapped_column(String(60))
    used_at: Mapped[dt.datetime] = mapped_column(Instant)

    fact: Mapped[OrganisationFact] = relationship()

    __table_args__ = (
        UniqueConstraint("fact_id", "source", "reference"),
        CheckConstraint(one_of("source", SOURCES), name="source"),
    )


for _kept in (OrganisationFact, FactVerification, FactUse):
    written_once(_kept.__table__)
