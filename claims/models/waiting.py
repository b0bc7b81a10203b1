"""Claims that a run has still to do with."""

from __future__ import annotations

from sqlalchemy import (
    ForeignKey,
    Index,
    SmallInteger,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Model


class ClaimWaiting(Model):
    """A stored claim that a run has still to do with: to decide it, or to see whether its contract's budget reaches.

    The one table here whose rows go away. In the order of its key a run meets whole households; the household is the
    one the member lives in when the run begins, 0 for an unknown member.
    """

    __tablename__ = "claim_waiting"
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    household_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    claim_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    lines: Mapped[int] = mapped_column(SmallInteger, comment="how many, so that shards are equal in size")
    settles_with: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id"), comment="decided; its provider's contract has a budget or a volume"
    )

    __table_args__ = (Index(None, "claim_id"), Index(None, "settles_with", "claim_id"))
