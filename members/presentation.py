"""The words and the timeline of a member's page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.web.filters import day
from core.words import _, _l
from members.models import Member

WORDS: dict[str, Any] = {
    "cover_words": {
        "active": _l("Active"),
        "grace": _l("In grace"),
        "suspended": _l("Suspended"),
        "lapsed": _l("Lapsed"),
    },
    "basis_words": {"imported": _l("Imported"), "entered": _l("Entered"), "derived": _l("From contributions")},
    "sex_words": {"f": _l("Female"), "m": _l("Male"), "x": _l("Other or not known")},
}


def timeline_of(member: Member, today: dt.date) -> list[dict[str, Any]]:
    """Knots on the thread: cover beginning and ending, waits ending, a death; oldest first."""
    knots: list[tuple[dt.date, Any]] = []
    for cover in member.covers:
        knots.append((cover.valid_from, _("Cover begins: %(package)s", package=cover.package)))
        knots += [(w.waiting_until, _("%(group)s opens", group=w.benefit_group)) for w in cover.waits]
        if cover.valid_until:
            knots.append((cover.valid_until, _("Last day of cover: %(package)s", package=cover.package)))
    if member.died_on:
        knots.append((member.died_on, _("Died")))
    return [
        {"title": title, "text": day(on), "at": on.isoformat(), "when": "behind" if on <= today else "ahead"}
        for on, title in sorted(knots, key=lambda knot: knot[0])
    ]
