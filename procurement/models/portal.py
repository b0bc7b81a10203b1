"""Tenders whose bids were collected on a national portal, where the law makes one obligatory; they are led here."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from procurement.models.tender import Tender


class PortalProcedure(Model):
    """Where it lives, under which number, and what was decided there. `procedure` names a row of the plan."""

    __tablename__ = "portal_procedure"
    tender_id: Mapped[int] = mapped_column(BigId, ForeignKey("tender.id"), primary_key=True)
    procedure: Mapped[str] = mapped_column(String(20), comment="row of plan/procurement: which steps are off")
    portal: Mapped[str] = mapped_column(String(120))
    notice_number: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(300), default="")
    decided_on: Mapped[dt.date | None] = mapped_column(Date, comment="of the decision there")
    decision: Mapped[str] = mapped_column(String(200), default="", comment="its reference")
    recorded_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant)

    tender: Mapped[Tender] = relationship()

    __table_args__ = (
        CheckConstraint("notice_number <> ''", name="notice_number"),
        CheckConstraint("(decided_on IS NULL) = (decision = '')", name="decision"),
    )
