"""The count of a month: whom capitation of a contract pays for, by band, on how many days. Pure and exact."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from core.money import round_half_up
from procurement.capitation import Band

Days = int  # a set of days of the month: bit 0 is the 1st


@dataclass(frozen=True, slots=True)
class DatedBand:
    """A band of the contract with its days, both included."""

    band: Band
    valid_from: dt.date
    valid_until: dt.date


@dataclass(frozen=True, slots=True)
class Person:
    """Who was placed; `days` of the month on which the placement holds for a service that capitation pays for."""

    public_id: str
    born_on: dt.date
    sex: str
    died_on: dt.date | None
    days: Days


@dataclass(slots=True)
class Line:
    """One band: `people` with their days; `amount` in minor units, rounded half up once."""

    band: Band
    people: list[tuple[str, int]] = field(default_factory=list)
    amount: int = 0

    @property
    def person_days(self) -> int:
        return sum(days for _who, days in self.people)


@dataclass(frozen=True, slots=True)
class Counted:
    """`unrated`: people who are enrolled and whom no band knows."""

    lines: tuple[Line, ...]
    unrated: tuple[str, ...]

    @property
    def amount(self) -> int:
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class Month:
    """`first` is its first day."""

    first: dt.date

    @property
    def length(self) -> int:
        return calendar.monthrange(self.first.year, self.first.month)[1]

    @property
    def last(self) -> dt.date:
        return self.first.replace(day=self.length)

    def days(self, begins: dt.date, ends: dt.date) -> Days:
        """Those from `begins` to `ends`, both included."""
        begins, ends = max(begins, self.first), min(ends, self.last)
        return 0 if ends < begins else ((1 << (ends - begins).days + 1) - 1) << (begins - self.first).days


def counted(month: Month, bands: Sequence[DatedBand], people: Iterable[Person], reference_day: int | None) -> Counted:
    """Every day for itself, or who is enrolled on the reference day for the whole month.

    The age is that of the reference day, else of the month's last day.
    """
    asked = month.last if reference_day is None else month.first.replace(day=reference_day)
    taken = month.days(month.first, month.last) if reference_day is None else month.days(asked, asked)
    rows = [(row, month.days(row.valid_from, row.valid_until)) for row in bands]
    found: Mapping[Band, dict[str, int]] = defaultdict(dict)
    unrated = []
    for person in people:
        days = person.days & taken & month.days(month.first, person.died_on or month.last)
        age = _age(person.born_on, asked)
        mine = [(row.band, days & span) for row, span in rows if row.band.holds(age, person.sex) and days & span]
        for band, held in mine:
            share = held.bit_count() if reference_day is None else month.length
            found[band][person.public_id] = found[band].get(person.public_id, 0) + share
        if days and not mine:
            unrated.append(person.public_id)
    lines = [_line(band, found[band], month) for band in sorted(found, key=_order)]
    return Counted(tuple(lines), tuple(sorted(unrated)))


def _line(band: Band, people: Mapping[str, int], month: Month) -> Line:
    line = Line(band, sorted(people.items()))
    line.amount = round_half_up(Fraction(band.rate * line.person_days, month.length))
    return line


def _order(band: Band) -> tuple[int, int, str, int]:
    return band.age_from, band.age_until, band.sex, band.rate


def _age(born_on: dt.date, on: dt.date) -> int:
    """Completed years; who is born later in the month is not yet one day old."""
    years = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    return max(years, 0)
