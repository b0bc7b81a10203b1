"""Households made by dice: crowded enough that limits bind, crooked enough that every reason occurs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random

from claims.benefit_plan import BenefitPlan, parse
from claims.benefit_plan.rows import ServiceRow
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
from tests.reference.money import window, worth

ROOT = Path(__file__).parents[2]
FIRST = date(2025, 11, 1)
DAYS = 300
Plans = Callable[[date], BenefitPlan]


@cache
def fund_plan() -> BenefitPlan:
    return parse((ROOT / "plan/benefits.toml").read_text())


@cache
def small_plan() -> BenefitPlan:
    """The plan of the written cases."""
    return parse((ROOT / "tests/rules/plan.toml").read_text())


@cache
def corner_plan() -> BenefitPlan:
    return parse((ROOT / "tests/reference/corners.toml").read_text())


@cache
def former_plan(of: Callable[[], BenefitPlan]) -> BenefitPlan:
    """In force until the end of 2025: another number of days to file."""
    return replace(of(), version=f"{of().version} before", filing_days=45)


def plans(of: Callable[[], BenefitPlan]) -> Plans:
    return lambda on: of() if on.year > 2025 else former_plan(of)


def generated(seed: int, lines: int) -> Iterator[tuple[Case, Plans]]:
    """Cases with at least `lines` lines in all; the same seed gives the same cases."""
    chance, made, number = Random(seed), 0, 0
    while made < lines:
        number += 1
        of = chance.choice([small_plan, small_plan, small_plan, fund_plan, fund_plan, corner_plan])
        case = Home(chance, number, of()).case()
        made += len(case.lines)
        yield case, plans(of)


class Home:
    """One household. Few services and few weeks, so that its lines meet in the same windows."""

    def __init__(self, chance: Random, number: int, plan: BenefitPlan) -> None:
        self.chance, self.number, self.plan = chance, number, plan
        rows = list({row.code: row for rows in plan.rows.values() for row in rows}.values())
        crowded = [row for row in rows if _is_limited(row)]
        self.rows = [chance.choice(crowded) for _ in range(chance.randint(1, 3))]
        self.rows += [chance.choice(rows)] if chance.random() < 0.7 else []
        self.around = FIRST + timedelta(days=chance.randrange(DAYS))
        self.unit = 10**plan.exponent
        self.members = {each.member_id: each for each in self._members()}
        self.grants = [self._grant(index) for index in range(2)]
        self.claims = {  # a claim is one provider's for one member
            number * 100 + index: (chance.choice(list(self.members)), chance.choice([1, 1, 2])) for index in range(6)
        }

    def case(self) -> Case:
        chance = self.chance
        return Case(
            household=Household(
                self.number,
                monthly_income=chance.choice(
                    [None, *(x * self.unit + 75 for x in (300, 700, 2123, 2400, 5000, 12_000))]
                ),
                income_band=chance.choice(["", "", "poverty", "high"]),
                children=chance.randint(0, 5),
            ),
            members=self.members,
            lines=self._lines(),
            prior=[self._prior(index) for index in range(chance.choice([0, 0, 1, 2, 5]))],
            opening_use=[self._use(self._row(), chance.choice(list(self.members))) for _ in range(chance.randint(0, 2))]
            if chance.random() < 0.3
            else [],
        )

    def _often(self, share: float) -> bool:
        return self.chance.random() < share

    def _row(self) -> ServiceRow:
        return self.chance.choice(self.rows)

    def _day(self) -> date:
        spread = self.chance.choice([0, 3, 7, 15, 40, 200])
        return self.around + timedelta(days=self.chance.randint(-spread, spread))

    # ------------------------------------------------------------------------------------ people

    def _members(self) -> Iterator[Member]:
        for index in range(self.chance.choice([1, 1, 2, 3, 5])):
            yield Member(
                member_id=self.number * 10 + index,
                born_on=self._born(),
                sex=self.chance.choice(["female", "female", "female", "female", "male", "male", ""]),
                died_on=self._day() if self._often(0.04) else None,
                covers=tuple(self._covers()),
                stays=tuple(self._stays()),
                care_levels=tuple(self._levels()),
                has_disability=self._often(0.2),
            )

    def _born(self) -> date | None:
        if self._often(0.04):
            return None
        """Within the ages that the services ask for, or around their first and last day."""
        old, young = date(1940, 1, 1), date(2024, 6, 1)
        lows = [row.age_from_months for row in self.rows if row.age_from_months is not None]
        highs = [row.age_until_months for row in self.rows if row.age_until_months is not None]
        if self._often(0.3) or not (lows or highs):
            return old + timedelta(days=self.chance.randrange((young - old).days))
        age = self.chance.choice(lows + highs)
        if self._often(0.7):
            age = self.chance.randint(
                max(lows, default=0) + 2, max(min(highs, default=900) - 2, max(lows, default=0) + 3)
            )
        months = self.around.year * 12 + self.around.month - 1 - age
        return date(months // 12, months % 12 + 1, self.chance.randint(1, 28))

    def _covers(self) -> Iterator[Cover]:
        """One long spell, or a row of spells with gaps and bad states, or none."""
        kind, groups = self.chance.random(), {row.waiting_group for row in self.rows} - {""}
        waiting = {group: self._day() for group in sorted(groups) if self._often(0.4)}
        package = self._package()
        if kind < 0.82:
            yield Cover(date(2024, 1, 1), None, "active", package, waiting)
        elif kind < 0.98:
            day = self.around - timedelta(days=self.chance.randint(0, 120))
            for _ in range(self.chance.randint(1, 4)):
                last = day + timedelta(days=self.chance.randint(5, 120))
                state = self.chance.choice(["active", "active", "grace", "suspended", "lapsed"])
                yield Cover(day, None if self._often(0.2) else last, state, package, waiting)
                day = last + timedelta(days=self.chance.choice([1, 1, 10, -5]))

    def _package(self) -> str:
        wide = max(self.plan.packages, key=lambda key: sum(key in row.packages for row in self.rows))
        return wide if self._often(0.85) else self.chance.choice(list(self.plan.packages))

    def _stays(self) -> Iterator[Stay]:
        for index in range(self.chance.choice([0, 0, 0, 0, 0, 1, 2])):
            day = self._day()
            last = None if self._often(0.1) else day + timedelta(days=self.chance.randint(0, 12))
            yield Stay(day, last, number=f"S-{index}")

    def _levels(self) -> Iterator[CareLevel]:
        """None, one for good, or one after the other with changes in the middle of a month."""
        kind = self.chance.random()
        if kind < 0.55:
            yield CareLevel(self.chance.randint(1, 5), date(2024, 1, 1), None)
        elif kind < 0.9:
            day = self.around - timedelta(days=self.chance.randint(0, 40))
            for _ in range(self.chance.randint(1, 4)):
                last = day + timedelta(days=self.chance.randint(3, 25))
                yield CareLevel(self.chance.randint(1, 5), day, None if self._often(0.2) else last)
                day = last + timedelta(days=self.chance.choice([1, 1, 4]))

    def _grant(self, index: int) -> Grant:
        first = date(2024, 1, 1) if self._often(0.8) else self._day()
        granted = self.chance.choice([None, 3000, 8000, 12_000, 40_000])
        return Grant(
            grant_id=self.number * 10 + index,
            number=f"G-{self.number}-{index}",
            valid_from=first,
            valid_until=None if self._often(0.7) else self._day(),
            granted_milli=granted,
            used_milli=self.chance.choice([0, 0, 0, 2000, 2500]) if granted else 0,
            entitlement=self.chance.choice(["full", "half", "half", "half", "half", ""]),
        )

    # ------------------------------------------------------------------------------------ lines

    def _lines(self) -> list[Line]:
        made: list[Line] = []
        for number in range(1, self.chance.choice([1, 3, 6, 10, 14, 20]) + 1):
            if made and self._often(0.04):
                made.append(self._again(self.chance.choice(made), number))
            else:
                made.append(self._line(number))
        self.chance.shuffle(made)
        return made

    def _claim(self) -> int:
        return self.chance.choice(list(self.claims))

    def _again(self, line: Line, number: int) -> Line:
        """The same service once more, in this or another claim of the same member and provider."""
        same = [key for key, who in self.claims.items() if who == self.claims[line.claim_id]]
        claim = self.chance.choice(same)
        return replace(line, line_no=number, claim_id=claim, claim_number=f"C-{claim}")

    def _line(self, number: int) -> Line:
        chance, row, on, claim = self.chance, self._row(), self._day(), self._claim()
        member, organisation = self.claims[claim]
        begins = on - timedelta(days=chance.choice([0, 0, 0, 0, 1, 2, 6, 13, 29]))
        received = on + timedelta(days=chance.choice([0, 1, 2, 5, 20, 44, 45, 46]))
        price = chance.choice([5, 9, 20, 36, 40, 45, 100, 150, 400]) * self.unit + chance.choice([0, 0, 1, 345, 5])
        quantity = self._quantity(row)
        starts = datetime.combine(on, time(chance.randint(6, 20), 15 * chance.randint(0, 3)), UTC)
        line = Line(
            claim_id=claim,
            line_no=number,
            claim_number=f"C-{claim}",
            provider_claim_no=f"P-{claim}",
            organisation_id=organisation,
            site_id=None,
            member_id=member,
            service=row.code if row.code != "*" else chance.choice(["X1", "X2"]),
            code_system="fund",
            service_from=begins,
            service_until=on if begins != on or self._often(0.7) else None,
            received_on=received,
            received_at=datetime.combine(received, time(8, chance.randint(0, 59)), UTC),
            quantity_milli=quantity,
            unit_price=price,
            amount=worth(quantity, price),
            starts_at=starts if row.unit in ("visit", "hour", "15 minutes") and self._often(0.5) else None,
            ends_at=starts + timedelta(minutes=45) if self._often(0.5) else None,
            is_contracted=True,
            standing=ProviderStanding("accredited"),
            contract=ContractLine(1, "C-2026-031", self._tariff(price), date(2025, 1, 1)),
            diagnoses=("J06",) if self._often(0.9) else (),
            grant=chance.choice(self.grants) if _wants_grant(row) or self._often(0.1) else None,
        )
        self._recorded(line, row)
        if self._often(0.16):
            self._spoil(line)
        return line

    def _quantity(self, row: ServiceRow) -> int:
        if row.unit == "hour":
            return self.chance.choice([1000, 4500, 8000, 10_000, 15_000, 20_000, 30_000, 45_000])
        return self.chance.choice([1000, 1000, 1000, 1000, 2000, 3000, 1500, 250, 7000, 333, 12_000])

    def _tariff(self, price: int) -> int:
        return max(price + self.chance.choice([0, 0, 0, self.unit, -self.unit, -self.unit // 2, -(price // 3)]), 0)

    def _recorded(self, line: Line, row: ServiceRow) -> None:
        """What `care` knows of the line; more often complete than not."""
        chance, asked = self.chance, line.quantity_milli
        known = asked if self._often(0.75) else chance.choice([0, asked // 2, max(asked - 1000, 0), asked + 500])
        missing = chance.choice([(), ("worker",), ("ended_at", "place")])
        missing_on = line.service_on if missing and self._often(0.7) else None
        over = line.service_on if self._often(0.05) else None
        if row.match == "visit" and self._often(0.95):
            line.visit = VisitFact(known, missing, missing_on, over, "V-9" if over else "")
        if row.match == "attendance" and self._often(0.95):
            billed = chance.choice([0, 1_000_000, 1_070_000, 1_071_000, 1_111_000, 1_123_457, 1_170_000, 1_400_000])
            line.attendance = AttendanceFact(
                known, missing, missing_on, over, 23 if over else 0, 20 if over else 0, billed, 1_000_000
            )

    def _spoil(self, line: Line) -> None:
        """One thing, sometimes two, that the regulation refuses or that nobody knows."""
        for spoil in self.chance.sample(SPOILS, self.chance.choice([1, 1, 1, 2])):
            spoil(self.chance, line)
        if line.service_from is None or line.service_until is None:
            line.service_on = line.service_until or line.service_from or line.received_on

    # ------------------------------------------------------------------------------------ what came before

    def _prior(self, index: int) -> PriorLine:
        row, on, claim = self._row(), self._day(), self.number * 100 + 50 + index
        member = self.chance.choice(list(self.members))
        state = self.chance.choice(["accepted", "accepted", "reduced", "pended"])
        return PriorLine(
            claim_id=claim,
            line_no=1,
            claim_number=f"C-{claim}",
            organisation_id=1,
            member_id=member,
            service=row.code if row.code != "*" else "X1",
            service_from=on,
            service_on=on,
            quantity_milli=self._quantity(row),
            state=state,
            use=()
            if state == "pended"
            else tuple({u.key: u for u in (self._use(row, member, on) for _ in "ab")}.values()),
        )

    def _use(self, row: ServiceRow, member: int, on: date | None = None) -> UseEntry:
        """A part of one of the row's limits; a made-up key when it has none."""
        on, chance = on or self._day(), self.chance
        covers = self.members[member].covers
        cover = next((c for c in covers if c.valid_from <= on <= (c.valid_until or date.max)), None)
        money = [x for x in (*row.deductibles, *row.gross_ceilings, *row.net_ceilings) if x.scope != "claim"]
        kinds = chance.choice([money, row.limits, row.counts])
        if row.entitlement and self._often(0.5):
            return UseEntry("entitlement:childcare", "member", member, window("week", on, None), "quantity", 9500)
        if not kinds:
            grant = chance.choice(self.grants)
            return UseEntry("grant", "grant", grant.grant_id, grant.valid_from, "quantity", 1500)
        limit = chance.choice(list(kinds))
        start = window(limit.period, on, cover)
        if limit in row.limits:
            part = limit.quantity_milli * chance.choice([1, 2, 3, 4]) // 4
            return UseEntry(limit.key, "member", member, start, "quantity", part)
        if limit in row.counts:
            return UseEntry(limit.key, "member", member, start, "count", 1)
        subject = member if limit.scope == "member" else self.number
        part = (limit.amount or 80_000) * chance.choice([1, 2, 3, 4]) // 4
        return UseEntry(limit.key, limit.scope, subject, start, "money", part)


def _is_limited(row: ServiceRow) -> bool:
    return bool(row.limits or row.counts or row.net_ceilings or row.gross_ceilings or row.frequency_days)


def _wants_grant(row: ServiceRow) -> bool:
    return row.needs_authorisation or bool(row.entitlement)


# ---------------------------------------------------------------------------------------- what is wrong with a line


def _unreadable(chance: Random, line: Line) -> None:
    line.unreadable = ("price",)


def _no_service(chance: Random, line: Line) -> None:
    line.service = ""


def _no_date(chance: Random, line: Line) -> None:
    line.service_from = None


def _no_member(chance: Random, line: Line) -> None:
    line.member_id = None


def _stranger(chance: Random, line: Line) -> None:
    line.member_id = 999_999_999


def _reversed(chance: Random, line: Line) -> None:
    line.service_from = line.service_on + timedelta(days=2)


def _future(chance: Random, line: Line) -> None:
    line.received_on = line.service_on - timedelta(days=chance.choice([1, 20]))


def _late(chance: Random, line: Line) -> None:
    line.received_on = line.service_on + timedelta(days=chance.choice([90, 91, 120, 121, 200]))


def _wrong_amount(chance: Random, line: Line) -> None:
    line.amount += chance.choice([1, -1, 1000])


def _wrong_quantity(chance: Random, line: Line) -> None:
    line.quantity_milli = chance.choice([0, -1000])
    line.amount = 0


def _negative(chance: Random, line: Line) -> None:
    line.unit_price = -line.unit_price
    line.amount = -line.amount


def _free(chance: Random, line: Line) -> None:
    line.unit_price = line.amount = 0


def _standing(chance: Random, line: Line) -> None:
    line.standing = chance.choice([None, ProviderStanding("suspended"), ProviderStanding("expired")])


def _no_contract(chance: Random, line: Line) -> None:
    line.contract, line.is_contracted = None, chance.choice([False, False, True])


def _no_rate(chance: Random, line: Line) -> None:
    assert line.contract is None or line.contract.contract_id
    if line.contract:
        line.contract = replace(line.contract, unit_price=None)


def _worker(chance: Random, line: Line) -> None:
    line.practitioner, line.is_practitioner_accredited = chance.choice(["W-17", "W-17", ""]), False


def _backwards(chance: Random, line: Line) -> None:
    line.starts_at = datetime.combine(line.service_on, time(12), UTC)
    line.ends_at = line.starts_at - timedelta(minutes=chance.choice([0, 30]))


def _unknown_code(chance: Random, line: Line) -> None:
    line.is_code_known = False


def _elsewhere(chance: Random, line: Line) -> None:
    line.service = "ELSEWHERE"


def _no_diagnosis(chance: Random, line: Line) -> None:
    line.diagnoses = ()


def _no_grant(chance: Random, line: Line) -> None:
    line.grant = None
    line.authorisation_no = chance.choice(["", "G-TOLD"])


def _correction(chance: Random, line: Line) -> None:
    line.replaces_claim_id = line.claim_id // 100 * 100 + 50


SPOILS: list[Callable[[Random, Line], None]] = [
    _unreadable,
    _no_service,
    _no_date,
    _no_member,
    _stranger,
    _reversed,
    _future,
    _late,
    _wrong_amount,
    _wrong_quantity,
    _negative,
    _free,
    _standing,
    _no_contract,
    _no_rate,
    _worker,
    _backwards,
    _unknown_code,
    _elsewhere,
    _no_diagnosis,
    _no_grant,
    _correction,
]
