"""The log of dry runs: the one thing that a dry run writes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Model


class DryRun(Model):
    """Somebody asked what the fund would pay for a member: insert-only, one row per member and service line."""

    __tablename__ = "dry_run"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)
    asked_by: Mapped[str] = mapped_column(String(60), comment="person")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), comment="null: the fund itself")
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), comment="null: nobody has the number")
    service_line: Mapped[str] = mapped_column(String(30), comment="what for; empty: no known service")
    claims: Mapped[int] = mapped_column(Integer, comment="how many were tried at once")
    is_restricted: Mapped[bool] = mapped_column(comment="for a service that nobody outside may infer")
    is_refused: Mapped[bool] = mapped_column(default=False, comment="was told nothing of the member")

    __table_args__ = (Index(None, "member_id", "asked_at"), Index(None, "asked_at"))
