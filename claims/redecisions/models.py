"""A run of corrections: why it was begun, the households it decides again, and every line that comes out otherwise."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from claims.states import REDECISION
from core.db import BigId, Instant, Model
from core.events import Event
from core.organisations import Organisation


class RedecisionRun(Model):
    """`withdrawn_claim_id`: the claim that the run takes out; null: facts changed after the fact."""

    __tablename__ = "redecision_run"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, RD-2026-014-K")
    state: Mapped[str] = mapped_column(String(10), default=REDECISION.initial)
    reason: Mapped[str] = mapped_column(Text, default="", comment="why it was begun, or why it was dropped")
    round: Mapped[int] = mapped_column(
        SmallInteger, default=0, server_default="0", comment="previews and releases begun; names the work on the last"
    )
    withdrawn_claim_id: Mapped[int | None] = mapped_column(BigId)
    drafted_by: Mapped[str] = mapped_column(String(60), comment="person; system: found from events")
    drafted_at: Mapped[dt.datetime] = mapped_column(Instant)
    previewed_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    previewed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(String(60), comment="person who released or dropped it")
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    claims: Mapped[int] = mapped_column(Integer, default=0, comment="claims that come out otherwise")
    more: Mapped[int] = mapped_column(BigId, default=0, comment="minor units paid on top, lines that gain")
    back: Mapped[int] = mapped_column(BigId, default=0, comment="minor units taken back, lines that lose")
    limit_for_one: Mapped[int] = mapped_column(BigId, default=0, comment="minor units one person may move alone")

    causes: Mapped[list[RedecisionCause]] = relationship(order_by="RedecisionCause.event_id")

    __table_args__ = (
        CheckConstraint(REDECISION.check_sql(), name="state"),
        CheckConstraint("more >= 0 AND back >= 0", name="sums"),
        CheckConstraint("state <> 'released' OR (previewed_by IS NOT NULL AND ended_by IS NOT NULL)", name="people"),
    )

    @property
    def moved(self) -> int:
        """Minor units that change hands, in either direction."""
        return self.more + self.back

    @property
    def needs_second_person(self) -> bool:
        return self.moved > self.limit_for_one


class RedecisionCause(Model):
    """An event that a run answers."""

    __tablename__ = "redecision_cause"
    run_id: Mapped[int] = mapped_column(ForeignKey("redecision_run.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)

    event: Mapped[Event] = relationship(lazy="joined")


class RedecisionHousehold(Model):
    """A household that a run decides again, from its first touched day on."""

    __tablename__ = "redecision_household"
    run_id: Mapped[int] = mapped_column(ForeignKey("redecision_run.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(Date, comment="first day that the change touches")
    released_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="null: nothing of it was posted yet")


class RedecisionLine(Model):
    """One line that comes out otherwise. `…_paid`: what is owed for it, 0 while its claim is not decided."""

    __tablename__ = "redecision_line"
    run_id: Mapped[int] = mapped_column(ForeignKey("redecision_run.id"), primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    household_id: Mapped[int | None] = mapped_column(BigId, comment="that it is decided again with; null: before 0014")
    claim_number: Mapped[str] = mapped_column(String(24))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    version: Mapped[int] = mapped_column(SmallInteger, comment="of the claim's live decision at the preview")
    service: Mapped[str] = mapped_column(String(30))
    service_on: Mapped[dt.date] = mapped_column(Date)
    old_state: Mapped[str] = mapped_column(String(12))
    new_state: Mapped[str] = mapped_column(String(12))
    old_reason: Mapped[str] = mapped_column(String(8), comment="reason code that decided; empty: none")
    new_reason: Mapped[str] = mapped_column(String(8))
    old_paid: Mapped[int] = mapped_column(BigId, comment="minor units")
    new_paid: Mapped[int] = mapped_column(BigId)
    old_member_share: Mapped[int] = mapped_column(BigId)
    new_member_share: Mapped[int] = mapped_column(BigId)
    old_write_off: Mapped[int] = mapped_column(BigId)
    new_write_off: Mapped[int] = mapped_column(BigId)

    organisation: Mapped[Organisation] = relationship(lazy="joined")

    __table_args__ = (Index(None, "run_id", "household_id"),)

    @property
    def difference(self) -> int:
        return self.new_paid - self.old_paid
