"""A fund as large as asked for, and files of claims for it: the same for the same size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from core import clock
from core.actors import Actor
from core.config import fund
from core.db import database_clock, unit_of_work
from core.tables import csv_bytes
from demo import opening, people, world
from demo.story import ADULT_CARE, CHILD_CARE, RATES

LINES_PER_CLAIM = (1, 1, 2, 2, 3, 4)
LINES_PER_MEMBER = 8
HEADER = (
    "claim_no", "line_no", "member_id", "provider_id", "facility_id", "service_type", "service_start", "service_end",
    "code", "quantity", "unit_price", "amount", "diagnosis_1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crowd:
    """An opened fund: its people, its clinics by provider number, and who imports."""

    country: world.World
    clinics: list[str]
    officer: Actor


@dataclass(frozen=True, slots=True)
class MonthFile:
    """The claims of one month as they come in, a few days after it."""

    name: str
    content: bytes
    lines: int
    received_at: dt.datetime


def open_fund(lines: int) -> Crowd:
    """Plan, cooperatives, contracts and members, through the services of the rooms."""
    country = world.make(clock.today(fund().zone), max(lines // LINES_PER_MEMBER, 50))
    opened_at = dt.datetime.combine(world.add_months(country.first_month, -1), dt.time(9), dt.UTC)
    with clock.frozen(opened_at), database_clock(lambda: opened_at), unit_of_work():
        staff = people.hire()
        opening.put_plan_in_force(staff)
        registered = opening.register_providers(country, staff)
        opening.draw_contracts(country, registered, staff)
        opening.enrol_members(country, staff)
    clinics = [registered[row.key].number for row in country.of_kind("clinic")]
    return Crowd(country, clinics, staff.claims_officer)


def month_files(crowd: Crowd, lines: int) -> Iterator[MonthFile]:
    """`lines` in equal parts over the months; most pay, some are duplicates, above tariff or without a known code."""
    random, months = Random(lines), crowd.country.months()
    for position, month in enumerate(months):
        wanted = lines * (position + 1) // len(months) - lines * position // len(months)
        rows: list[tuple[str, ...]] = []
        while len(rows) < wanted:
            rows += _claim(random, crowd, month, len(rows))[: wanted - len(rows)]
        received_at = dt.datetime.combine(world.add_months(month, 1), dt.time(8), dt.UTC) + dt.timedelta(days=4)
        yield MonthFile(f"claims-{month:%Y-%m}.csv", csv_bytes(HEADER, rows), len(rows), received_at)


def _claim(random: Random, crowd: Crowd, month: dt.date, number: int) -> list[tuple[str, ...]]:
    person = random.choice(crowd.country.people)
    day = month + dt.timedelta(days=random.randrange((world.month_end(month) - month).days + 1))
    is_child = (day - person.born_on).days < 6 * 365
    codes = sorted(set(CHILD_CARE if is_child else ADULT_CARE))
    clinic = crowd.clinics[sum(person.number.encode()) % len(crowd.clinics)]
    claim_no = f"{month:%Y%m}-{number:06d}"
    rows = []
    for line_no, code in enumerate(random.sample(codes, min(random.choice(LINES_PER_CLAIM), len(codes))), start=1):
        thousandths = round(float(RATES[code]) * 1000) + (500 if random.random() < 0.1 else 0)
        price, sent = f"{thousandths // 1000}.{thousandths % 1000:03d}", "XX-000" if random.random() < 0.02 else code
        rows.append(
            (claim_no, str(line_no), person.number, clinic, "1", "health", day.isoformat(), day.isoformat(), sent, "1",
             price, price, "Z00")
        )  # fmt: skip
    return rows
