"""Samples of claim lines: what was frozen and announced, what was drawn, asked, sent and found.

What was drawn, found and sent is written once; what was frozen and announced never changes (triggers below).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import BigId, Instant, Model
from core.files import StoredFile
from core.json_text import TextJson
from core.organisations import Organisation
from core.restricted import SMALLEST
from core.states import one_of
from core.steps import forbid, guard
from core.written_once import written_once
from quality.samples.drawing import Stratum
from quality.samples.states import DESIGNS, ERRORS, SAMPLE


class AuditSample(Model):
    """A draw of claim lines that anyone can repeat: frozen and announced first, drawn by words nobody could know."""

    __tablename__ = "audit_sample"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, AS-2026-001-X")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    case_number: Mapped[str | None] = mapped_column(ForeignKey("audit_case.number"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=SAMPLE.initial)
    design: Mapped[str] = mapped_column(String(10))
    covered: Mapped[str] = mapped_column(String(10), comment="which decided lines: paid, decided")
    services: Mapped[Any] = mapped_column(TextJson, comment="service codes of the frame; empty: all")
    valid_from: Mapped[dt.date] = mapped_column(Date, comment="first service day of the frame")
    valid_until: Mapped[dt.date] = mapped_column(Date)
    frame: Mapped[str] = mapped_column(Text, deferred=True, comment="frozen: one line id and amount per row, sorted")
    frame_lines: Mapped[str] = mapped_column(
        Text, deferred=True, comment="claim line of each row; empty: its id is one"
    )
    frame_key: Mapped[str] = mapped_column(String(64), comment="makes the ids opaque; for auditors and the audited")
    frame_hash: Mapped[str] = mapped_column(String(64))
    frame_size: Mapped[int] = mapped_column(Integer)
    frame_value: Mapped[int] = mapped_column(BigId, comment="minor units")
    persons: Mapped[int] = mapped_column(Integer, comment="members in the frame; 0: not counted")
    is_restricted: Mapped[bool] = mapped_column(comment="lines of restricted services are in the frame")
    rules: Mapped[Any] = mapped_column(TextJson, comment="numbers of the plan on the day of the announcement")
    strata: Mapped[Any] = mapped_column(TextJson, comment="bounds and sizes: quality/samples/drawing.py")
    size: Mapped[int] = mapped_column(Integer, comment="lines; for units of money, hits")
    spares: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(300), comment="what will give the words, said before; empty: old sample")
    source_on: Mapped[dt.date | None] = mapped_column(Date, comment="day on which the words come out")
    announced_by: Mapped[str] = mapped_column(String(60), comment="person")
    announced_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    words: Mapped[str] = mapped_column(String(200), default="", comment="what came out; empty: not yet drawn")
    seed: Mapped[str] = mapped_column(String(64), default="")
    drawn_by: Mapped[str | None] = mapped_column(String(60), comment="person")
    drawn_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(String(60), comment="person who judged or dropped it")
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text, default="", comment="why it was dropped")
    intent: Mapped[str] = mapped_column(Text, default="", comment="what shows intent; empty: none is claimed")
    result: Mapped[Any] = mapped_column(
        TextJson, nullable=True, comment="every value of the estimate; null: not judged"
    )
    recoverable: Mapped[int | None] = mapped_column(BigId, comment="minor units that may be taken back")

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    lines: Mapped[list[AuditSampleLine]] = relationship(back_populates="sample", order_by="AuditSampleLine.position")

    __table_args__ = (
        CheckConstraint(SAMPLE.check_sql(), name="state"),
        CheckConstraint(one_of("design", DESIGNS), name="design"),
        CheckConstraint("(seed = '') = (drawn_at IS NULL)", name="drawn"),
        CheckConstraint("announced_at IS NULL OR drawn_at IS NULL OR drawn_at > announced_at", name="order"),
        CheckConstraint("(state = 'judged') = (recoverable IS NOT NULL)", name="judged"),
    )

    @property
    def layers(self) -> list[Stratum]:
        return [Stratum(**row) for row in self.strata]

    @property
    def is_open(self) -> bool:
        """Whether anyone may have the frame: nobody's care can be told from it."""
        return self.persons >= SMALLEST and not self.is_restricted


class AuditSampleLine(Model):
    """A drawn line in the order of the draw; spares come last and are used only with a recorded reason."""

    __tablename__ = "audit_sample_line"
    sample_id: Mapped[int] = mapped_column(ForeignKey("audit_sample.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    line: Mapped[str] = mapped_column(String(40), comment="claim number / line number")
    mark: Mapped[str] = mapped_column(String(64), comment="its id in the frame")
    amount: Mapped[int] = mapped_column(BigId, comment="minor units")
    stratum: Mapped[int] = mapped_column(Integer)
    is_spare: Mapped[bool] = mapped_column()

    sample: Mapped[AuditSample] = relationship(back_populates="lines")

    @property
    def claim_number(self) -> str:
        return self.line.rpartition("/")[0]

    @property
    def line_no(self) -> int:
        return int(self.line.rpartition("/")[2])


def _of_line(column: str = "position") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["sample_id", column], ["audit_sample_line.sample_id", "audit_sample_line.position"])


class SampleSpare(Model):
    """A spare that took the place of a drawn line, and why."""

    __tablename__ = "sample_spare"
    sample_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, comment="of the spare")
    replaces: Mapped[int] = mapped_column(Integer, comment="position of the line that is left out")
    reason: Mapped[str] = mapped_column(Text)
    used_by: Mapped[str] = mapped_column(String(60), comment="person")
    used_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (
        _of_line(),
        _of_line("replaces"),
        UniqueConstraint("sample_id", "replaces"),
        CheckConstraint("reason <> ''", name="reason"),
    )


class SampleFinding(Model):
    """What an auditor found on a line. The newest counts; a second person's look stands beside the first."""

    __tablename__ = "sample_finding"
    sample_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    allowed: Mapped[int] = mapped_column(BigId, comment="minor units that should have been paid")
    error: Mapped[str] = mapped_column(String(12))
    evidence: Mapped[str] = mapped_column(String(300), comment="which paper, page or record shows it")
    text: Mapped[str] = mapped_column(Text)
    found_by: Mapped[str] = mapped_column(String(60), comment="person")
    found_by_name: Mapped[str] = mapped_column(String(120))
    found_at: Mapped[dt.datetime] = mapped_column(Instant)

    __table_args__ = (
        _of_line(),
        CheckConstraint(one_of("error", ERRORS), name="error"),
        CheckConstraint("allowed >= 0 AND version >= 1", name="sums"),
    )


class SampleRequest(Model):
    """Papers asked of the provider for one line, and until when."""

    __tablename__ = "sample_request"
    sample_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)
    due_on: Mapped[dt.date] = mapped_column(Date, comment="last day, included")
    extension: Mapped[str] = mapped_column(Text, default="", comment="why there is more time; empty: there is not")
    reminded_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (_of_line(),)


class SamplePaper(Model):
    """A paper that the provider sent for a line."""

    __tablename__ = "sample_paper"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sample_id: Mapped[int] = mapped_column(BigId, index=True)
    position: Mapped[int] = mapped_column(Integer)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    sent_by: Mapped[str] = mapped_column(String(60), comment="person")
    sent_by_name: Mapped[str] = mapped_column(String(120))
    sent_at: Mapped[dt.datetime] = mapped_column(Instant)

    file: Mapped[StoredFile] = relationship(lazy="joined")

    __table_args__ = (_of_line(),)


guard(AuditSample.__table__, SAMPLE)
for _table in (AuditSampleLine, SampleSpare, SampleFinding, SamplePaper):
    written_once(_table.__table__)
_FROZEN = (
    *("organisation_id", "design", "covered", "services", "valid_from", "valid_until"),
    *("frame", "frame_lines", "frame_key", "frame_hash", "frame_size", "frame_value", "persons", "is_restricted"),
    *("rules", "strata", "size", "spares", "source", "announced_by"),
)
forbid(
    AuditSample.__table__,
    "audit_sample_frozen",
    " OR ".join(f"NEW.{name} <> OLD.{name}" for name in _FROZEN)
    + " OR (OLD.source_on IS NOT NULL AND NEW.source_on <> OLD.source_on)"
    + " OR (OLD.announced_at IS NOT NULL AND NEW.announced_at <> OLD.announced_at)",
    "what was frozen and announced of a sample does not change",
)
forbid(
    AuditSample.__table__,
    "audit_sample_drawn",
    "OLD.seed <> '' AND (NEW.seed <> OLD.seed OR NEW.words <> OLD.words OR NEW.drawn_at <> OLD.drawn_at)",
    "a sample is drawn once",
)
forbid(
    AuditSample.__table__,
    "audit_sample_judged",
    "OLD.state = 'judged' AND (NEW.result <> OLD.result OR NEW.recoverable <> OLD.recoverable)",
    "a judged sample does not change",
)
