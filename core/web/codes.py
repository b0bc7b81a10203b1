"""Code systems of the fund: looked up, tried and taken in from a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from core import code_files
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


@blueprint.get("")
@allow(Permission.READ_PLAN)
def index() -> Any:
    return _page()


@blueprint.post("")
@allow(Permission.WRITE_PLAN)
def take() -> Any:
    """Try a file, or take it in whole; with a wrong row nothing is taken."""
    sent, system = request.files.get("file"), request.form.get("system", "").strip()
    try:
        if sent is None or not sent.filename:
            raise InputErrors.at("file", _l("Choose a file: CSV or Excel."))
        judged = code_files.check(system, sent.read(MAX_BYTES), sent.filename)
        if request.form.get("do") != "take" and judged.is_sound:
            return _page(judged=judged)
        counts = code_files.take(judged, by=actor()) if judged.is_sound else {}
    except FileRefused as refused:
        return _page(InputErrors.at("file", refused.message))
    except InputErrors as errors:
        return _page(errors)
    if not judged.is_sound:
        return _page(InputErrors.at("file", _l("Nothing was taken in: some rows need work.")), judged)
    said = _(
        "%(system)s: %(new)s new codes, %(changed)s changed, %(ended)s ended.",
        system=system,
        **{kind: counts.get(kind, 0) for kind in KINDS},
    )
    return done(url_for(".show", system=system), said)


def _page(errors: InputErrors | None = None, judged: CodeFile | None = None) -> Any:
    changes = [change for change in judged.changes if change.kind != "known"] if judged else []
    return page(
        "plan/codes.html", errors=errors, judged=judged, changes=changes, kinds=KINDS, shown=SHOWN,
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
