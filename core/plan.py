"""The fund's dated numbers. Files under `plan/` are the format; in force is an approved version in the database.

Each part (benefits, quality, procurement …) declares a parser from TOML text to its own typed value. A version
applies to service dates from its `valid_from` until the next approved one of the same part (DECISIONS 5).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import CheckConstraint, Date, Integer, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import BigId, Instant, Model, db
from core.errors import DomainError, NotFound
from core.words import _l

_parsers: dict[str, Callable[[str], Any]] = {}


class PlanVersion(Model):
    """One text of one part; immutable once approved."""

    __tablename__ = "plan_version"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    part: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[dt.date] = mapped_column(Date, comment="first service date it applies to")
    prepared_by: Mapped[str] = mapped_column(String(60), comment="person")
    approved_by: Mapped[str | None] = mapped_column(String(60), comment="another person; null while it is a draft")
    approved_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("part", "version"),
        CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name="four_eyes"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_together"),
    )


def declare(part: str, parse: Callable[[str], Any]) -> None:
    """Name the parser of a part: TOML text → typed value, raising `InputErrors` that name table and row."""
    _parsers[part] = parse


def parts() -> frozenset[str]:
    """The parts that some room declared."""
    return frozenset(_parsers)


def prepare(part: str, text: str, *, valid_from: dt.date, by: Actor) -> PlanVersion:
    """Store a draft version after its parser accepted it."""
    if part not in _parsers:
        raise NotFound(_l("No part of the plan is called %(part)s.", part=part))
    _parsers[part](text)
    latest = db.session.execute(select(func.max(PlanVersion.version)).where(PlanVersion.part == part)).scalar()
    row = PlanVersion(
        part=part,
        version=(latest or 0) + 1,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        valid_from=valid_from,
        prepared_by=by.person,
    )
    db.session.add(row)
    db.session.flush()
    audit.record("plan", Act.PLAN_PREPARED, f"{part} {row.version}", by=by, after={"sha256": row.sha256})
    return row


def approve(row: PlanVersion, *, by: Actor) -> None:
    """Put a draft in force; needs a second person."""
    if row.approved_by:
        raise DomainError(_l("This version is approved already."))
    by.must_differ_from([row.prepared_by], _l("You prepared this version, so someone else must approve it."))
    row.approved_by, row.approved_at = by.person, clock.now()
    db.session.flush()
    audit.record("plan", Act.PLAN_APPROVED, f"{row.part} {row.version}", by=by, after={"sha256": row.sha256})


def versions_in_force(part: str) -> list[PlanVersion]:
    """Approved versions, oldest validity first; of two with the same start the later version counts."""
    query = select(PlanVersion).where(PlanVersion.part == part, PlanVersion.approved_by.is_not(None))
    rows = db.session.execute(query.order_by(PlanVersion.valid_from, PlanVersion.version)).scalars()
    return list({row.valid_from: row for row in rows}.values())


def timeline(part: str) -> Callable[[dt.date], Any]:
    """A pure look-up service date → parsed value, read once: what engines take instead of the database."""
    parsed = [(row.valid_from, _parsed(part, row.sha256, row.text)) for row in versions_in_force(part)]

    def value_on(day: dt.date) -> Any:
        found = [value for valid_from, value in parsed if valid_from <= day]
        if not found:
            raise NotFound(_l("No approved %(part)s plan is in force on %(day)s.", part=part, day=day.isoformat()))
        return found[-1]

    return value_on


def in_force(part: str, on: dt.date) -> Any:
    """The parsed value of `part` that applies on `on`."""
    return timeline(part)(on)


@lru_cache(maxsize=64)
def _parsed(part: str, _sha256: str, text: str) -> Any:
    return _parsers[part](text)
