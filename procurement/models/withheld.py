"""What of one bid other bidders and the public do not read until a day (eForms BT-195 to 198)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.states import one_of
from procurement.models.bid import Bid

FIELDS = ("price", "points", "reason")
REASONS = ("eo-int", "fair-comp", "law-enf", "oth-int", "rd-ser")


class WithheldField(Model):
    """One field of one bid, why, and the last day on which it stays away. Read with the clock: no job shows it."""

    __tablename__ = "withheld_field"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id", name="fk_withheld_field_bid_id_bid"), index=True)
    field: Mapped[str] = mapped_column(String(8), comment="BT-195: price, points by criterion, reason of the award")
    reason_code: Mapped[str] = mapped_column(String(10), comment="BT-197")
    reason: Mapped[str] = mapped_column(Text, comment="BT-196, as others read it")
    withheld_until: Mapped[dt.date] = mapped_column(Date, comment="BT-198: the last day; shown from the next")
    withheld_by: Mapped[str] = mapped_column(String(120))
    withheld_at: Mapped[dt.datetime] = mapped_column(Instant)

    bid: Mapped[Bid] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint(one_of("field", FIELDS), name="field"),
        CheckConstraint(one_of("reason_code", REASONS), name="reason_code"),
        CheckConstraint("reason <> ''", name="reason"),
    )
