"""Who a case is about: a household, its members, their cover, stays and care levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class Cover:
    """One spell of cover of one member, as of the service date.

    `state`: active, grace (both covered), suspended, lapsed. `waiting_until`: first covered day per
    waiting group of the plan, as `members` computed it; a group that is absent does not wait.
    """

    valid_from: date
    valid_until: date | None
    state: str = "active"
    package: str = "basic"
    waiting_until: Mapping[str, date] = field(default_factory=dict)


@dataclass(slots=True)
class Stay:
    """A stay of a kind (hospital, residential); an open one has no `discharged_on`."""

    admitted_on: date
    discharged_on: date | None
    organisation_id: int = 0
    number: str = ""
    kind: str = "hospital"


@dataclass(slots=True)
class CareLevel:
    """An assessed care level (1–5) and its days."""

    level: int
    valid_from: date
    valid_until: date | None = None


@dataclass(slots=True)
class OtherCover:
    """Another insurer or scheme that pays before the fund; `line` "" = for every service line."""

    payer: str
    valid_from: date
    valid_until: date | None = None
    line: str = ""


@dataclass(slots=True)
class Member:
    """`sex`: "female", "male" or "" (unknown). Covers in order of `valid_from`."""

    member_id: int
    born_on: date | None
    sex: str = ""
    died_on: date | None = None
    covers: tuple[Cover, ...] = ()
    stays: tuple[Stay, ...] = ()
    care_levels: tuple[CareLevel, ...] = ()
    has_disability: bool = False
    other_covers: tuple[OtherCover, ...] = ()


@dataclass(slots=True)
class Household:
    """`income_band`: "", "poverty" or "high". `monthly_income` in minor units, None = not declared."""

    household_id: int
    monthly_income: int | None = None
    income_band: str = ""
    children: int = 0
