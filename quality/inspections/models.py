"""Inspections: one row for each checklist that an inspector fills, one row for each item's answer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.files import StoredFile
from core.organisations import Organisation
from core.states import one_of
from core.steps import forbid, guard
from quality.inspections.checklists import NOT_APPLICABLE, POINTS
from quality.inspections.states import INSPECTION


class Inspection(Model):
    """`double_of_id`: the same visit, filled by a second inspector alone."""

    __tablename__ = "inspection"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, IN-2026-001-X")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    place: Mapped[str] = mapped_column(String(120), default="", comment="site or where it takes place")
    checklist: Mapped[str] = mapped_column(String(30), comment="of plan part inspections, as in force on visit_on")
    visit_on: Mapped[dt.date] = mapped_column(Date, index=True)
    is_announced: Mapped[bool] = mapped_column(comment="the provider reads of it before")
    state: Mapped[str] = mapped_column(String(10), default=INSPECTION.initial)
    inspector: Mapped[str] = mapped_column(String(60), comment="person")
    inspector_name: Mapped[str] = mapped_column(String(120))
    rotation_reason: Mapped[str] = mapped_column(Text, default="", comment="why the same inspector comes again")
    double_of_id: Mapped[int | None] = mapped_column(ForeignKey("inspection.id"), unique=True)
    planned_by: Mapped[str] = mapped_column(String(60), comment="person")
    planned_at: Mapped[dt.datetime] = mapped_column(Instant)
    mean: Mapped[Decimal | None] = mapped_column(Numeric(8, 6), comment="of the items with points, when reported")
    summary: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    replied_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    double_of: Mapped[Inspection | None] = relationship(remote_side="Inspection.id")
    answers: Mapped[list[InspectionAnswer]] = relationship(order_by="InspectionAnswer.item", back_populates="of")

    __table_args__ = (
        Index(None, "state", "visit_on"),
        CheckConstraint(INSPECTION.check_sql(), name="state"),
        CheckConstraint(
            "(state IN ('reported', 'answered', 'closed')) = (reported_at IS NOT NULL)", name="reported"
        ),
        CheckConstraint("double_of_id IS NULL OR double_of_id <> id", name="double"),
    )  # fmt: skip

    @property
    def said(self) -> dict[str, str]:
        """Item → answer."""
        return {one.item: one.value for one in self.answers}


class InspectionAnswer(Model):
    """What was seen of one item; a finding has words, and a day until which it is mended."""

    __tablename__ = "inspection_answer"
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(4), primary_key=True)
    value: Mapped[str] = mapped_column(String(3))
    note: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    is_finding: Mapped[bool] = mapped_column(default=False)
    mend_by: Mapped[dt.date | None] = mapped_column(Date, comment="of a finding")
    raised_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="safety-critical: when it was passed on")
    mended_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="seen by an inspector")
    mended_note: Mapped[str] = mapped_column(Text, default="")

    of: Mapped[Inspection] = relationship(back_populates="answers")
    file: Mapped[StoredFile | None] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint(one_of("value", (*POINTS, "yes", "no", NOT_APPLICABLE)), name="value"),
        CheckConstraint("NOT is_finding OR note <> ''", name="finding"),
    )


guard(Inspection.__table__, INSPECTION)
forbid(
    Inspection.__table__,
    "inspection_reported_once",
    "OLD.reported_at IS NOT NULL AND (NEW.mean <> OLD.mean OR NEW.summary <> OLD.summary OR"
    " NEW.reported_at <> OLD.reported_at OR NEW.inspector <> OLD.inspector)",
    "a report that was signed stays as it is",
)
