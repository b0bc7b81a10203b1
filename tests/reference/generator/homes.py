"""One household by dice: its people, its lines, and what was decided before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from claims.benefit_plan import BenefitPlan
from claims.benefit_plan.rows import ServiceRow
from claims.case import (
    AttendanceFact,
    Case,
    ContractLine,
    Household,
    Line,
    PlaceFact,
    PriorLine,
    ProviderStanding,
    QuoteFact,
    UseEntry,
    VisitFact,
)
from tests.reference.generator.people import People
from tests.reference.generator.spoils import SPOILS
from tests.reference.money import window, worth


class Home(People):
    """The people with their claims; a claim is one provider's for one member."""

    def __init__(self, chance: Random, number: int, plan: BenefitPlan) -> None:
        super().__init__(chance, number, plan)
        self.grants = [self.grant(index) for index in range(2)]
        self.claims = {
            number * 100 + index: (chance.choice(list(self.members)), chance.choice([1, 1, 2])) for index in range(6)
        }

    def case(self) -> Case:
        chance, opened = self.chance, self.chance.choice([0, 0, 1, 2])
        incomes = [None, *(amount * self.unit + 75 for amount in (300, 700, 2123, 2400, 5000, 12_000))]
        return Case(
            household=Household(
                self.number,
                monthly_income=chance.choice(incomes),
                income_band=chance.choice(["", "", "poverty", "high"]),
                children=chance.randint(0, 5),
            ),
            members=self.members,
            lines=self._lines(),
            prior=[self._prior(index) for index in range(chance.choice([0, 0, 1, 2, 5]))],
            opening_use=[self._use(self._row(), chance.choice(list(self.members))) for _ in range(opened)],
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
        if self._often(0.13):
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
        if row.match == "visit" and self._often(0.95):
            line.visit = self._visit(line)
        if row.match == "attendance" and self._often(0.95):
            line.attendance = self._attendance(line)
        if row.match.startswith("occupancy") and self._often(0.95):
            line.place = self._place(line)
        if row.match == "quote" and self._often(0.95):
            asked = line.amount
            quoted = asked + self.chance.choice([0, 0, self.unit, -self.unit // 2])
            accepted = self.chance.choice([None, asked, asked, quoted - 1])
            line.quote = QuoteFact("Q-7", max(quoted, 0), accepted and max(accepted, 0))

    def _known(self, line: Line) -> dict[str, Any]:
        """Quantity, what is missing, and often the days on which it was recorded."""
        chance, asked = self.chance, line.quantity_milli
        known = asked if self._often(0.75) else chance.choice([0, asked // 2, max(asked - 1000, 0), asked + 500])
        missing = chance.choice([(), ("worker",), ("ended_at", "place")])
        missing_on = line.service_on if missing and self._often(0.7) else None
        days = self._days(line, known) if known and self._often(0.6) else ()
        return {"missing": missing, "missing_on": missing_on, "days": days, "known": known}

    def _days(self, line: Line, known: int) -> tuple[tuple[date, int], ...]:
        first = line.service_from or line.service_on
        span = (line.service_on - first).days
        count = self.chance.randint(1, min(span + 1, 6))
        days = sorted(first + timedelta(days=n) for n in self.chance.sample(range(span + 1), count))
        parts = [known // count] * count
        parts[0] += known - sum(parts)
        return tuple(zip(days, parts, strict=True))

    def _doubt(self, line: Line, names: list[str]) -> dict[str, Any]:
        name = self.chance.choice(names) if self._often(0.05) else ""
        return {"doubt": name, "doubt_on": line.service_on if name else None, "doubt_other": "104" if name else ""}

    def _visit(self, line: Line) -> VisitFact:
        over = line.service_on if self._often(0.05) else None
        fact, other = self._known(line), {"overlap_on": over, "overlap_number": "V-9" if over else ""}
        return VisitFact(fact.pop("known"), **fact, **other, **self._doubt(line, ["over_units"]))

    def _attendance(self, line: Line) -> AttendanceFact:
        over = line.service_on if self._often(0.05) else None
        billed = [0, 1_000_000, 1_070_000, 1_071_000, 1_111_000, 1_123_457, 1_170_000, 1_400_000]
        fact = self._known(line)
        absences = [day for day in fact["days"] if self._often(0.4)]
        return AttendanceFact(
            fact.pop("known"),
            **fact,
            over_on=over,
            children=23 if over else 0,
            places=20 if over else 0,
            billed_milli_of_site=self.chance.choice(billed),
            attended_milli_of_site=1_000_000,
            absences=tuple(absences),
            **self._doubt(line, ["two_centres", "over_day"]),
        )

    def _place(self, line: Line) -> PlaceFact:
        """A row of nights that may begin late or end early."""
        first, nights = line.service_from or line.service_on, []
        day = first + timedelta(days=self.chance.choice([0, 0, 0, 1, 5]))
        last = line.service_on - timedelta(days=self.chance.choice([0, 0, 0, 0, 3]))
        while day <= last:
            nights.append(day)
            day += timedelta(days=1)
        late = first if self._often(0.1) else None
        doubt = self._doubt(line, ["place_taken", "two_places"])
        return PlaceFact(
            "D-12",
            tuple(nights),
            **doubt,
            doubt_nights=2 if doubt["doubt"] else 0,
            certified_until=self.chance.choice([None, first - timedelta(days=1)]) if late else None,
            uncertified_on=late,
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
            if self._often(0.5):
                return UseEntry("absence:childcare", "member", member, window("year", on, None), "count", 41)
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


def _wants_grant(row: ServiceRow) -> bool:
    return row.needs_authorisation or bool(row.entitlement)
