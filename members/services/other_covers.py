"""Another insurer or scheme that pays before the fund: as the member or the scheme said, dated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.codes import service_lines
from core.db import bulk_insert, db
from core.errors import InputErrors
from core.imports import Outcome, Sender
from core.words import _l
from members import queries
from members.models import OtherCover

Cells = dict[str, Any]
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class OtherCoverRow:
    """`service_line` blank: every one."""

    member_id: int
    payer: str
    service_line: str
    valid_from: dt.date
    valid_until: dt.date | None


class OtherCoverJudge:
    """One row: a member of ours, a payer, days that no other row of the two already covers."""

    def __init__(self, rows: Sequence[Cells], _organisation_id: int | None) -> None:
        self._members = queries.known_members({row["member_id"] for row in rows})
        self._lines = {row.code for row in service_lines()}
        self._spells: dict[Any, dict[dt.date, dt.date | None]] = {}
        for row in queries.other_covers({known.id for known in self._members.values()}):
            spells = self._spells.setdefault((row.member_id, row.payer, row.service_line), {})
            spells[row.valid_from] = row.valid_until
        self._seen: set[Any] = set()

    def __call__(self, cells: Cells) -> OtherCoverRow:
        known = self._members.get(cells["member_id"])
        if known is None:
            raise InputErrors.at("member_id", _l("We know no member with this number."), cells["member_id"])
        line, payer = cells["service_line"] or "", cells["payer"]
        if line and line not in self._lines:
            said = _l("Write one of: %(values)s; or leave it blank.", values=", ".join(sorted(self._lines)))
            raise InputErrors.at("service_line", said, line)
        if len(payer) > LONGEST_NAME:
            raise InputErrors.at("payer", _l("Write at most %(most)s characters.", most=LONGEST_NAME), payer)
        row = OtherCoverRow(known.id, payer, line, cells["valid_from"], cells["valid_until"])
        self._check_days(row)
        return row

    def _check_days(self, row: OtherCoverRow) -> None:
        if row.valid_until is not None and row.valid_until < row.valid_from:
            raise InputErrors.at("valid_until", _l("The last day lies before the first."), row.valid_until)
        key = row.member_id, row.payer, row.service_line
        if (*key, row.valid_from) in self._seen:
            raise InputErrors.at("valid_from", _l("This record stands further up in the file already."))
        spells = self._spells.setdefault(key, {})
        for first, last in spells.items():
            if first != row.valid_from and _meet(row, first, last):
                said = _l("A spell from %(day)s covers some of these days already.", day=first.isoformat())
                raise InputErrors.at("valid_from", said, row.valid_from)
        spells[row.valid_from] = row.valid_until
        self._seen.add((*key, row.valid_from))


def _meet(row: OtherCoverRow, first: dt.date, last: dt.date | None) -> bool:
    return row.valid_from <= (last or dt.date.max) and first <= (row.valid_until or dt.date.max)


def record_other_covers(rows: Sequence[OtherCoverRow], *, source: str, by: Actor) -> Outcome:
    """Add spells, or change the last day of one that stands; the claims of these members are looked at again."""
    keys = ("member_id", "payer", "service_line", "valid_from")
    stored = {
        tuple(getattr(row, key) for key in keys): row for row in queries.other_covers({row.member_id for row in rows})
    }
    fresh, changes, touched = [], [], []
    for row in rows:
        known = stored.get(tuple(getattr(row, key) for key in keys))
        values = {name: getattr(row, name) for name in (*keys, "valid_until")}
        if known is None:
            fresh.append(values | {"created_at": clock.now()})
        elif known.valid_until != row.valid_until:
            changes.append({"id": known.id, **values})
        else:
            continue
        touched.append(row)
    bulk_insert(OtherCover.__table__, fresh)
    if changes:
        db.session.execute(update(OtherCover), changes)
    after = {"rows": len(rows), "added": len(fresh), "changed": len(changes)}
    audit.record("members", Act.OTHER_COVER_RECORDED, source, by=by, after=after)
    if touched:
        data = {"member_ids": sorted({row.member_id for row in touched})}
        first = min(row.valid_from for row in touched)
        events.publish("members.cover_changed", source, effective_from=first, data=data)
    return Outcome(len(fresh), len(changes), len(rows))


def take_other_covers(rows: Sequence[OtherCoverRow], sender: Sender) -> Outcome:
    return record_other_covers(rows, source=sender.source, by=sender.by) if rows else Outcome()
