"""A kept comparison with an old system: its file, its sums, its causes, and every line as a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Json, Model
from core.files import StoredFile


class ShadowMonth(Model):
    """Nothing of it counts: no decision, no limit, no payment."""

    __tablename__ = "shadow_month"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, SM-2026-014-K")
    filename: Mapped[str] = mapped_column(String(200))
    mapping: Mapped[str] = mapped_column(String(80))
    paid_column: Mapped[str] = mapped_column(String(80))
    reason_column: Mapped[str] = mapped_column(String(80), default="")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    lines_file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), comment="every line, as CSV")
    claims: Mapped[int] = mapped_column(Integer)
    lines: Mapped[int] = mapped_column(Integer, comment="compared")
    lines_equal: Mapped[int] = mapped_column(Integer)
    rows_wrong: Mapped[int] = mapped_column(Integer, comment="not read, so not compared")
    wrong_rows: Mapped[Any] = mapped_column(Json, server_default="[]", comment="the first of them: [row, why]")
    wrong_file_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id"), comment="all of them as they were sent, with what is wrong"
    )
    old_paid: Mapped[int] = mapped_column(BigId, comment="minor units")
    our_paid: Mapped[int] = mapped_column(BigId, comment="minor units")
    causes: Mapped[Any] = mapped_column(Json, comment="[our reason, old reason, direction, lines, old, ours]")
    made_by: Mapped[str] = mapped_column(String(60), comment="person")
    made_at: Mapped[dt.datetime] = mapped_column(Instant)

    lines_file: Mapped[StoredFile] = relationship(foreign_keys=[lines_file_id])
    wrong_file: Mapped[StoredFile | None] = relationship(foreign_keys=[wrong_file_id])

    __table_args__ = (CheckConstraint("lines_equal BETWEEN 0 AND lines", name="equal"),)
