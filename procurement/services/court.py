"""Asking for a court file, and making it: the worker gathers, hashes, prints and seals it as of that instant."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Collection, Iterator
from functools import partial
from importlib.resources import files as package_files
from typing import Any

from core import audit, clock, files, issued, work
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError, InputErrors
from core.files import StoredFile
from core.numbers import next_number
from core.words import _l
from procurement.court import beginnings, disputes, exchanges, publications, results, sections  # noqa: F401 - they register their sections
from procurement.court.bundle import Member, digest_of, members_of, zipped
from procurement.court.exhibits import Exhibit, Section, as_json, gathered
from procurement.court.paper import Filed, court_file_pdf
from procurement.models.court import CourtFile
from procurement.models.tender import Tender
from procurement.ocds.eforms import WITHHELD
from procurement.queries import court as queries
from procurement.queries.withholding import withheld
from procurement.states.court import COURT_FILE

TASK = "court_file"
PAPER = "procedure-file.pdf"
SCRIPT = Section(99, _l("The script"), lambda _tender: ())


def ask(
    tender: Tender, *, by: Actor, organisation_id: int | None = None, reason_code: str = "", reason: str = ""
) -> CourtFile:
    """Enqueue a file; with `organisation_id` a copy for that party, which needs a ground and a reason."""
    if organisation_id is not None and (reason_code not in WITHHELD or not reason.strip()):
        raise InputErrors.at("reason", _l("Choose the ground and say why the others’ parts are withheld."), reason_code)
    if organisation_id is not None and organisation_id not in queries.parties(tender):
        raise InputErrors.at("organisation", _l("This organisation sent no bid."), organisation_id)
    now = clock.now()
    row = CourtFile(
        number=next_number("F", clock.local_day(now, fund().zone).year),
        tender_id=tender.id,
        organisation_id=organisation_id,
        reason_code=reason_code if organisation_id is not None else "",
        reason=reason.strip() if organisation_id is not None else "",
        state=COURT_FILE.initial,
        asked_by=by.name,
        asked_at=now,
    )
    db.session.add(row)
    db.session.flush()
    after = {"party": organisation_id, "reason": row.reason_code}
    audit.record(tender.stream, Act.COURT_FILE_ASKED, row.number, by=by, reason=row.reason, after=after)
    work.enqueue(TASK, row.number, {"id": row.id})
    return row


@work.task(TASK)
def make(arguments: dict[str, Any]) -> dict[str, Any]:
    """What the worker does: everything gathered once, so pages, index and originals say the same."""
    file = queries.court_file_by_id(int(arguments["id"]))
    target = COURT_FILE.after(file.state, "make")
    file.made_at = clock.now()
    filed, frozen = _filed(file)
    paper = issued.issue(TASK, file.number, partial(_paper, file, filed), by=SYSTEM)
    file.pdf = _stored(paper.content, f"{file.number}.pdf", "application/pdf")
    pdf = Filed(0, SCRIPT, Exhibit(PAPER, _l("These pages")), hashlib.sha256(paper.content).hexdigest(), file.pdf.size)
    frozen["index.json"] = as_json(_index(file, [pdf, *filed]))
    file.frozen = _stored(b"".join(zipped(frozen.items())), f"{file.number}-data.zip", "application/zip")
    file.listing = [row.to_json() | {"file": row.exhibit.file.id if row.exhibit.file else None} for row in filed]
    file.state = target
    db.session.flush()
    file.sha256 = digest_of(zipped(members(file)))
    after = {"sha256": file.sha256, "pdf": file.pdf.sha256, "exhibits": len(filed)}
    audit.record(file.tender.stream, Act.COURT_FILE_MADE, file.number, by=SYSTEM, after=after)
    return after


def members(file: CourtFile) -> Iterator[Member]:
    """The members of the ZIP, one at a time; originals are read when their turn comes."""
    if file.pdf is None or file.frozen is None:
        raise DomainError(_l("This file is still being made."), code="not_made")
    frozen = members_of(io.BytesIO(files.read(file.frozen)))
    yield PAPER, files.read(file.pdf)
    yield "index.json", frozen["index.json"]
    originals = queries.stored_files([row["file"] for row in file.listing if row["file"]])
    for row in file.listing:
        if not row["withheld"]:
            content = files.read(originals[row["file"]]) if row["file"] else frozen[row["name"]]
            yield row["name"], content


def _filed(file: CourtFile) -> tuple[list[Filed], dict[str, bytes]]:
    """Every exhibit with its hash; the bytes of those that are no stored file."""
    filed, frozen = list[Filed](), dict[str, bytes]()
    own = queries.parties(file.tender).get(file.organisation_id or 0, frozenset())
    script = Exhibit("verify.py", _l("Checks this file anywhere"), _script(), author="Touiza", at=file.made_at)
    for section, exhibits in [*gathered(file.tender), (SCRIPT, [script])]:
        for exhibit in exhibits:
            content = files.read(exhibit.file) if exhibit.file else exhibit.content
            withheld = _withheld(file, exhibit, own)
            digest = hashlib.sha256(content).hexdigest()
            filed.append(Filed(len(filed) + 1, section, exhibit, digest, len(content), withheld))
            if exhibit.file is None and withheld is None:
                frozen[exhibit.name] = content
    return filed, frozen


def _withheld(file: CourtFile, exhibit: Exhibit, own: Collection[int]) -> dict[str, str] | None:
    """In a party's copy the others' secrets are a hash, a ground and a date; partners of a joint bid share theirs."""
    on = clock.local_day(file.asked_at, fund().zone)
    if file.organisation_id is None or exhibit.owner in own:
        return None
    if exhibit.owner is None:
        return _field_withheld(file, exhibit, on, own)
    return {"code": file.reason_code, "reason": file.reason, "on": on.isoformat(), "by": file.asked_by}


def _field_withheld(file: CourtFile, exhibit: Exhibit, on: dt.date, own: Collection[int]) -> dict[str, str] | None:
    """A table that tells a withheld field of another bidder: out, with the ground and the day of that field."""
    for row in withheld(file.tender, on).rows.values() if exhibit.tells else ():
        if row.field in exhibit.tells and row.bid.organisation_id not in own:
            until = row.withheld_until.isoformat()
            return {"code": row.reason_code, "reason": row.reason, "on": on.isoformat(), "by": row.withheld_by,
                    "until": until}  # fmt: skip
    return None


def _paper(file: CourtFile, filed: list[Filed], check_code: str) -> bytes:
    return court_file_pdf(file, filed, check_code)


def _index(file: CourtFile, filed: list[Filed]) -> dict[str, Any]:
    """What the script reads first."""
    trail = next(row for row in filed if row.exhibit.role == "audit")
    entries = json.loads(trail.exhibit.content)
    return {
        "number": file.number,
        "tender": file.tender.number,
        "fund": fund().name,
        "made_at": file.made_at,
        "party": file.organisation.name if file.organisation else "",
        "audit_head": entries[-1]["digest"],
        "exhibits": [row.to_json() for row in filed],
    }


def _stored(content: bytes, name: str, media_type: str) -> StoredFile:
    return files.store(content, filename=name, media_type=media_type, organisation_id=None, by=SYSTEM)


def _script() -> bytes:
    return (package_files("procurement.court") / "verify.py").read_bytes()
