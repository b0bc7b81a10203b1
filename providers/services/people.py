"""Who works for a provider: its own desk writes it, by form or file; the same person and day again corrects the row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core import audit, secrets
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert, db
from core.errors import InputErrors
from core.imports import Desk, Layout, Outcome, Sender, layouts_in
from core.permissions import Permission
from core.words import _l
from providers import queries
from providers.models import Employment, Professional
from providers.services.importing import FOLDER
from providers.services.registration import STREAM

COLUMN = "employment.name"
Cells = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Post:
    """`site_id` None: at all sites of the provider."""

    number: str
    name: str
    site_id: int | None
    valid_from: dt.date
    valid_until: dt.date | None


class PostJudge:
    """One row: somebody at a site of ours, from a day on; no two posts of a person meet."""

    def __init__(self, _rows: Sequence[Cells], organisation_id: int | None) -> None:
        own = organisation_id or 0
        self._sites = {str(number): key for (_of, number), key in queries.site_ids([own]).items()}
        stored = queries.employments(own)
        self._posts = {(row.number, row.valid_from): row.valid_until for row in stored}

    def __call__(self, cells: Cells) -> Post:
        site = cells["facility_id"] or ""
        if site and site not in self._sites:
            raise InputErrors.at("facility_id", _l("This provider has no site with this number."), site)
        first, last = cells["valid_from"], cells["valid_until"]
        if last is not None and last < first:
            raise InputErrors.at("valid_until", _l("The last day lies before the first."), last)
        if not 2 <= len(cells["name"]) <= 120:
            raise InputErrors.at("name", _l("A name has 2 to 120 characters."), cells["name"])
        self._check_others(cells["number"], first, last)
        self._posts[cells["number"], first] = last
        return Post(cells["number"], cells["name"], self._sites.get(site), first, last)

    def _check_others(self, person: str, first: dt.date, last: dt.date | None) -> None:
        for (number, begun), ended in self._posts.items():
            if number != person or begun == first:
                continue
            if begun <= (last or dt.date.max) and first <= (ended or dt.date.max):
                said = _l("This person works here since %(day)s already. End that first.", day=begun.isoformat())
                raise InputErrors.at("valid_from", said, first)


def record_posts(organisation_id: int, rows: Sequence[Post], *, source: str, by: Actor) -> Outcome:
    """Add, or correct name, site and last day of a post that stands."""
    stands = {(row.number, row.valid_from): row for row in queries.employments(organisation_id)}
    fresh: list[dict[str, Any]] = []
    for row in rows:
        known = stands.get((row.number, row.valid_from))
        name = secrets.encrypt(COLUMN, row.name)
        if known is None:
            told = {"number": row.number, "site_id": row.site_id, "valid_from": row.valid_from}
            fresh.append(told | {"organisation_id": organisation_id, "name": name, "valid_until": row.valid_until})
        else:
            known.name, known.site_id, known.valid_until = name, row.site_id, row.valid_until
    bulk_insert(Employment.__table__, fresh)
    db.session.flush()
    after = {"rows": len(rows), "added": len(fresh), "numbers": sorted(row.number for row in rows)}
    subject = f"{queries.provider_number(organisation_id)} people"
    audit.record(STREAM, Act.PEOPLE_RECORDED, subject, by=by, reason=source, after=after)
    return Outcome(len(fresh), len(rows) - len(fresh), len(rows))


def name_of(row: Employment) -> str:
    return secrets.decrypt(COLUMN, row.name)


def standing_of(spells: Sequence[Professional], on: dt.date) -> tuple[str, dt.date | None, str]:
    """Qualification, its last day, and how it stands: valid, ended, or unknown."""
    begun = [spell for spell in spells if spell.valid_from <= on]
    if not begun:
        return "", None, "unknown"
    last = begun[-1]
    has_ended = last.valid_until is not None and last.valid_until < on
    return last.qualification, last.valid_until, "ended" if has_ended else "valid"


def _take(rows: Sequence[Post], sender: Sender) -> Outcome:
    if sender.organisation_id is None or not rows:
        return Outcome()
    return record_posts(sender.organisation_id, rows, source=sender.source, by=sender.by)


NAME = "touiza-people"
DESK = Desk("people", "PP", {NAME: Layout("people", layouts_in(FOLDER)[NAME], PostJudge, _take, Permission.RUN_SITES)})
