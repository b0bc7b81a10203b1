"""What was given: attendance days, visits, stays.

Facts that cross households stand on the record, computed when the records close (DECISIONS 17).
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Model


class Attendance(Model):
    """One child, one day, one site: clock times as signed. Facts that cross households stand on the record."""

    __tablename__ = "attendance"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"))
    day: Mapped[dt.date] = mapped_column(Date)
    room: Mapped[str] = mapped_column(String(60), default="", server_default="", comment="empty: as placed")
    arrived_minute: Mapped[int | None] = mapped_column(SmallInteger, comment="after fund-local midnight")
    left_minute: Mapped[int | None] = mapped_column(SmallInteger, comment="null: no sign-out")
    is_absent: Mapped[bool] = mapped_column(default=False)
    absence_reason: Mapped[str] = mapped_column(String(30), default="")
    notified_on: Mapped[dt.date | None] = mapped_column(Date, comment="when the parents said that the child is absent")
    has_note: Mapped[bool] = mapped_column(default=False, comment="sickness with a doctor’s note")
    children_present: Mapped[int | None] = mapped_column(
        SmallInteger, comment="fact: most children at once that site-day"
    )
    licensed_places: Mapped[int | None] = mapped_column(SmallInteger, comment="fact: places licensed that day")
    allowed_places: Mapped[int | None] = mapped_column(SmallInteger, comment="fact: with the margin of a quiet week")
    billable_minutes: Mapped[int | None] = mapped_column(
        SmallInteger, comment="fact: what may be billed of this day; null: the records are not closed"
    )
    uncounted: Mapped[str] = mapped_column(String(20), default="", comment="fact: why minutes do not count")
    doubt: Mapped[str] = mapped_column(String(20), default="", comment="fact: what a person must look at")
    doubt_other: Mapped[str] = mapped_column(String(60), default="", comment="fact: the other record or figure")
    source: Mapped[str] = mapped_column(String(80), default="")
    recorded_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="null: before this was kept")

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
    place_reason: Mapped[str] = mapped_column(String(30), default="", comment="reason code where no place code is")
    edited_on: Mapped[dt.date | None] = mapped_column(Date, comment="last change by hand; null: as the device sent it")
    edit_reason: Mapped[str] = mapped_column(String(30), default="", comment="coded reason of the change by hand")
    overlaps_visit_id: Mapped[int | None] = mapped_column(BigId, comment="fact: same worker or member at that time")
    uncounted: Mapped[str] = mapped_column(String(20), default="", comment="fact: why the visit does not count")
    doubt: Mapped[str] = mapped_column(String(20), default="", comment="fact: what a person must look at")
    doubt_other: Mapped[str] = mapped_column(String(60), default="", comment="fact: the other record or figure")
    source: Mapped[str] = mapped_column(String(80), default="")
    recorded_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="null: before this was kept")

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
            "place": self.place_code or self.place_reason,
            "start time": self.started_at,
            "end time": self.ended_at,
        }
        return tuple(name for name, value in present.items() if not value)


ADMISSIONS = ("planned", "unplanned", "transfer")
DISCHARGES = ("home", "transfer", "died")


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
    diagnosis: Mapped[str] = mapped_column(String(12), default="", server_default="", comment="principal, at discharge")
    discharge_group: Mapped[str] = mapped_column(
        String(12), default="", server_default="", comment="diagnosis-related group"
    )
    admission: Mapped[str] = mapped_column(
        String(9), default="", server_default="", comment="planned, unplanned, transfer from a hospital, or not said"
    )
    discharged_to: Mapped[str] = mapped_column(
        String(8), default="", server_default="", comment="home, transfer to a hospital, died, or not said"
    )
    source: Mapped[str] = mapped_column(String(80), default="")
    recorded_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="null: before this was kept")

    __table_args__ = (
        UniqueConstraint("member_id", "reference"),
        Index(None, "member_id", "admitted_on"),
        CheckConstraint(f"admission IN {('', *ADMISSIONS)!r}", name="admission"),
        CheckConstraint(f"discharged_to IN {('', *DISCHARGES)!r}", name="discharged_to"),
        CheckConstraint("discharged_on IS NULL OR discharged_on >= admitted_on", name="dates"),
    )
