"""Who lives in a household: its members with cover, stays and care levels, and its income."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from claims.case import CareLevel, Cover, Household, Member, Stay
from claims.queries import facts as queries

_SEX = {"f": "female", "m": "male"}


class People:
    """`home`: member → household, as of today; `residents`: household → its members."""

    def __init__(self, household_ids: Collection[int], grants: Mapping[int, Iterable[Any]]) -> None:
        covers, stays = _covers(household_ids), _stays(household_ids)
        self.home: dict[int, int] = {}
        self.residents: dict[int, dict[int, Member]] = defaultdict(dict)
        for row in queries.members(household_ids):
            self.home[row.id] = row.household_id
            self.residents[row.household_id][row.id] = Member(
                member_id=row.id,
                born_on=row.born_on,
                sex=_SEX.get(row.sex, ""),
                died_on=row.died_on,
                covers=tuple(covers.get(row.id, ())),
                stays=tuple(stays.get(row.id, ())),
                care_levels=tuple(_care_levels(grants.get(row.id, ()))),
                has_disability=row.has_disability,
            )
        self.households = {
            row.id: Household(row.id, row.monthly_income, row.income_band, row.children)
            for row in queries.households(household_ids)
        }

    def cover_spells(self) -> Iterable[tuple[dt.date, dt.date]]:
        """First and last day of every cover; an open one has no end."""
        for members in self.residents.values():
            for member in members.values():
                yield from ((cover.valid_from, cover.valid_until or dt.date.max) for cover in member.covers)


def _covers(household_ids: Collection[int]) -> dict[int, list[Cover]]:
    waits: dict[int, dict[str, dt.date]] = defaultdict(dict)
    for row in queries.waits(household_ids):
        waits[row.cover_id][row.benefit_group] = row.waiting_until
    found: dict[int, list[Cover]] = defaultdict(list)
    for row in queries.covers(household_ids):
        cover = Cover(row.valid_from, row.valid_until, row.state, row.package, waits.get(row.id, {}))
        found[row.member_id].append(cover)
    return found


def _stays(household_ids: Collection[int]) -> dict[int, list[Stay]]:
    found: dict[int, list[Stay]] = defaultdict(list)
    for row in queries.stays(household_ids):
        found[row.member_id].append(Stay(row.admitted_on, row.discharged_on, 0, row.reference, row.kind))
    return found


def _care_levels(grants: Iterable[Any]) -> Iterable[CareLevel]:
    return (CareLevel(row.care_level, row.valid_from, row.valid_until) for row in grants if row.care_level)
