"""Opening files, and the use of limits that they brought in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from claims.states import OPENING
from core.db import BigId, Instant, Json, Model
from core.files import StoredFile

KINDS = ("contracts", "accreditations", "grants", "use", "payables", "sites", "promises", "capitation")


class OpeningFile(Model):
    """A file of records that ran before the fund began here."""

    __tablename__ = "opening_file"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, OP-2026-014-K")
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), default=OPENING.initial)
    source: Mapped[str] = mapped_column(String(80), comment="where the records come from, as every trace says it")
    taken_on: Mapped[dt.date] = mapped_column(Date, comment="the day as of which they were true")
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    rows_ready: Mapped[int] = mapped_column(Integer)
    rows_wrong: Mapped[int] = mapped_column(Integer)
    control_file_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id"), comment="the control sheet that it must balance to"
    )
    difference_reason: Mapped[str] = mapped_column(
        Text, default="", server_default="", comment="why it went in without balancing"
    )
    made: Mapped[Any] = mapped_column(Json, default=list, server_default="[]", comment="ids, of kinds without a mark")
    checked_by: Mapped[str] = mapped_column(String(60), comment="person")
    checked_at: Mapped[dt.datetime] = mapped_column(Instant)
    kept_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    kept_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    undone_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    undone_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    file: Mapped[StoredFile] = relationship(foreign_keys=[file_id])
    control_file: Mapped[StoredFile | None] = relationship(foreign_keys=[control_file_id])

    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        CheckConstraint(OPENING.check_sql(), name="state"),
        CheckConstraint("state <> 'kept' OR kept_at IS NOT NULL", name="kept"),
    )

    @property
    def mark(self) -> str:
        """What records in lower rooms carry, so that they are found again."""
        return f"{self.number} {self.source}"[:80]


class OpeningUse(Model):
    """A part of a limit that was used before the fund began here. A row ends with its file, never by itself."""

    __tablename__ = "opening_use"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    opening_file_id: Mapped[int] = mapped_column(ForeignKey("opening_file.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), comment="null: of the whole household")
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), comment="null: of one member")
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("care_grant.id"), comment="null: no authorisation")
    key: Mapped[str] = mapped_column(String(60), comment="limit of the plan, or grant")
    scope: Mapped[str] = mapped_column(String(10))
    period_start: Mapped[dt.date] = mapped_column(Date, comment="first day of the limit's window")
    unit: Mapped[str] = mapped_column(String(10), comment="money, quantity or count")
    amount: Mapped[int] = mapped_column(BigId, comment="minor units, thousandths or a count")

    opening_file: Mapped[OpeningFile] = relationship()

    __table_args__ = (
        Index(None, "member_id"),
        Index(None, "household_id"),
        CheckConstraint("(member_id IS NULL) <> (household_id IS NULL)", name="one_owner"),
        CheckConstraint("amount > 0", name="amount"),
    )

    @property
    def subject_id(self) -> int:
        return self.grant_id or self.household_id or self.member_id or 0
