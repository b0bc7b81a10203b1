"""A sum per enrolled person and month, by age and sex, and the services it pays for. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import Problem
from core.words import _, _l

OLDEST = 120
SEXES = {"": _l("any"), "f": _l("women and girls"), "m": _l("men and boys"), "x": _l("neither")}


@dataclass(frozen=True, slots=True)
class Band:
    """Both ages included, in completed years; `rate` in minor units per person and month; `sex` of `SEXES`."""

    age_from: int
    age_until: int
    sex: str
    rate: int

    def holds(self, age: int, sex: str) -> bool:
        return self.age_from <= age <= self.age_until and self.sex in ("", sex)

    def meets(self, other: Band) -> bool:
        """Some person would have both rates."""
        share_sex = self.sex == other.sex or "" in (self.sex, other.sex)
        return share_sex and self.age_from <= other.age_until and other.age_from <= self.age_until


@dataclass(frozen=True, slots=True)
class Capitation:
    """From `from_on` these bands and no others; `services` are paid by them and by nothing else."""

    bands: tuple[Band, ...]
    services: tuple[str, ...]
    from_on: dt.date


def noted(terms: Capitation | None) -> Any:
    """As plain JSON; `read` gives it back."""
    if terms is None:
        return None
    bands = [[band.age_from, band.age_until, band.sex, band.rate] for band in terms.bands]
    return {"bands": bands, "services": list(terms.services), "from_on": terms.from_on.isoformat()}


def read(raw: Any) -> Capitation | None:
    if raw is None:
        return None
    bands = tuple(Band(*row) for row in raw["bands"])
    return Capitation(bands, tuple(raw["services"]), dt.date.fromisoformat(raw["from_on"]))


def defects(terms: Capitation, known_services: Iterable[str]) -> Iterator[Problem]:
    """Whatever the contract; a problem of a band names its place from 1 on."""
    for place, band in enumerate(terms.bands, 1):
        shown = band_text(band)
        if not 0 <= band.age_from <= band.age_until <= OLDEST:
            yield _at(place, _l("Ages run from 0 to %(oldest)s, the first not above the last.", oldest=OLDEST), shown)
        if band.sex not in SEXES:
            yield _at(place, _l("The sex is f, m, x or any."), band.sex)
        if band.rate < 0:
            yield _at(place, _l("A rate is not negative."), str(band.rate))
        if any(band.meets(other) for other in terms.bands[: place - 1]):
            yield _at(place, _l("Another band has a rate for the same people."), shown)
    if bool(terms.bands) != bool(terms.services):
        yield Problem("basket", _l("Capitation has both: rates by age, and services that they pay for."))
    for service in sorted(set(terms.services) - set(known_services)):
        yield Problem("basket", _l("%(service)s is no service of this contract on that day.", service=service), service)


def _at(place: int, message: Any, found: str) -> Problem:
    return Problem("capitation", _l("Band %(place)s: %(message)s", place=place, message=message), found)


def gaps(bands: Sequence[Band]) -> list[str]:
    """Ages without a rate, in words; a person in one costs nothing, so somebody should mean it."""
    found = []
    for sex in ("f", "m", "x") if bands else ():
        missing = [age for age in range(OLDEST + 1) if not any(band.holds(age, sex) for band in bands)]
        found += [f"{_ages(first, last)} {sex}" for first, last in _runs(missing)]
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """Bands of a day as (ages and sex, minor units), and ages that have none."""

    bands: list[tuple[str, int]]
    gaps: list[str]


def shown(bands: Sequence[Band]) -> Shown | None:
    """None: there is no capitation."""
    return Shown([(band_text(band), band.rate) for band in bands], gaps(bands)) if bands else None


def _runs(ages: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for age in ages:
        if runs and runs[-1][1] == age - 1:
            runs[-1] = runs[-1][0], age
        else:
            runs.append((age, age))
    return runs


def band_text(band: Band) -> str:
    """Ages, and the sex where the rate asks for it."""
    return f"{_ages(band.age_from, band.age_until)} {band.sex}".strip()


def _ages(first: int, last: int) -> str:
    if last >= OLDEST:
        return _("%(first)s and older", first=first)
    return f"{first}–{last}" if first < last else f"{first}"
