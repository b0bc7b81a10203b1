"""The fund's dated numbers. Files under `plan/` are the format; in force is an approved version in the database.

Each part (benefits, quality, procurement …) declares a parser from TOML text to its own typed value. A version
applies to service dates from its `valid_from` until the next approved one of the same part (DECISIONS 5).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import CheckConstraint, Date, Integer, String, Text, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column

from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.db import BigId, Instant, Model, db
from core.errors import DomainError, InputErrors, NotFound
from core.rows import Prepared
from core.words import _l

Parser = Callable[[str], Any]
Wording = Callable[[str, str, Any], tuple[Any, Any]]
"""(table, field, value) → the words of field and value, for people who compare two versions."""


@dataclass(frozen=True, slots=True)
class _Part:
    parse: Parser
    title: Any
    wording: Wording | None


_parts: dict[str, _Part] = {}


class NotInForce(NotFound):
    """Nothing of a part applies on a day; says what is missing and who brings it. Not a wrong address, so no 404."""

    status = 409
    code = "not_in_force"

    def __init__(self, part: str, first: dt.date | None, day: dt.date) -> None:
        name = _parts[part].title if part in _parts else part
        if first is None:
            text = _l(
                "This needs the part “%(part)s” of the plan, and no version of it is in force yet. A plan manager "
                "prepares it, a second person approves it.",
                part=name,
            )
        else:
            text = _l(
                "This needs the part “%(part)s” of the plan. It applies from %(first)s on, so not on %(day)s. For "
                "earlier days a plan manager prepares a version, a second person approves it.",
                part=name, first=first.isoformat(), day=day.isoformat(),
            )  # fmt: skip
        super().__init__(text)


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


def declare(part: str, parse: Parser, *, title: Any = "", wording: Wording | None = None) -> None:
    """Name the parser of a part: TOML text → typed value, raising `InputErrors` that name table and row."""
    _parts[part] = _Part(parse, title or part, wording)


def parts() -> frozenset[str]:
    """The parts that some room declared."""
    return frozenset(_parts)


def title(part: str) -> Any:
    """How people call a part."""
    return _part(part).title


def wording(part: str) -> Wording | None:
    return _part(part).wording


def _part(part: str) -> _Part:
    if part not in _parts:
        raise NotFound(_l("No part of the plan is called %(part)s.", part=part))
    return _parts[part]


def prepare(part: str, text: str, *, valid_from: dt.date, by: Actor) -> PlanVersion:
    """Store a draft version after its parser accepted it. Two spells of one text would contradict each other."""
    begins = getattr(_part(part).parse(text), "valid_from", None)
    if begins is not None and valid_from < begins:
        message = _l("The text begins on %(day)s; it cannot apply to earlier days.", day=begins.isoformat())
        raise InputErrors.at("valid_from", message, valid_from)
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
    if standing(row, versions(row.part), row.valid_from) == "replaced":
        raise DomainError(_l("A newer draft takes the place of this one."))
    by.must_differ_from([row.prepared_by], _l("You prepared this version, so someone else must approve it."))
    row.approved_by, row.approved_at = by.person, clock.now()
    db.session.flush()
    audit.record("plan", Act.PLAN_APPROVED, f"{row.part} {row.version}", by=by, after={"sha256": row.sha256})
    events.publish("plan.approved", f"{row.part} {row.version}", effective_from=row.valid_from, data={"part": row.part})


def versions(part: str = "") -> list[PlanVersion]:
    """All versions (of a part), the newest first."""
    query = select(PlanVersion).order_by(PlanVersion.part, PlanVersion.version.desc())
    return list(db.session.execute(query.where(PlanVersion.part == part) if part else query).scalars())


def version(part: str, number: int) -> PlanVersion:
    query = select(PlanVersion).where(PlanVersion.part == part, PlanVersion.version == number)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(_l("There is no version %(number)s of this part.", number=number))
    return found


def standing(row: PlanVersion, known: Sequence[PlanVersion], on: dt.date) -> str:
    """draft, replaced (a draft that a newer version overtook), in_force on that day, planned or ended."""
    if not row.approved_by:
        return "replaced" if any(other.version > row.version for other in known) else "draft"
    if row.valid_from > on:
        return "planned"
    current = [other for other in known if other.approved_by and other.valid_from <= on]
    return "in_force" if max(current, key=lambda one: (one.valid_from, one.version)) is row else "ended"


def replaced_by(row: PlanVersion) -> PlanVersion | None:
    """The version that `row` takes the place of on its first day; None: it is the first."""
    earlier = [one for one in versions_in_force(row.part, without=row) if one.valid_from <= row.valid_from]
    return earlier[-1] if earlier else None


def versions_in_force(part: str, *, without: PlanVersion | None = None) -> list[PlanVersion]:
    """Approved versions, oldest validity first; of two with the same start the later version counts.

    `without`: as it was before that version came.
    """
    query = select(PlanVersion).where(PlanVersion.part == part, PlanVersion.approved_by.is_not(None))
    if without is not None:
        query = query.where(PlanVersion.version < without.version)
    rows = db.session.execute(query.order_by(PlanVersion.valid_from, PlanVersion.version)).scalars()
    return list({row.valid_from: row for row in rows}.values())


@dataclass(frozen=True, slots=True)
class Timeline:
    """A pure look-up service date → parsed value: what engines take instead of the database."""

    part: str
    parsed: tuple[tuple[dt.date, Any], ...]

    @property
    def first(self) -> dt.date | None:
        """The day on which the first version came in force."""
        return self.parsed[0][0] if self.parsed else None

    def __call__(self, day: dt.date) -> Any:
        found = [value for valid_from, value in self.parsed if valid_from <= day]
        if not found:
            raise NotInForce(self.part, self.first, day)
        return found[-1]


Stamp = tuple[tuple[dt.date, str], ...]  # first day and SHA-256 of every version in force
_timelines: dict[str, tuple[Stamp, Timeline]] = {}
_STAMP = Prepared(
    select(PlanVersion.valid_from, PlanVersion.sha256)
    .where(PlanVersion.part == bindparam("part", type_=String), PlanVersion.approved_by.is_not(None))
    .order_by(PlanVersion.valid_from, PlanVersion.version)
)


def timeline(part: str) -> Timeline:
    """What is in force now. The texts are read only when their hashes are not those that were read last."""
    stamp: Stamp = tuple([(day, sha256) for day, sha256 in _STAMP.rows(part=part)])
    known = _timelines.get(part)
    if known is None or known[0] != stamp:
        known = _timelines[part] = (stamp, _timeline(part, versions_in_force(part)))
    return known[1]


def timeline_without(row: PlanVersion) -> Timeline:
    """The same, as it was before `row` came."""
    return _timeline(row.part, versions_in_force(row.part, without=row))


def timeline_with(draft: PlanVersion) -> Timeline:
    """The same, as it would be if `draft` were approved now."""
    rows = {row.valid_from: row for row in versions_in_force(draft.part)} | {draft.valid_from: draft}
    return _timeline(draft.part, sorted(rows.values(), key=lambda row: row.valid_from))


def _timeline(part: str, rows: Sequence[PlanVersion]) -> Timeline:
    return Timeline(part, tuple((row.valid_from, _parsed(part, row.sha256, row.text)) for row in rows))


def parsed(row: PlanVersion) -> Any:
    """The typed value of one version, in force or not."""
    return _parsed(row.part, row.sha256, row.text)


def in_force(part: str, on: dt.date) -> Any:
    """The parsed value of `part` that applies on `on`. Raises NotInForce."""
    return timeline(part)(on)


def missing(part: str, on: dt.date) -> NotInForce | None:
    """Why nothing of `part` applies on `on`; None: something does."""
    first = timeline(part).first
    return NotInForce(part, first, on) if first is None or on < first else None


@lru_cache(maxsize=64)
def _parsed(part: str, _sha256: str, text: str) -> Any:
    return _parts[part].parse(text)
