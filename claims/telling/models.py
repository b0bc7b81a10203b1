"""Which decisions members were told of."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from core.db import BigId, Instant, Model


class ClaimTold(Model):
    """One version of a claim, told once to whoever reads for its member. Rows are only inserted."""

    __tablename__ = "claim_told"
    claim_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    told_at: Mapped[dt.datetime] = mapped_column(Instant)
