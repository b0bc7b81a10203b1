"""A roster from a file: judged row by row, then written as sets. The same bytes again change nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert, db
from core.imports import Desk, Layout, Sender, layouts_in
from core.permissions import Permission
from core.tables.mapping import Mapping
from core.words import _
from members import queries
from members.models import Cover, CoverWait, Household, Member, MemberIdentity
from members.people import MemberRow
from members.schemas import MemberFileRow
from members.services.judging import Judge
from members.services.other_covers import OtherCoverJudge, take_other_covers
from members.services.registration import identity_columns, partition_of
from members.waiting import CREDITING, Span, cover_plan

FOLDER = Path(__file__).resolve().parent.parent / "mappings"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import added, out of how many rows: of a file that is known, nothing."""

    households: int = 0
    members: int = 0
    spells: int = 0
    rows: int = 0

    @property
    def sentence(self) -> str:
        return _(
            "%(members)s members and %(spells)s spells of cover were added from %(rows)s rows.",
            members=self.members,
            spells=self.spells,
            rows=self.rows,
        )


def _judge(rows: Sequence[MemberRow], _organisation_id: int | None) -> Judge:
    return Judge(rows)


def _write(rows: Sequence[MemberRow], sender: Sender) -> Outcome:
    return import_members(rows, source=sender.source, by=sender.by, at=sender.at, sha256=sender.sha256)


def _layout(columns: Mapping) -> Layout:
    """Every layout is one of rosters, but that of other insurers."""
    if columns.name == "touiza-other-covers":
        return Layout("other-covers", columns, OtherCoverJudge, take_other_covers, Permission.REGISTER_MEMBERS)
    return Layout("roster", columns, _judge, _write, Permission.REGISTER_MEMBERS, alone=MemberFileRow())


DESK = Desk("members", "MI", {name: _layout(columns) for name, columns in layouts_in(FOLDER).items()})
read_file, check_file, keep_good_rows = DESK.read, DESK.check, DESK.keep


def import_members(
    rows: Sequence[MemberRow], *, source: str, by: Actor, at: dt.datetime | None = None, sha256: str = ""
) -> Outcome:
    """Write a roster as sets: households, people, names, cover with its waits. Rows that are known add nothing."""
    if not rows:
        return Outcome()
    at = at or clock.now()
    known = queries.known_members({row.member_number for row in rows})
    households = _add_households(rows)
    people = _add_people(rows, source, at)
    spells = _add_spells(rows, source, at)
    leaves = [
        audit.canonical([row.member_number, row.household_number, row.spell and row.spell.valid_from]) for row in rows
    ]
    after = {"rows": len(rows), "members": people, "spells": spells, "root": audit.merkle_root(leaves).hex()}
    audit.record("members", Act.MEMBERS_IMPORTED, source, by=by, after=after | {"sha256": sha256})
    if rows and (people or spells or any(row.person.died_on for row in rows)):
        days = [day for row in rows for day in (row.spell and row.spell.valid_from, row.person.died_on) if day]
        first = min(days, default=clock.local_day(at, fund().zone))
        touched = sorted({known[row.member_number].id for row in rows if row.member_number in known})
        events.publish("members.imported", source, effective_from=first, data={"member_ids": touched})
    return Outcome(households, people, spells, len(rows))


def _add_households(rows: Sequence[MemberRow]) -> int:
    districts = {row.household_number: row.district for row in reversed(rows)}
    known = queries.household_ids(districts)
    fresh = [number for number in districts if number not in known]
    bulk_insert(
        Household.__table__,
        [
            {
                "number": number,
                "district": districts[number],
                "partition": partition_of(number),
                "income_band": "",
                "children": 0,
            }
            for number in reversed(fresh)
        ],
    )
    return len(fresh)


def _add_people(rows: Sequence[MemberRow], source: str, at: dt.datetime) -> int:
    known = queries.known_members({row.member_number for row in rows})
    fresh: dict[str, MemberRow] = {}
    died: dict[str, dt.date] = {}
    for row in rows:
        if row.person.died_on:
            died[row.member_number] = row.person.died_on
        if row.member_number not in known:
            fresh.setdefault(row.member_number, row)
    households = queries.household_ids({row.household_number for row in fresh.values()})
    bulk_insert(
        Member.__table__,
        [
            {
                "public_id": number,
                "household_id": households[row.household_number],
                "born_on": row.person.born_on,
                "sex": row.person.sex,
                "died_on": died.get(number),
                "has_disability": row.person.has_disability,
                "source": source,
                "created_at": at,
            }
            for number, row in fresh.items()
        ],
    )
    _note_deaths(
        {known[number].id: day for number, day in died.items() if number in known and not known[number].died_on}
    )
    _add_identities(fresh)
    return len(fresh)


def _note_deaths(died: dict[int, dt.date]) -> None:
    if died:
        db.session.bulk_update_mappings(Member.__mapper__, [{"id": id_, "died_on": day} for id_, day in died.items()])


def _add_identities(fresh: dict[str, MemberRow]) -> None:
    named = {number: row.person for number, row in fresh.items() if row.person.name}
    ids = queries.member_ids(named)
    rows = [{"member_id": ids[number], **identity_columns(person)} for number, person in named.items()]
    bulk_insert(MemberIdentity.__table__, rows)


def _add_spells(rows: Sequence[MemberRow], source: str, at: dt.datetime) -> int:
    ids = queries.member_ids({row.member_number for row in rows})
    stored = queries.spells(ids.values())
    fresh: list[dict[str, Any]] = []
    seen = {(s.member_id, s.package, s.valid_from) for spells in stored.values() for s in spells}
    for row in rows:
        if row.spell is None:
            continue
        key = (ids[row.member_number], row.spell.package, row.spell.valid_from)
        if key not in seen:
            seen.add(key)
            fresh.append(
                {
                    "member_id": key[0],
                    "package": row.spell.package,
                    "valid_from": row.spell.valid_from,
                    "valid_until": row.spell.valid_until,
                    "state": row.spell.state,
                    "basis": "imported",
                    "source": source,
                    "created_at": at,
                }
            )
    bulk_insert(Cover.__table__, fresh)
    _add_waits(
        {row["member_id"] for row in fresh}, {(row["member_id"], row["package"], row["valid_from"]) for row in fresh}
    )
    return len(fresh)


def _add_waits(member_ids: set[int], fresh: set[tuple[int, str, dt.date]]) -> None:
    """The waits of the new spells, each beside the spells that came before it."""
    plans = {day: cover_plan(day) for day in {key[2] for key in fresh}}
    births = queries.births(member_ids)
    waits: list[dict[str, Any]] = []
    for spells in queries.spells(member_ids).values():
        for place, spell in enumerate(spells):
            if (spell.member_id, spell.package, spell.valid_from) not in fresh:
                continue
            earlier = [Span(s.valid_from, s.valid_until) for s in spells[:place] if s.state in CREDITING]
            groups = plans[spell.valid_from].waits(spell.package, spell.valid_from, earlier, births[spell.member_id])
            waits += [
                {"cover_id": spell.id, "benefit_group": group, "waiting_until": until}
                for group, until in groups.items()
            ]
    bulk_insert(CoverWait.__table__, waits)
