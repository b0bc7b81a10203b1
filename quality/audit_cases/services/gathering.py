"""What is looked at and what was seen: the plan, documents, interviews, notes. Nothing gathered is ever changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core import audit, clock, files
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, InputErrors, Problem
from core.words import _l
from quality.audit_cases import queries
from quality.audit_cases.models import AuditCase, AuditCaseEntry
from quality.audit_cases.services.opening import refuse_others
from quality.audit_cases.states import ENTRIES
from quality.names import STREAM

EVIDENCE = ("application/pdf", "image/png", "image/jpeg")


@dataclass(frozen=True, slots=True)
class Upload:
    content: bytes
    filename: str


@dataclass(frozen=True, slots=True)
class Entry:
    """`kind` of ENTRIES. `is_shared`: the provider reads it from the provisional finding on."""

    kind: str
    text: str
    happened_on: dt.date | None = None
    is_shared: bool = False
    upload: Upload | None = None


def write_plan(case: AuditCase, text: str, *, by: Actor) -> None:
    """What will be looked at, where and by whom; may change while evidence is gathered."""
    refuse_others(by)
    row = queries.locked_case(case.number)
    if row.state != "opened":
        raise Conflict(_l("Evidence is no longer gathered in this case."))
    if not text.strip():
        raise InputErrors.at("plan", _l("Write what will be looked at."))
    row.plan = text.strip()
    db.session.flush()
    audit.record(STREAM, Act.AUDIT_CASE_PLANNED, row.number, by=by)


def add_entry(case: AuditCase, said: Entry, *, by: Actor) -> AuditCaseEntry:
    """A document, an interview or a note of the auditor."""
    refuse_others(by)
    row = queries.locked_case(case.number)
    if row.state == "closed":
        raise Conflict(_l("This case is closed."))
    today = clock.today(fund().zone)
    if problems := [*_defects(said, today)]:
        raise InputErrors(problems)
    made = keep(row, said, "fund", by)
    after = {"kind": made.kind, "file": made.file.sha256 if made.file else "", "shared": made.is_shared}
    audit.record(STREAM, Act.AUDIT_CASE_ENTRY, row.number, by=by, after=after)
    return made


def keep(row: AuditCase, said: Entry, side: str, by: Actor) -> AuditCaseEntry:
    """Add the row with its file, if the file is what it should be."""
    stored = None
    if said.upload is not None:
        kind = files.check_upload(said.upload.content, said.upload.filename, EVIDENCE, "evidence")
        stored = files.store(
            said.upload.content, filename=said.upload.filename, media_type=kind,
            organisation_id=row.organisation_id, by=by,
        )  # fmt: skip
    made = AuditCaseEntry(
        case_id=row.id, kind=said.kind, side=side, happened_on=said.happened_on or clock.today(fund().zone),
        text=said.text.strip(), is_shared=said.is_shared, file=stored, written_by=by.person,
        written_by_name=by.name, written_at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _defects(said: Entry, today: dt.date) -> list[Problem]:
    found = []
    if said.kind not in ENTRIES:
        found.append(Problem("kind", _l("Choose what it is."), said.kind))
    if not said.text.strip() and said.upload is None:
        found.append(Problem("text", _l("Write what was seen or said, or add a file.")))
    if said.happened_on and said.happened_on > today:
        found.append(Problem("happened_on", _l("This day lies ahead."), said.happened_on.isoformat()))
    return found
