"""Who lives in a household: its members with cover, stays and care levels, and its income."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final

from claims.case import CareLevel, Cover, Household, Member, Stay
from claims.facts.grants import Granted
from claims.facts.needs import other_covers
from claims.queries import facts as queries
from claims.queries import needs
from core.rows import Row

_SEX: Final = {"f": "female", "m": "male"}


class People:
    """Those who claim, with all that is known of them; `home`: they and all who live with them → household of today.

    `first`: the first day that counts on any line; waiting that ended by then is over for all of them.
    """

    def __init__(self, claimants: set[int], first: dt.date) -> None:
        self._ids = claimants
        self._asked_covers, self._asked_stays = queries.covers(claimants, first), queries.stays(claimants)
        self._asked_others = needs.other_covers(claimants)
        self._asked_people = queries.people(claimants)
        self.home: dict[int, int] = {}
        self.households: dict[int, Household] = {}
        self.claimants: dict[int, dict[int, Member]] = {}

    def read(self, grants: Mapping[int, Iterable[Granted]]) -> None:
        covers, stays, others = _covers(self._asked_covers), _stays(self._asked_stays), other_covers(self._asked_others)
        for number, born_on, sex, died_on, has_disability, home, income, band, children in self._asked_people:
            self.home[number] = home
            if home not in self.households:
                self.households[home] = Household(home, income, band, children)
                self.claimants[home] = {}
            if number in self._ids:
                self.claimants[home][number] = Member(
                    member_id=number,
                    born_on=born_on,
                    sex=_SEX.get(sex, ""),
                    died_on=died_on,
                    covers=tuple(covers.get(number, ())),
                    stays=tuple(stays.get(number, ())),
                    care_levels=_care_levels(grants.get(number, ())),
                    has_disability=has_disability,
                    other_covers=others.get(number, ()),
                )

    def cover_spells(self) -> Iterable[tuple[dt.date, dt.date]]:
        """First and last day of every cover; an open one has no end."""
        for members in self.claimants.values():
            for member in members.values():
                for cover in member.covers:
                    yield cover.valid_from, cover.valid_until or dt.date.max


def _covers(rows: Iterable[Row]) -> dict[int, list[Cover]]:
    found: dict[int, list[Cover]] = {}
    waits: dict[int, dict[str, dt.date]] = {}
    for number, member, package, begins, ends, state, group, until in rows:
        if number not in waits:
            waits[number] = {}
            found.setdefault(member, []).append(Cover(begins, ends, state, package, waits[number]))
        if group is not None:
            waits[number][group] = until
    return found


def _stays(rows: Iterable[Row]) -> dict[int, list[Stay]]:
    found: dict[int, list[Stay]] = {}
    for member, admitted_on, discharged_on, reference, kind in rows:
        found.setdefault(member, []).append(Stay(admitted_on, discharged_on, 0, reference, kind))
    return found


def _care_levels(grants: Iterable[Granted]) -> tuple[CareLevel, ...]:
    return tuple([CareLevel(each.care_level, each.valid_from, each.valid_until) for each in grants if each.care_level])
