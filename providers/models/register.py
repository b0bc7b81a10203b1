"""The care side of an organisation: registration, accreditation, sites with licensed places, published score."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, Numeric, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.files import StoredFile
from core.organisations import Organisation
from providers.models.places import OpeningHours, SiteLanguage, SiteRoom
from providers.solidarity import Sse, in_force, sse_on
from providers.states import HELD, PROVIDER

if TYPE_CHECKING:
    from providers.models.assessment import SseAssessment
    from providers.models.files import CompletionRequest, ProviderDecision, Renewal, SuspensionAppeal
    from providers.models.stages import Accreditation, Authorisation, RequirementMet
    from providers.models.succession import Succession


class Provider(Model):
    """An organisation that gives, or asks to give, care for the fund."""

    __tablename__ = "provider"
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, P-2026-014-K")
    state: Mapped[str] = mapped_column(String(12), default=PROVIDER.initial, index=True)
    summary: Mapped[str] = mapped_column(Text, default="", comment="what it does, in its own words")
    lang: Mapped[str] = mapped_column(String(5), default="en")
    submitted_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    registrar_note: Mapped[str] = mapped_column(Text, default="", comment="what must be mended, when sent back")
    published_score: Mapped[Decimal | None] = mapped_column(
        Numeric(6, 3), comment="written by quality; read by tenders"
    )
    published_score_on: Mapped[dt.date | None] = mapped_column(Date)
    record_score: Mapped[Decimal | None] = mapped_column(
        Numeric(6, 3), comment="mean of the published scores that a tender may look at; null: none yet"
    )
    record_periods: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    service_lines: Mapped[list[ProviderServiceLine]] = relationship(back_populates="provider")
    documents: Mapped[list[ProviderDocument]] = relationship(back_populates="provider")
    sites: Mapped[list[Site]] = relationship(back_populates="provider", order_by="Site.number")
    successions: Mapped[list[Succession]] = relationship(
        back_populates="provider", foreign_keys="Succession.organisation_id", order_by="Succession.id"
    )
    took_over: Mapped[list[Succession]] = relationship(
        back_populates="successor", foreign_keys="Succession.successor_id", order_by="Succession.id"
    )
    authorisations: Mapped[list[Authorisation]] = relationship(order_by="Authorisation.valid_from")
    met: Mapped[list[RequirementMet]] = relationship(order_by="RequirementMet.id")
    accreditations: Mapped[list[Accreditation]] = relationship(
        back_populates="provider", order_by="Accreditation.valid_from"
    )
    suspensions: Mapped[list[Suspension]] = relationship(order_by="Suspension.valid_from")
    renewals: Mapped[list[Renewal]] = relationship(back_populates="provider", order_by="Renewal.id")
    requests: Mapped[list[CompletionRequest]] = relationship(back_populates="provider", order_by="CompletionRequest.id")
    assessments: Mapped[list[SseAssessment]] = relationship(back_populates="provider", order_by="SseAssessment.version")
    decisions: Mapped[list[ProviderDecision]] = relationship(
        back_populates="provider", order_by="ProviderDecision.number"
    )

    __table_args__ = (CheckConstraint(PROVIDER.check_sql(), name="state"),)

    def standing_on(self, day: dt.date) -> str:
        """Its state, or what its dates make of it (STANDINGS): nobody is accredited because nothing was pressed."""
        if (end := self.succession) is not None and end.takes_over_on <= day:
            return "succeeded"
        if self.state == "authorised":
            return _among(self.authorisations, day, ("lapsed", "awaited")) or self.state
        if self.state not in HELD:
            return self.state
        missed = _among(self.accreditations, day, ("expired", "not_yet"))
        return missed or ("suspended" if any(row.covers(day) for row in self.suspensions) else "accredited")

    def sse_on(self, day: dt.date) -> Sse:
        return sse_on(self.organisation.legal_form, self.assessments, day)

    @property
    def succession(self) -> Succession | None:
        """The approved one: who follows, from which day."""
        return next((row for row in self.successions if row.state == "approved"), None)

    @property
    def periods(self) -> list[Authorisation | Accreditation]:
        """Of both stages."""
        return [*self.authorisations, *self.accreditations]

    def assessment_on(self, day: dt.date) -> SseAssessment | None:
        """The approved one of that day."""
        return in_force(self.assessments, day)


def _among(rows: Sequence[Authorisation] | Sequence[Accreditation], day: dt.date, words: tuple[str, str]) -> str:
    """Empty if one covers the day; else `words`: after one of them, before all."""
    if any(row.covers(day) for row in rows):
        return ""
    return words[0] if any(row.valid_until < day for row in rows) else words[1]


class ProviderServiceLine(Model):
    """A service line the provider asks for or gives."""

    __tablename__ = "provider_service_line"
    organisation_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"), primary_key=True)
    service_line: Mapped[str] = mapped_column(ForeignKey("service_line.code"), primary_key=True)

    provider: Mapped[Provider] = relationship(back_populates="service_lines")


class ProviderDocument(Model):
    """Statutes, licences, minutes: evidence with an expiry."""

    __tablename__ = "provider_document"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"), index=True)
    kind: Mapped[str] = mapped_column(String(30), comment="statutes, licence, minutes, accounts, insurance, other")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    valid_until: Mapped[dt.date | None] = mapped_column(Date)

    provider: Mapped[Provider] = relationship(back_populates="documents")
    file: Mapped[StoredFile] = relationship()


class Reminder(Model):
    """One mail about an end that comes: at most once for each step, whatever ticks were missed or came twice."""

    __tablename__ = "provider_reminder"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"), index=True)
    subject: Mapped[str] = mapped_column(String(40), comment="what ends: accreditation 12, document 7")
    step: Mapped[int] = mapped_column(Integer, comment="days before the end, as the plan has them; -1: it ended")
    sent_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("subject", "step"),)


class Suspension(Model):
    """Days inside an accreditation on which claims are refused."""

    __tablename__ = "suspension"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"), index=True)
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(60))
    appeal_until: Mapped[dt.date | None] = mapped_column(Date, comment="last day to appeal; null: as long as it runs")
    lifted_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="an appeal was won: it never was")

    appeal: Mapped[SuspensionAppeal | None] = relationship(back_populates="suspension")

    __table_args__ = (CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates"),)

    def covers(self, day: dt.date) -> bool:
        return (
            self.lifted_at is None and self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
        )


class Site(Model):
    """A place where care is given or from which it sets out."""

    __tablename__ = "site"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("provider.organisation_id"))
    number: Mapped[int] = mapped_column(Integer, comment="1, 2, … within the provider")
    name: Mapped[str] = mapped_column(String(120))
    district: Mapped[str] = mapped_column(String(60), index=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    facility: Mapped[str] = mapped_column(
        String(10), default="", server_default="", comment="licensed for outpatient or inpatient care; empty: both"
    )

    succeeds_id: Mapped[int | None] = mapped_column(
        ForeignKey("site.id"), unique=True, comment="the site that it goes on with, of the unit before"
    )

    provider: Mapped[Provider] = relationship(back_populates="sites")
    capacities: Mapped[list[SiteCapacity]] = relationship(back_populates="site")
    hours: Mapped[list[OpeningHours]] = relationship(viewonly=True, order_by="OpeningHours.id")
    languages: Mapped[list[SiteLanguage]] = relationship(viewonly=True, order_by="SiteLanguage.language")
    rooms: Mapped[list[SiteRoom]] = relationship(viewonly=True, order_by="SiteRoom.id")

    __table_args__ = (UniqueConstraint("organisation_id", "number"),)


class Professional(Model):
    """A spell in which a person of the register may practise, whoever employs them; a suspension ends a spell."""

    __tablename__ = "professional"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), comment="as claims name the practitioner")
    qualification: Mapped[str] = mapped_column(String(60), default="", server_default="")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(80), default="", comment="register or file that says so")

    __table_args__ = (
        UniqueConstraint("number", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates"),
    )


class SiteCapacity(Model):
    """Licensed places of a site for a service line, dated."""

    __tablename__ = "site_capacity"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    service_line: Mapped[str] = mapped_column(ForeignKey("service_line.code"))
    licensed_places: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date)

    site: Mapped[Site] = relationship(back_populates="capacities")

    __table_args__ = (
        CheckConstraint("licensed_places >= 0", name="places"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="dates"),
    )
