"""Files that people send: read and judged row by row, kept until somebody says that the good rows go in.

A room declares its layouts at a `Desk`; a form is a file of one row, so both are judged and written by one text.
The same bytes again are the same file; its rows count once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import clock, files, tables
from core.actors import Actor
from core.config import fund
from core.db import BigId, Instant, Model, db
from core.errors import InputErrors, NotFound
from core.files import StoredFile
from core.numbers import next_number
from core.permissions import Permission
from core.tables import Report, load_mapping
from core.tables.mapping import Mapping as Columns
from core.tables.reading import RowSchema
from core.words import _l, ngettext


class ImportedFile(Model):
    """A file of rows: the same bytes again change nothing."""

    __tablename__ = "imported_file"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True, comment="public number, CI-2026-014-K")
    room: Mapped[str] = mapped_column(String(20))
    layout: Mapped[str] = mapped_column(String(80), comment="name of the mapping")
    subject: Mapped[str] = mapped_column(
        String(40), default="", comment="what the rows are of, if the layout is silent"
    )
    sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str] = mapped_column(String(200))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), comment="null: the fund’s file")
    rows_ready: Mapped[int] = mapped_column(Integer)
    rows_wrong: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    kept_at: Mapped[dt.datetime | None] = mapped_column(Instant, comment="null: only checked, nothing stored yet")

    file: Mapped[StoredFile] = relationship(lazy="joined")

    __table_args__ = (UniqueConstraint("room", "organisation_id", "sha256", "layout", "subject"),)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What rows added and changed, out of how many."""

    added: int = 0
    changed: int = 0
    rows: int = 0

    @property
    def sentence(self) -> str:
        return ngettext(
            "%(added)s records were added and %(changed)s corrected from %(num)s row.",
            "%(added)s records were added and %(changed)s corrected from %(num)s rows.",
            self.rows,
            added=self.added,
            changed=self.changed,
        )


@dataclass(frozen=True, slots=True)
class Sender:
    """Where rows come from. `organisation_id` None: the fund itself; `is_whole`: a file, which replaces what it names
    as a whole, where a form adds one row."""

    source: str
    by: Actor
    organisation_id: int | None = None
    at: dt.datetime | None = None
    sha256: str = ""
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """`alone` reads a row by itself; `judge(rows, organisation_id)` looks up at once what all rows name and gives the
    judge of one row so read; `write` stores judged rows. `permission`: who may send it."""

    kind: str
    columns: Columns
    judge: Callable[[Sequence[Any], int | None], Callable[[Any], Any]]
    write: Callable[[Sequence[Any], Sender], Any]
    permission: Permission
    alone: RowSchema[Any] = dict

    @property
    def name(self) -> str:
        return self.columns.name


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a room takes files: its layouts by name, and the prefix of its numbers."""

    room: str
    prefix: str
    layouts: Mapping[str, Layout] = field(default_factory=dict)

    def layout(self, name: str) -> Layout:
        """Raises InputErrors where there is none."""
        if name not in self.layouts:
            raise InputErrors.at("mapping", _l("Choose the layout of the file."), name)
        return self.layouts[name]

    def of_kind(self, kind: str) -> Layout:
        """The first layout of a kind: the fund's own. Raises NotFound."""
        found = next((layout for layout in self.layouts.values() if layout.kind == kind), None)
        if found is None:
            raise NotFound(_l("There is no such kind of record."))
        return found

    def read(self, content: bytes, filename: str, name: str, organisation_id: int | None = None) -> Report[Any]:
        """Every row judged alone, beside the others of the file and beside what is stored. Raises FileRefused."""
        layout = self.layout(name)
        how: dict[str, Any] = {"filename": filename, "mapping": layout.columns, "currency": fund().currency}
        how["schema"] = layout.alone
        first: Report[Any] = tables.read(content, **how)
        judge = layout.judge(first.values, organisation_id)
        return tables.judge_beside(first, judge, lambda: tables.open_reading(content, **how))

    def read_again(self, row: ImportedFile) -> Report[Any]:
        """The rows of a kept file, judged as of now."""
        return self.read(files.read(row.file), row.filename, row.layout, row.organisation_id)

    def check(
        self,
        content: bytes,
        filename: str,
        name: str,
        *,
        by: Actor,
        organisation_id: int | None = None,
        at: dt.datetime | None = None,
    ) -> ImportedFile:
        """Keep the file and say how many of its rows are ready; nothing of it counts before `keep`."""
        if not content:
            raise InputErrors.at("file", _l("Choose a file with content."), filename)
        report = self.read(content, filename, name, organisation_id)
        counts = len(report.ready), len(report.wrong)
        return store(
            self.room,
            self.prefix,
            content,
            filename,
            name,
            counts=counts,
            by=by,
            organisation_id=organisation_id,
            at=at,
        )

    def keep(self, row: ImportedFile, *, by: Actor, at: dt.datetime | None = None) -> Any:
        """Write the good rows of a checked file; a second time adds nothing."""
        write = self.layout(row.layout).write
        sender = Sender(row.number, by, row.organisation_id, at, row.sha256)
        if row.kept_at:
            return write([], sender)
        report = self.read_again(row)
        outcome = write(report.values, sender)
        row.rows_ready, row.rows_wrong, row.kept_at = len(report.ready), len(report.wrong), at or clock.now()
        db.session.flush()
        return outcome

    def enter(self, layout: Layout, typed: Mapping[str, str], *, by: Actor, organisation_id: int | None = None) -> Any:
        """One row as somebody typed it, by the names of our fields. Raises InputErrors that name them."""
        how: dict[str, Any] = {"mapping": layout.columns, "currency": fund().currency}
        first = tables.read_typed(typed, schema=layout.alone, **how)
        row = layout.judge([first], organisation_id)(first)
        return layout.write([row], Sender(f"{layout.kind}, form", by, organisation_id, is_whole=False))


def store(
    room: str,
    prefix: str,
    content: bytes,
    filename: str,
    layout: str,
    *,
    counts: tuple[int, int],
    by: Actor,
    organisation_id: int | None = None,
    at: dt.datetime | None = None,
    subject: str = "",
) -> ImportedFile:
    """The row of these bytes, new or known; `counts`: rows that are ready and rows that need work."""
    at, digest = at or clock.now(), hashlib.sha256(content).hexdigest()
    known = select(ImportedFile).filter_by(
        room=room, sha256=digest, layout=layout, subject=subject, organisation_id=organisation_id
    )
    if same := db.session.execute(known).scalars().first():
        return same
    stored = files.store(content, filename=filename, media_type="text/csv", organisation_id=organisation_id, by=by)
    row = ImportedFile(
        number=next_number(prefix, clock.local_day(at, fund().zone).year),
        room=room,
        layout=layout,
        subject=subject,
        sha256=digest,
        filename=stored.filename,
        file=stored,
        organisation_id=organisation_id,
        rows_ready=counts[0],
        rows_wrong=counts[1],
        created_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def imported(room: str, organisation_id: int | None = None, limit: int = 20) -> Sequence[ImportedFile]:
    """The latest files of a room and an organisation, None: of the fund itself."""
    query = select(ImportedFile).filter_by(room=room, organisation_id=organisation_id)
    return db.session.execute(query.order_by(ImportedFile.id.desc()).limit(limit)).scalars().all()


def waiting(room: str, organisation_id: int | None = None, limit: int = 5) -> Sequence[ImportedFile]:
    """Checked files whose good rows nobody has kept yet."""
    query = select(ImportedFile).filter_by(room=room, organisation_id=organisation_id, kept_at=None)
    query = query.where(ImportedFile.rows_ready > 0).order_by(ImportedFile.id.desc())
    return db.session.execute(query.limit(limit)).scalars().all()


def by_number(room: str, number: str, organisation_id: int | None = None) -> ImportedFile:
    """Another organisation's file does not exist. Raises NotFound."""
    query = select(ImportedFile).filter_by(room=room, number=number, organisation_id=organisation_id)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("There is no import with this number."))
    return row


def layouts_in(folder: Path) -> dict[str, Columns]:
    """The mappings of a folder, by name."""
    return {path.stem: load_mapping(path) for path in sorted(folder.glob("*.toml"))}
