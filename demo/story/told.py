"""What a story is made of: who was placed where, the rows of every file, and what was planted among them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from demo.world import Cooperative, Person, month_end

RATES = {"LC-100": "5.400", "LC-130": "7.200", "LC-300": "70.000", "CC-100": "9.000"} | {
    "HC-100": "9.500", "HC-110": "18.000", "HC-115": "5.000", "HC-120": "6.500", "HC-130": "8.500", "HC-140": "12.000",
    "HC-145": "22.000", "HC-147": "16.000", "HC-150": "11.000", "HC-170": "4.500", "HC-175": "10.000",
    "HC-180": "14.000", "HC-185": "19.000", "HC-225": "240.000", "HC-226": "12.000",
}  # fmt: skip
CONTRACTED = {
    "care": ("LC-100", "LC-130", "LC-300"),
    "nursery": ("CC-100",),
    "clinic": tuple(c for c in RATES if c.startswith("HC")),
}
Fault = tuple[str, str, str]  # reason, cooperative, claim number
OUTLIER, ABOVE_TARIFF, OVER_CAPACITY = "care-0", "clinic-0", "nursery-0"
HEAPED = "care-2"  # whose visits last to the minute what was planned
HOLIDAYS = {(1, 1), (5, 1), (7, 25)}


@dataclass(slots=True)
class Placed:
    """A person with a cooperative from a day on: slots are (weekday, minute of the day, minutes)."""

    person: Person
    cooperative: Cooperative
    service: str
    valid_from: dt.date
    slots: list[tuple[int, int, int]]
    level: int | None = None


@dataclass(slots=True)
class Story:
    placed: list[Placed]
    stays: list[dict[str, Any]]
    attendance: dict[dt.date, list[dict[str, Any]]]
    visits: dict[dt.date, list[dict[str, Any]]]
    claims: dict[dt.date, list[dict[str, Any]]]
    planted: Counter[str] = field(default_factory=Counter)
    faults: set[Fault] = field(default_factory=set)
    papers: dict[dt.date, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    homes: list[dict[str, Any]] = field(default_factory=list)
    shifts: list[dict[str, Any]] = field(default_factory=list)
    granted: list[tuple[str, dt.date]] = field(default_factory=list)
    twins: list[tuple[str, str, str]] = field(default_factory=list)
    unreadable: set[tuple[str, str]] = field(default_factory=set)

    def plant(self, what: str, reason: str, cooperative: Cooperative, claim_no: str) -> None:
        """A trouble of a claim, and the reason by which it must be found."""
        self.planted[what] += 1
        self.faults.add((reason, cooperative.key, claim_no))


def claim_of(
    story: Story, month: dt.date, cooperative: Cooperative, person: Person, code: str, quantity: str, price: str,
    start: dt.date, end: dt.date | None = None, suffix: str = "", line_no: int = 1, claim_no: str = "",
    referral: str = "", practitioner: str = "",
) -> str:  # fmt: skip
    """One line of one claim in the fund's own file layout; the claim's number is the cooperative's."""
    claim_no = claim_no or f"{month:%Y%m}-{person.number}{suffix}"
    units, thousandths = int(quantity), round(float(price) * 1000)
    story.claims[month].append(
        {
            "claim_no": claim_no,
            "line_no": line_no,
            "member_id": person.number,
            "provider_id": cooperative.key,
            "facility_id": "1",
            "service_type": cooperative.service_line,
            "service_start": start,
            "service_end": end or month_end(month),
            "code": code,
            "quantity": quantity,
            "unit_price": price,
            "amount": f"{units * thousandths / 1000:.3f}",
            "diagnosis_1": "Z00" if cooperative.kind == "clinic" else "",
            "referral_no": referral,
            "practitioner_id": practitioner,
        }
    )
    return claim_no


def days_of(month: dt.date) -> Iterator[dt.date]:
    day = month
    while day <= month_end(month):
        yield day
        day += dt.timedelta(days=1)
