"""The values that describe a person, a spell of cover and a row of a roster, on their way in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

DEFAULT_PACKAGE = "basic"
SEXES = {"female": "f", "male": "m", "other": "x", "unknown": "x", "f": "f", "m": "m", "x": "x"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`sex`: f, m or x. Blank texts mean that it is not known."""

    born_on: dt.date
    sex: str
    family_name: str = ""
    given_names: str = ""
    national_id: str = ""
    phone: str = ""
    died_on: dt.date | None = None
    has_disability: bool = False

    @property
    def name(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class Spell:
    """Cover under one benefit package; both days inclusive, an open end is None."""

    package: str
    valid_from: dt.date
    valid_until: dt.date | None = None
    state: str = "active"


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One row of a roster: a person, the household they belong to and at most one spell of cover."""

    member_number: str
    household_number: str
    person: Person
    district: str = ""
    spell: Spell | None = None
