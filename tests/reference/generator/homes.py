"""One household by dice: its people, its lines, and what was decided before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from claims.benefit_plan import BenefitPlan
from claims.benefit_plan.rows import ServiceRow
from claims.case import (
    Approval,
    Case,
    ContractLine,
    Household,
    Line,
    PriorLine,
    ProviderStanding,
    UseEntry,
)
from tests.reference.generator.records import Records
from tests.reference.generator.spoils import SPOILS
from tests.reference.money import window, worth


class Home(Records):
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
            prior=[self._prior(index) for index in range(chance.choice([0, 1, 2, 5, 8]))],
            opening_use=[self._use(self._row(), chance.choice(list(self.members))) for _ in range(opened)],
        )

    # ------------------------------------------------------------------------------------ lines

    def _lines(self) -> list[Line]:
        made: list[Line] = []
        for number in range(1, self.chance.choice([1, 3, 6, 10, 14, 20, 20]) + 1):
            if made and self._often(0.04):
                made.append(self._again(self.chance.choice(made), number))
            else:
                made.append(self._line(number))
        self._total(made)
        self.chance.shuffle(made)
        return made

    def _total(self, lines: list[Line]) -> None:
        """What the claim itself says; its total is sometimes written, and sometimes wrong."""
        for claim in self.claims:
            own = [line for line in lines if line.claim_id == claim]
            total = sum(line.amount for line in own)
            stated = self.chance.choice([None, total, total, total, total])
            if self._often(0.03):
                stated = total + 1
            facility = self.chance.choice(["", "", "", "outpatient", "inpatient"]) if self._often(0.3) else ""
            visit_type, referral = (
                self.chance.choice(["", "", "emergency", "referral"]),
                self.chance.choice(["", "R-5", "R-6"]),
            )
            for line in own:
                line.stated_total, line.claim_total = stated, total
                line.facility, line.visit_type, line.referral_no = facility, visit_type, referral
                line.practitioner = line.practitioner or self.chance.choice(["", "W-1", "W-1"])
                line.known_on = line.received_on + timedelta(days=self.chance.choice([0, 9, 10, 11, 15, 16]))
                line.documents = tuple(self.chance.sample(self._documents(), self.chance.randint(0, 2)))

    def _documents(self) -> list[str]:
        names = sorted({each.name for row in self.rows for each in row.documents})
        return [*names, "Letter", "Photograph"]

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
            diagnoses=chance.choice([("J06",), ("J06", "O80"), ("O80",)]) if self._often(0.9) else (),
            grant=chance.choice(self.grants) if _wants_grant(row) or self._often(0.1) else None,
        )
        self._recorded(line, row)
        if self._often(0.05):
            line.approved = self._approval(line)
        line.is_looked_at = self._often(0.03)
        if self._often(0.13):
            self._spoil(line)
        return line

    def _approval(self, line: Line) -> Approval:
        """A reviewer approves some, all or nothing of the quantity, at the price asked or less."""
        quantity = self.chance.choice([line.quantity_milli, line.quantity_milli // 2, 1000, 0])
        price = self.chance.choice([line.unit_price, line.unit_price // 2, line.unit_price - 1, 0])
        return Approval(quantity, max(price, 0), "claims reviewer", "Not all of it was necessary.")

    def _quantity(self, row: ServiceRow) -> int:
        if row.unit == "hour":
            return self.chance.choice([1000, 4500, 8000, 10_000, 15_000, 20_000, 30_000, 45_000])
        return self.chance.choice([1000, 1000, 1000, 1000, 2000, 3000, 1500, 250, 7000, 333, 12_000])

    def _tariff(self, price: int) -> int:
        return max(price + self.chance.choice([0, 0, 0, self.unit, -self.unit, -self.unit // 2, -(price // 3)]), 0)

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
        use = [] if state == "pended" and self._often(0.6) else [self._use(row, member, on) for _ in "ab"]
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
            is_reserving=state == "pended" and bool(use),
            use=tuple({entry.key: entry for entry in use}.values()),
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
