"""What reviewers approved."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Model


class LineReview(Model):
    """What a reviewer approved of a line, less than was adjudicated; insert-only, the latest counts."""

    __tablename__ = "line_review"
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True, comment="of the decision it led to")
    line_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    quantity_milli: Mapped[int] = mapped_column(BigId, comment="thousandths of a unit")
    unit_price: Mapped[int] = mapped_column(BigId, comment="minor units")
    role: Mapped[str] = mapped_column(String(60), comment="of the reviewer, as the provider reads it")
    reason: Mapped[str] = mapped_column(Text)
    reviewed_by: Mapped[str] = mapped_column(String(60), comment="person")
    reviewed_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (
        ForeignKeyConstraint(["partition", "claim_id"], ["claim.partition", "claim.id"]),
        Index(None, "claim_id"),
        CheckConstraint("quantity_milli >= 0 AND unit_price >= 0", name="approved"),
    )
