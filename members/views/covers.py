"""Cover set right, and other insurers written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import request, url_for

from core import codes
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.web.access_log import note_access
from core.web.confirming import said_back
from core.web.filters import day
from core.web.imports import Entry, ImportPages, RecordForm
from core.words import _, _l
from members import queries, services
from members.models import Cover
from members.presentation import WORDS
from members.schemas import CorrectedCover
from members.views import blueprint


@blueprint.get("/<public_id>/cover/<package>/<since>")
@allow(Permission.CORRECT_COVER)
def cover(public_id: str, package: str, since: str) -> Any:
    row = _cover(public_id, package, since)
    note_access(row.member.public_id)
    return _page(row)


@blueprint.post("/<public_id>/cover/<package>/<since>")
@allow(Permission.CORRECT_COVER)
def correct_cover(public_id: str, package: str, since: str) -> Any:
    """Said back first: what stands, and what will."""
    row = _cover(public_id, package, since)
    before = row.valid_from, row.valid_until, row.state

    def act() -> None:
        values = load(CorrectedCover())
        days = {"valid_from": values["cover_from"], "valid_until": values["cover_until"]}
        services.correct_cover(row, **days, state=values["state"], evidence=values["evidence"], by=actor())

    words: dict[str, Any] = {
        "title": _("Is this the cover of member %(id)s?", id=public_id),
        "sentence": _("Claims of the days that change are found by themselves and decided again."),
        "effect": _("Where a decided claim would come out otherwise, a claims officer sees it first and releases it."),
        "label": _("Correct the cover"),
        "back": (_("Member %(id)s", id=public_id), url_for(".member", public_id=public_id)),
    }
    waits = said_back(act, lambda errors: _page(row, errors), lambda: _answers(before), **words)
    if waits is not None:
        return waits
    return done(url_for(".member", public_id=public_id), _("Cover of member %(id)s was corrected.", id=public_id))


def _answers(before: tuple[dt.date, dt.date | None, str]) -> list[dict[str, Any]]:
    """What was typed beside what stands."""
    values = load(CorrectedCover())
    states = WORDS["cover_words"]
    pairs = [
        (_("First day"), day(before[0]), day(values["cover_from"])),
        (_("Last day"), day(before[1]) or _("open"), day(values["cover_until"]) or _("open")),
        (_("State"), states[before[2]], states[values["state"]]),
    ]
    shown = [
        {"label": label, "value": _("%(after)s (before: %(before)s)", after=new, before=old) if new != old else new}
        for label, old, new in pairs
    ]
    return [*shown, {"label": _("What shows it"), "value": values["evidence"]}]


def _page(row: Cover, errors: InputErrors | None = None) -> Any:
    stands = {"cover_from": row.valid_from, "cover_until": row.valid_until or "", "state": row.state, "evidence": ""}
    values = request.form or stands
    return page("members/cover.html", errors=errors, cover=row, values=values, **WORDS)


def _cover(public_id: str, package: str, since: str) -> Cover:
    member = queries.member(public_id)
    rows = member.covers if member is not None else []
    found = next((row for row in rows if (row.package, row.valid_from.isoformat()) == (package, since)), None)
    if found is None:
        raise NotFound(_l("There is no such cover."))
    return found


def _lines(_organisation_id: int | None) -> Sequence[tuple[str, Any]]:
    return [("", _l("Every kind of care")), *((row.code, row.name) for row in codes.service_lines())]


FORMS = {
    "other-covers": RecordForm(
        _l("Another insurer pays first"),
        _l("As long as another insurer or scheme covers the care, the fund does not pay it."),
        _l("Write the other insurer"),
        [
            Entry("member_id", _l("Member number")),
            Entry("payer", _l("Insurer or scheme")),
            Entry("service_line", _l("For which care"), choices=_lines),
            Entry("valid_from", _l("First day")),
            Entry("valid_until", _l("Last day"), _l("Blank: no end is known.")),
        ],
    )
}
ImportPages(blueprint, services.DESK, Permission.REGISTER_MEMBERS, _l("Members by file"), forms=FORMS).add()
