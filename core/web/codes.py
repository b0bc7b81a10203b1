"""Code systems of the fund: looked up, tried and taken in from a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.utils import secure_filename

from core import clock, code_files, files, imports
from core.code_files import CodeFile
from core.errors import InputErrors
from core.permissions import Permission
from core.tables import FileRefused
from core.web.access import actor, allow
from core.web.forms import done, page
from core.words import _, _l

blueprint = Blueprint("codes", __name__, url_prefix="/plan/codes")
KINDS: dict[str, tuple[str, Any]] = {
    "new": ("good", _l("New")),
    "changed": ("half", _l("New dated row")),
    "ended": ("ended", _l("Ends")),
}
SHOWN = 100
MAX_BYTES = 20_000_000
ROOM = "codes"


@blueprint.get("")
@allow(Permission.READ_PLAN)
def index() -> Any:
    return _page()


@blueprint.post("")
@allow(Permission.WRITE_PLAN)
def read_file() -> Any:
    """Judge a file and keep it for the answer; with a wrong row it goes no further."""
    sent, system = request.files.get("file"), request.form.get("system", "").strip()
    try:
        if sent is None or not sent.filename:
            raise InputErrors.at("file", _l("Choose a file: CSV or Excel."))
        content, name = sent.read(MAX_BYTES), secure_filename(sent.filename) or "file"
        judged = code_files.check(system, content, name)
    except FileRefused as refused:
        return _page(InputErrors.at("file", refused.message))
    except InputErrors as errors:
        return _page(errors)
    if not judged.is_sound:
        return _page(InputErrors.at("file", _l("Nothing was taken in: some rows need work.")), judged)
    row = imports.store(
        ROOM, "KI", content, name, code_files.MAPPING.stem, counts=(len(judged.report.ready), 0), by=actor(),
        subject=system,
    )  # fmt: skip
    return done(url_for(".file", number=row.number), _("%(name)s was read.", name=row.filename))


@blueprint.get("/files/<number>")
@allow(Permission.WRITE_PLAN)
def file(number: str) -> Any:
    """What a kept file would change, as of now."""
    row = imports.by_number(ROOM, number)
    return _page(judged=_judged(row), batch=row)


@blueprint.post("/files/<number>")
@allow(Permission.WRITE_PLAN)
def take(number: str) -> Any:
    """Take the kept file in, whole; judged once more, for the table may have changed since."""
    row = imports.by_number(ROOM, number)
    judged = _judged(row)
    if not judged.is_sound:
        return _page(InputErrors.at("file", _l("Nothing was taken in: some rows need work.")), judged)
    counts = code_files.take(judged, by=actor())
    row.kept_at = row.kept_at or clock.now()
    said = _(
        "%(system)s: %(new)s new codes, %(changed)s changed, %(ended)s ended.",
        system=row.subject,
        **{kind: counts.get(kind, 0) for kind in KINDS},
    )
    return done(url_for(".show", system=row.subject), said)


def _judged(row: imports.ImportedFile) -> CodeFile:
    return code_files.check(row.subject, files.read(row.file), row.filename)


def _page(
    errors: InputErrors | None = None, judged: CodeFile | None = None, batch: imports.ImportedFile | None = None
) -> Any:
    changes = [change for change in judged.changes if change.kind != "known"] if judged else []
    return page(
        "plan/codes.html", errors=errors, judged=judged, batch=batch, changes=changes, kinds=KINDS, shown=SHOWN,
        systems=code_files.systems(),
    )  # fmt: skip


@blueprint.get("/<system>")
@allow(Permission.READ_PLAN)
def show(system: str) -> Any:
    """The rows of a system, found by how the code begins."""
    beginning = request.args.get("code", "").strip()[:40]
    return page(
        "plan/code_system.html", system=system, beginning=beginning, rows=code_files.codes_of(system, beginning)
    )
