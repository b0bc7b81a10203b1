"""Mixed cases out of chance alone: health, childcare and care of households, so dense that limits are met.

Used by `bench/deciding.py` and by the tests that compare two ways of deciding; the same seed gives the same cases.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from claims.benefit_plan import BenefitPlan, parse
from claims.case import (
    AttendanceFact,
    CareLevel,
    Case,
    ContractLine,
    Cover,
    Grant,
    Household,
    Line,
    Member,
    PriorLine,
    ProviderStanding,
    Stay,
    UseEntry,
    VisitFact,
)
from claims.pricing import value

YEAR = date(2026, 1, 1)
PLAN = Path(__file__).parents[2] / "plan" / "benefits.toml"


@dataclass(frozen=True, slots=True)
class Offer:
    """A service with its agreed price and how much of it a line asks for."""

    code: str
    price: int
    quantities: tuple[int, ...]
    days: int = 1  # that a line spans


HEALTH = (
    Offer("HC-100", 12_000, (1000,)),
    Offer("HC-110", 30_000, (1000,)),
    Offer("HC-120", 9_000, (1000, 2000)),
    Offer("HC-140", 24_500, (1000,)),
    Offer("HC-145", 60_000, (1000,)),
    Offer("HC-150", 20_000, (1000,)),
    Offer("HC-175", 15_000, (1000,)),
    Offer("HC-180", 18_000, (1000,)),
    Offer("HC-185", 85_000, (1000, 2000)),
    Offer("HC-200", 17_500, (1000, 3000)),
    Offer("HC-210", 140_000, (3000, 8000)),
    Offer("HC-220", 420_000, (1000,)),
    Offer("HC-240", 90_000, (1000,)),
    Offer("HC-290", 400_000, (1000,)),
)
CHILDCARE = (Offer("CC-100", 9_000, (4000, 8000)), Offer("CC-110", 8_500, (150_000, 180_000), 28))
CARE = (
    Offer("LC-110", 6_500, (4000, 8000, 14_000)),
    Offer("LC-120", 11_000, (2000, 6000)),
    Offer("LC-130", 14_000, (2000, 3000)),
    Offer("LC-200", 65_000, (1000,)),
    Offer("LC-300", 78_000, (28_000,), 28),
)


def plan() -> BenefitPlan:
    """The demo's plan, from its file."""
    return parse(PLAN.read_text(encoding="utf-8"))


def always(plan: BenefitPlan) -> Callable[[date], BenefitPlan]:
    """One plan for every service date."""
    return lambda _on: plan


def cases(lines: int, seed: int = 1) -> Iterator[Case]:
    """Households with about `lines` lines in all."""
    chance = random.Random(seed)
    made, number = 0, 0
    while made < lines:
        number += 1
        case = _case(number, chance)
        made += len(case.lines)
        yield case


def _case(number: int, chance: random.Random) -> Case:
    members = {m.member_id: m for m in (_member(number * 10 + i, i, chance) for i in range(chance.randint(1, 5)))}
    band = chance.choice(("", "", "", "poverty", "high"))
    income = chance.choice((None, 500_000, 2_400_000, 9_000_000))
    home = Household(
        number, income, band, sum(m.born_on is not None and m.born_on.year > 2015 for m in members.values())
    )
    case = Case(home, members, [], _prior(number, chance), _opening(number, chance))
    for claim in range(chance.randint(1, 16)):
        case.lines.extend(_claim(number * 100 + claim, chance.choice(list(members.values())), chance))
    return case


def _member(member_id: int, place: int, chance: random.Random) -> Member:
    is_child = place >= 2
    born = date(chance.randint(2021, 2025) if is_child else chance.randint(1940, 2000), chance.randint(1, 12), 1)
    state = chance.choice(("active",) * 48 + ("suspended", "lapsed"))
    starts = YEAR if chance.random() < 0.03 else date(2024, 5, 1)
    waits = {"dental": date(2026, 4, 1), "surgery": date(2026, 2, 1)} if chance.random() < 0.2 else {}
    package = chance.choice(("basic", "extended"))
    needs_care = not is_child and chance.random() < 0.5
    levels: tuple[CareLevel, ...] = ()
    if needs_care:
        first = CareLevel(chance.randint(1, 3), date(2025, 1, 1), date(2026, 3, 11))
        levels = (first, CareLevel(chance.randint(2, 5), date(2026, 3, 12)))
    return Member(
        member_id,
        None if chance.random() < 0.01 else born,
        chance.choice(("female", "male")),
        date(2026, 5, 20) if chance.random() < 0.01 else None,
        (Cover(starts, None, state, package, waits),),
        (Stay(date(2026, 2, 10), date(2026, 2, 19), number="S-1"),) if chance.random() < 0.1 else (),
        levels,
        chance.random() < 0.05,
    )


def _claim(claim_id: int, member: Member, chance: random.Random) -> Iterator[Line]:
    is_child = member.born_on is not None and member.born_on.year > 2015
    kinds = (CHILDCARE, CHILDCARE, HEALTH) if is_child else (CARE, CARE, HEALTH) if member.care_levels else (HEALTH,)
    offers = chance.choice(kinds)
    day = YEAR + timedelta(days=chance.randint(0, 150))
    waited = 130 if chance.random() < 0.05 else chance.randint(28, 100)
    received = datetime.combine(day + timedelta(days=waited), time(9), UTC)
    organisation = chance.randint(1, 40)
    for line_no in range(1, chance.randint(1, 5) + 1):
        on = day if offers is HEALTH else day + timedelta(days=line_no * 3 if chance.random() < 0.97 else 0)
        yield _line(claim_id, line_no, member, chance.choice(offers), on, received, organisation, chance)


def _line(
    claim_id: int,
    line_no: int,
    member: Member,
    offer: Offer,
    on: date,
    received: datetime,
    organisation: int,
    chance: random.Random,
) -> Line:
    quantity = chance.choice(offer.quantities)
    asked = offer.price + chance.choice((0, 0, 0, 500, 3_000))
    is_odd = chance.random() < 0.02
    line = Line(
        claim_id=claim_id,
        line_no=line_no,
        claim_number=f"C-2026-{claim_id}",
        provider_claim_no=str(claim_id),
        organisation_id=organisation,
        site_id=None,
        member_id=None if chance.random() < 0.003 else member.member_id,
        service="XX-999" if is_odd else offer.code,
        code_system="fund",
        service_from=None if chance.random() < 0.003 else on,
        service_until=on + timedelta(days=offer.days - 1),
        received_on=received.date(),
        received_at=received,
        quantity_milli=quantity,
        unit_price=asked,
        amount=value(quantity, asked) + (7 if chance.random() < 0.004 else 0),
        starts_at=datetime.combine(on, time(chance.randint(7, 18)), UTC) if offer in CARE and offer.days == 1 else None,
        is_contracted=True,
        is_code_known=not is_odd,
        standing=ProviderStanding("accredited" if chance.random() < 0.99 else "suspended"),
        is_practitioner_accredited=chance.random() < 0.995,
        practitioner="W-17",
        diagnoses=("J06.9",) if chance.random() < 0.9 else (),
    )
    _agree(line, offer, chance)
    _record(line, member, offer, chance)
    return line


def _agree(line: Line, offer: Offer, chance: random.Random) -> None:
    if chance.random() < 0.98:
        price = offer.price if chance.random() < 0.99 else None
        line.contract = ContractLine(line.organisation_id, f"C-2026-{line.organisation_id:03d}", price, YEAR)
    else:
        line.is_contracted = False


def _record(line: Line, member: Member, offer: Offer, chance: random.Random) -> None:
    """What care has recorded, and the grant."""
    verified = line.quantity_milli if chance.random() < 0.92 else line.quantity_milli * chance.randint(0, 3) // 4
    overlap = date(2026, 3, 3) if chance.random() < 0.01 else None
    if offer.code.startswith("LC-1"):
        missing = ("worker",) if verified < line.quantity_milli else ()
        missing_on = line.service_from if missing else None
        line.visit = VisitFact(verified, missing, missing_on, overlap, "V-9" if overlap else "", _days(line, verified))
    elif offer in CHILDCARE or offer.code == "LC-200":
        line.attendance = AttendanceFact(verified, over_on=overlap, children=12 if overlap else 0, places=10)
        line.attendance.days = _days(line, verified)
        if chance.random() < 0.2:
            line.attendance.absences = line.attendance.days[:2]
        line.attendance.billed_milli_of_site = chance.choice((0, 1_000_000, 1_120_000, 1_300_000))
        line.attendance.attended_milli_of_site = 1_000_000
    if chance.random() < 0.97:
        granted = chance.choice((None, 40_000, 400_000)) if offer not in HEALTH else 12_000
        entitlement = chance.choice(("full", "half")) if offer in CHILDCARE else ""
        if offer in HEALTH and offer.code != "HC-200":
            return
        number = f"G-2026-{member.member_id}"
        line.grant = Grant(member.member_id, number, YEAR, None, granted, chance.choice((0, 2000)), entitlement)


def _days(line: Line, quantity: int) -> tuple[tuple[date, int], ...]:
    """The quantity spread over the first days of the line."""
    span = min((line.service_on - line.service_from).days + 1, 20) if line.service_from else 0
    return tuple((line.service_on - timedelta(days=day), quantity // span) for day in reversed(range(span)))


def _prior(number: int, chance: random.Random) -> list[PriorLine]:
    """Half a year of earlier lines of the first member, with what they used up."""
    member = number * 10
    made = []
    for index in range(chance.choice((0, 0, 3, 8))):
        on = YEAR + timedelta(days=chance.randint(0, 20))
        use = (
            UseEntry("ceiling:health_member", "member", member, YEAR, "money", 90_000),
            UseEntry("ceiling:health_household", "household", number, YEAR, "money", 90_000),
            UseEntry("quantity:HC-100:year", "member", member, YEAR, "quantity", 3_000),
        )
        made.append(PriorLine(number * 1000 + index, 1, f"C-2025-{index}", 3, member, "HC-100", on, on, 1000, use=use))
    return made


def _opening(number: int, chance: random.Random) -> list[UseEntry]:
    if chance.random() < 0.8:
        return []
    return [UseEntry("ceiling:dental", "member", number * 10, YEAR, "money", 250_000)]
