"""What is arranged for a person whose contract of care ends and who has no next provider yet."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Model


class InterimArrangement(Model):
    """Why nobody takes over on the day after, and how the person is cared for meanwhile."""

    __tablename__ = "interim_arrangement"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ending_id: Mapped[int] = mapped_column(ForeignKey("contract_ending.id"))
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"))
    reason: Mapped[str] = mapped_column(Text)
    arrangement: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(60), comment="person")
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("ending_id", "placement_id"),
        CheckConstraint("reason <> '' AND arrangement <> ''", name="words"),
    )
