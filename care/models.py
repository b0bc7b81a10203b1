"""What was granted and what was given: grants, placements, attendance days, visits, hospital stays.

A placement is the link from grant and contract to claim (DECISIONS 18): visits due and booked child-days come from
placements and from nothing else.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from care.states import PLACEMENT
from core.db import BigId, Instant, Model
from core.files import StoredFile
from core.organisations import Organisation
from members.models import Member
from providers.models import Site


class CareGrant(Model):
    """An authorisation: this member may have so much of these services in this period."""

    __tablename__ = "care_grant"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, G-2026-014-K")
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    service_line: Mapped[str] = mapped_column(ForeignKey("service_line.code"))
    service: Mapped[str] = mapped_column(String(30), default="", comment="one service code; empty: the whole line")
    care_level: Mapped[int | None] = mapped_column(SmallInteger, comment="1–5 for long-term care")
    quantity: Mapped[int | None] = mapped_column(
        Integer, comment="units granted for the period; null: the plan's limits"
    )
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    entitlement: Mapped[str] = mapped_column(String(10), default="", comment="childcare: full, half or empty")
    decided_by: Mapped[str] = mapped_column(String(60), comment="person")
    decided_at: Mapped[dt.datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text, default="")

    member: Mapped[Member] = relationship()
    placements: Mapped[list[Placement]] = relationship(back_populates="grant")

    __table_args__ = (
        Index(None, "member_id", "valid_from"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
        CheckConstraint("care_level IS NULL OR care_level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("quantity IS NULL OR quantity > 0", name="quantity"),
    )


class Placement(Model):
    """Grant → provider, site, room or team, weekly pattern, dates; accepted or declined with a coded reason."""

    __tablename__ = "placement"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, PL-2026-014-K")
    grant_id: Mapped[int] = mapped_column(ForeignKey("care_grant.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    unit: Mapped[str] = mapped_column(String(60), default="", comment="room or team")
    service: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(5), comment="what a slot is: a visit due, or a day booked at the site")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_until: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default=PLACEMENT.initial)
    answer_reason: Mapped[str] = mapped_column(String(30), default="", comment="coded reason of a refusal")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    grant: Mapped[CareGrant] = relationship(back_populates="placements")
    site: Mapped[Site | None] = relationship()
    member: Mapped[Member] = relationship()
    organisation: Mapped[Organisation] = relationship()
    pattern: Mapped[list[PlacementSlot]] = relationship(back_populates="placement", order_by="PlacementSlot.weekday")

    __table_args__ = (
        Index(None, "organisation_id", "valid_from"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
        CheckConstraint(PLACEMENT.check_sql(), name="state"),
        CheckConstraint("kind IN ('visit', 'day')", name="kind"),
    )


class PlacementSlot(Model):
    """One slot of the weekly pattern: a booked child-day or a visit due."""

    __tablename__ = "placement_slot"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    weekday: Mapped[int] = mapped_column(SmallInteger, comment="0 Monday … 6 Sunday")
    starts_minute: Mapped[int] = mapped_column(SmallInteger, comment="minutes after fund-local midnight")
    minutes: Mapped[int] = mapped_column(SmallInteger, comment="planned length")

    placement: Mapped[Placement] = relationship(back_populates="pattern")

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("starts_minute BETWEEN 0 AND 1439 AND minutes > 0", name="times"),
    )


class Attendance(Model):
    """One child, one day, one site: clock times as signed. Facts that cross households stand on the record."""

    __tablename__ = "attendance"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"))
    day: Mapped[dt.date] = mapped_column(Date)
    arrived_minute: Mapped[int | None] = mapped_column(SmallInteger, comment="after fund-local midnight")
    left_minute: Mapped[int | None] = mapped_column(SmallInteger, comment="null: no sign-out")
    is_absent: Mapped[bool] = mapped_column(default=False)
    absence_reason: Mapped[str] = mapped_column(String(30), default="")
    children_present: Mapped[int | None] = mapped_column(
        SmallInteger, comment="fact: most children at once that site-day"
    )
    licensed_places: Mapped[int | None] = mapped_column(SmallInteger, comment="fact: places licensed that day")
    source: Mapped[str] = mapped_column(String(80), default="")

    __table_args__ = (
        UniqueConstraint("member_id", "site_id", "day"),
        Index(None, "site_id", "day"),
        Index(None, "organisation_id", "day"),
        CheckConstraint("left_minute IS NULL OR arrived_minute IS NOT NULL", name="signed_in_first"),
    )


class Visit(Model):
    """One home visit with the six verification elements: service, member, date, place, worker, start and end."""

    __tablename__ = "visit"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(30), comment="the provider's own visit number")
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"))
    service: Mapped[str] = mapped_column(String(30))
    worker: Mapped[str] = mapped_column(String(40), default="", comment="the provider's worker code")
    due_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="from the placement's pattern")
    started_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    service_on: Mapped[dt.date] = mapped_column(Date, comment="fund-local day of the start, or of the due time")
    place_code: Mapped[str] = mapped_column(String(40), default="", comment="confirms the place; or a reason code")
    overlaps_visit_id: Mapped[int | None] = mapped_column(BigId, comment="fact: same worker or member at that time")
    source: Mapped[str] = mapped_column(String(80), default="")

    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index(None, "member_id", "service_on"),
        Index(None, "organisation_id", "service_on"),
        CheckConstraint("ended_at IS NULL OR ended_at > started_at", name="times"),
    )

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the verification elements that are not there."""
        present = {
            "worker": self.worker,
            "place": self.place_code,
            "start time": self.started_at,
            "end time": self.ended_at,
        }
        return tuple(name for name, value in present.items() if not value)


class Stay(Model):
    """A hospital or residential stay; admission and discharge day belong to both worlds."""

    __tablename__ = "stay"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[str] = mapped_column(String(12), default="hospital")
    admitted_on: Mapped[dt.date] = mapped_column(Date)
    discharged_on: Mapped[dt.date | None] = mapped_column(Date, comment="null: still there")
    reference: Mapped[str] = mapped_column(String(40), comment="claim or case number of the source")
    provider_code: Mapped[str] = mapped_column(String(40), default="")
    source: Mapped[str] = mapped_column(String(80), default="")

    __table_args__ = (
        UniqueConstraint("member_id", "reference"),
        Index(None, "member_id", "admitted_on"),
        CheckConstraint("discharged_on IS NULL OR discharged_on >= admitted_on", name="dates"),
    )


class CareImport(Model):
    """A file of records: the same bytes again change nothing."""

    __tablename__ = "care_import"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, CI-2026-014-K")
    sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20), comment="attendance, visits or stays")
    filename: Mapped[str] = mapped_column(String(200))
    mapping: Mapped[str] = mapped_column(String(80))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    rows_ready: Mapped[int] = mapped_column(Integer)
    rows_wrong: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    kept_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="null: only checked, nothing stored yet")

    file: Mapped[StoredFile] = relationship()

    __table_args__ = (UniqueConstraint("organisation_id", "sha256", "mapping"),)
