"""Who lives in Taziria: cooperatives, households, people. Names and numbers only; nothing touches the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from core.numbers import MEMBER_SIGNS, with_check

SEED = 20_240_117
DISTRICTS = ("Salt Coast", "Upper Valley", "Three Mills", "Orchard Plain", "Cedar Hills", "Tunafar City")
CARE_NAMES = (
    "Blue Door", "Lower Orchard", "Upper Valley", "Lamp and Hand", "Quiet Street", "Warm Hearth", "Salt Coast",
    "River Bend", "Old Harbour", "Stone Bridge", "Fig Tree", "Morning Round", "White Gate", "Two Wells", "Long Road", "Palm Court",
)  # fmt: skip
NURSERY_NAMES = (
    "Three Mills", "Seven Wells", "Little Kite", "Swallow", "Pomegranate", "Blue Bench", "Sand Castle", "Hill School",
    "Orange Grove", "Paper Boat", "Starling", "Green Slide",
)  # fmt: skip
CLINIC_NAMES = (
    "Cedar Bridge", "Salt Road", "Harbour", "Valley", "Mill Lane", "Orchard", "Cedar Hills", "Market Square", "North Gate",
    "Lighthouse", "Meadow", "Station",
)  # fmt: skip
FAMILY_NAMES = (
    "Zerbay", "Oussane", "Tiriel", "Amekran", "Immelan", "Oulaya", "Senuri", "Bardou", "Chelwan", "Dahmir", "Elgara",
    "Fassil", "Gourat", "Hadjen", "Idrane", "Jelloun", "Kessab", "Lamrit", "Mezdal", "Nafzar", "Ouchen", "Rahmoun",
    "Saddar", "Tazart", "Wanoun", "Yedder", "Zouak", "Belkar", "Cherif", "Driwen",
)  # fmt: skip
WOMEN = (
    "Amina",
    "Dalia",
    "Farah",
    "Hiba",
    "Jamila",
    "Karima",
    "Lina",
    "Maya",
    "Nora",
    "Rania",
    "Salma",
    "Yara",
    "Zina",
    "Ines",
)
MEN = (
    "Adel",
    "Bilal",
    "Driss",
    "Fares",
    "Hadi",
    "Issam",
    "Karim",
    "Mounir",
    "Nabil",
    "Omar",
    "Rafik",
    "Sami",
    "Tarek",
    "Yanis",
)
SERVICE_LINES = {"care": "long_term_care", "nursery": "childcare", "clinic": "health"}


@dataclass(slots=True)
class Cooperative:
    """One provider to be: `kind` care, nursery or clinic; `places` licensed at its one site."""

    key: str
    name: str
    kind: str
    legal_form: str
    district: str
    places: int
    workers: int
    register_number: str = ""

    @property
    def service_line(self) -> str:
        return SERVICE_LINES[self.kind]


@dataclass(slots=True)
class Person:
    """A member; `months` is how far back cover reaches (0: none)."""

    number: str
    household: str
    family_name: str
    given_names: str
    sex: str
    born_on: dt.date
    district: str
    cover_from: dt.date | None
    cover_until: dt.date | None
    phone: str
    national_id: str
    monthly_income: int
    children_in_household: int
    died_on: dt.date | None = None


@dataclass(slots=True)
class World:
    today: dt.date
    first_month: dt.date
    cooperatives: list[Cooperative]
    people: list[Person]

    def of_kind(self, kind: str) -> list[Cooperative]:
        return [cooperative for cooperative in self.cooperatives if cooperative.kind == kind]

    def months(self) -> list[dt.date]:
        """First days of the months of the story, oldest first; the last one is the last whole month."""
        return [add_months(self.first_month, n) for n in range(MONTHS)]


MONTHS = 24


def make(today: dt.date, people: int = 5_000) -> World:
    """The same country for the same day and size."""
    random = Random(SEED)
    first_month = add_months(today.replace(day=1), -MONTHS)
    cooperatives = [*_cooperatives(random)]
    return World(today, first_month, cooperatives, [*_people(random, people, today, first_month)])


def add_months(day: dt.date, months: int) -> dt.date:
    """First of a month → first of the month `months` later."""
    index = day.year * 12 + day.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def month_end(first: dt.date) -> dt.date:
    return add_months(first, 1) - dt.timedelta(days=1)


def _cooperatives(random: Random) -> Iterator[Cooperative]:
    forms = {"care": "worker_cooperative", "nursery": "association", "clinic": "cooperative"}
    words = {"care": "Home Care", "nursery": "Childcare", "clinic": "Health"}
    names = {"care": CARE_NAMES, "nursery": NURSERY_NAMES, "clinic": CLINIC_NAMES}
    number = 0
    for kind in ("care", "nursery", "clinic"):
        for position, name in enumerate(names[kind]):
            number += 1
            form = forms[kind] if position % 4 else "mutual" if kind == "clinic" else "cooperative"
            district = next(
                (d for d in DISTRICTS if d.split()[0] == name.split()[0]), DISTRICTS[position % len(DISTRICTS)]
            )
            yield Cooperative(
                key=f"{kind}-{position}",
                name=f"{name} {words[kind]}",
                kind=kind,
                legal_form=form,
                district=district,
                places=20
                if kind == "nursery" and position == 0
                else random.randrange(24, 41, 2)
                if kind == "nursery"
                else 0,
                workers=random.randrange(12, 60),
            )


def _people(random: Random, count: int, today: dt.date, first_month: dt.date) -> Iterator[Person]:
    """Households of one to six: elders who live alone, couples, families with small children."""
    made = household = 0
    while made < count:
        household += 1
        family_name, district = random.choice(FAMILY_NAMES), random.choice(DISTRICTS)
        adults = 1 if random.random() < 0.25 else 2
        is_old = random.random() < 0.35
        children = 0 if is_old else random.choice((0, 1, 1, 2, 2, 3, 4))
        income = random.choice((450, 700, 1_100, 1_600, 2_400, 3_500, 5_200)) * 1_000
        for position in range(adults + children):
            if made == count:
                return
            made += 1
            years = random.uniform(66, 95) if is_old else random.uniform(24, 58)
            if position >= adults:
                years = random.uniform(0.6, 14)
            yield _person(
                random, made, household, position, years, family_name, district, today, first_month, income, children
            )


def _person(
    random: Random, number: int, household: int, position: int, years: float, family_name: str, district: str,
    today: dt.date, first_month: dt.date, income: int, children: int,
) -> Person:  # fmt: skip
    sex = "female" if (position + household) % 2 else "male"
    born_on = today - dt.timedelta(days=int(years * 365.25))
    cover_from = max(born_on, add_months(first_month, -random.choice((6, 12, 18))))
    cover_until = None
    if random.random() < 0.03:
        cover_from = add_months(first_month, random.randrange(4, 20))
    elif random.random() < 0.02:
        last_day = add_months(first_month, random.randrange(8, 22)) - dt.timedelta(days=1)
        cover_until = last_day if last_day > cover_from else None
    return Person(
        number="".join(random.choices(MEMBER_SIGNS, k=10)),
        household=with_check(f"H-{today.year - 3}-{household:04d}"),
        family_name=family_name,
        given_names=random.choice(WOMEN if sex == "female" else MEN),
        sex=sex,
        born_on=born_on,
        district=district,
        cover_from=cover_from,
        cover_until=cover_until,
        phone=f"00216 5{random.randrange(10**7):07d}",
        national_id=f"TZ{number:08d}",
        monthly_income=income,
        children_in_household=children,
    )
