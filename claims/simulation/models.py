"""Which version was tried on which days. Its results are the shards that worked on it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.plan import PlanVersion


class PlanSimulation(Model):
    __tablename__ = "plan_simulation"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    plan_version_id: Mapped[int] = mapped_column(ForeignKey("plan_version.id"))
    first_on: Mapped[dt.date] = mapped_column(Date, comment="service dates that are compared, both ends inclusive")
    last_on: Mapped[dt.date] = mapped_column(Date)
    asked_by: Mapped[str] = mapped_column(String(60), comment="person")
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)

    version: Mapped[PlanVersion] = relationship()

    __table_args__ = (Index(None, "plan_version_id"), CheckConstraint("last_on >= first_on", name="dates"))
