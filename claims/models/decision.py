"""What was decided on a claim and on its lines, version by version."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from claims.states import CLAIM, LINE_STATES
from core.db import BigId, Instant, Model
from core.json_text import TextJson
from core.references import SetReference
from core.states import one_of
from core.written_once import written_once


class ClaimVersion(Model):
    """One decision on a claim: sums of its lines, why, by whom. Rows are only inserted."""

    __tablename__ = "claim_decision"
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    headline: Mapped[str] = mapped_column(String(8), comment="reason code that decided; empty: none")
    submitted: Mapped[int] = mapped_column(BigId)
    undecided: Mapped[int] = mapped_column(BigId)
    benefit: Mapped[int] = mapped_column(BigId)
    member_share: Mapped[int] = mapped_column(BigId)
    write_off: Mapped[int] = mapped_column(BigId)
    cause: Mapped[str] = mapped_column(String(12), comment="submission, redecision, review, void, replacement")
    reason: Mapped[str] = mapped_column(Text, default="", comment="what the deciding person wrote")
    due_on: Mapped[dt.date | None] = mapped_column(Date, comment="sent back: act by; in review: answer due")
    waived: Mapped[str] = mapped_column(String(80), default="", comment="reasons a reviewer cleared, by blanks")
    decided_by: Mapped[str] = mapped_column(String(60), comment="person; system when no person changed it")
    decided_at: Mapped[dt.datetime] = mapped_column(Instant)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), comment="SHA-256 of what was decided, lines included")

    __table_args__ = (
        SetReference(["partition", "claim_id"], ["claim.partition", "claim.id"]),
        Index(None, "state"),
        CheckConstraint(CLAIM.check_sql(), name="state"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("submitted = undecided + benefit + member_share + write_off", name="identity"),
    )


class LineVersion(Model):
    """One line's decision: amounts that add up, and as compact JSON its findings and trace, and its use of limits.

    `use` stands alone because the next decisions of the household read it.
    """

    __tablename__ = "line_decision"
    partition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    claim_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    line_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    headline: Mapped[str] = mapped_column(String(8))
    plan: Mapped[str] = mapped_column(String(40), comment="plan version in force on the service date")
    submitted: Mapped[int] = mapped_column(BigId)
    undecided: Mapped[int] = mapped_column(BigId)
    benefit: Mapped[int] = mapped_column(BigId)
    member_share: Mapped[int] = mapped_column(BigId)
    write_off: Mapped[int] = mapped_column(BigId)
    detail: Mapped[Any] = mapped_column(TextJson, comment="findings and trace: claims/encoding.py")
    use: Mapped[str] = mapped_column(Text, server_default="", comment="what it used of limits, as JSON; empty: nothing")

    __table_args__ = (
        SetReference(
            ["partition", "claim_id", "version"],
            ["claim_decision.partition", "claim_decision.claim_id", "claim_decision.version"],
        ),
        CheckConstraint(one_of("state", LINE_STATES), name="state"),
        CheckConstraint("submitted = undecided + benefit + member_share + write_off", name="identity"),
    )


for kept in (ClaimVersion, LineVersion):
    written_once(kept.__table__)
