"""Cases out of facts: each household with its people, its undecided lines and what it used before."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from claims.case import Case, Household, Line
from claims.facts import opening, prior
from claims.facts.care import CareFacts, cleared
from claims.facts.codes import Codes
from claims.facts.grants import Grants
from claims.facts.needs import Needs
from claims.facts.people import People
from claims.facts.providers import Providers
from claims.facts.timeline import PlanFor, rows_by
from claims.filed import Filed
from claims.intake.values import LineInput


def cases(claims: Sequence[Filed], plan_for: PlanFor, zone: ZoneInfo, known_on: dt.date | None = None) -> list[Case]:
    """One case per household, and one per claim whose member was not found. `known_on`: the day of the question."""
    found = _Facts(claims, plan_for, zone, known_on)
    groups: dict[object, list[Filed]] = defaultdict(list)
    for claim in claims:
        groups[found.household_of(claim) or ("unknown", claim.organisation_id, claim.id)].append(claim)
    return [found.case(group) for group in groups.values()]


class _Facts:
    """Everything the batch needs, indexed; built once, read by line."""

    def __init__(
        self, claims: Sequence[Filed], plan_for: PlanFor, zone: ZoneInfo, known_on: dt.date | None = None
    ) -> None:
        self.known_on = known_on
        self.zone, self.row_of = zone, rows_by(plan_for)
        claimants = {claim.member_id for claim in claims if claim.member_id is not None}
        self.grants = Grants(claimants, plan_for, self.row_of)
        self.people = People(claimants, self.grants.rows, _first_day(claims))
        self.providers = Providers(claims, prior.rows_of(claims, self.row_of))
        self.codes = Codes(claims, plan_for, self.row_of)
        self.prior = prior.by_household(claims, self.row_of, self.people.home, self._spells(claims))
        self.care = CareFacts(claims, self.row_of)
        self.needs = Needs(claims, plan_for, self.row_of)
        self.brought_in = opening.by_household(self.people.households)

    def _spells(self, claims: Sequence[Filed]) -> Iterator[prior.Spell]:
        """What limits count over besides calendar windows: grants with a quantity, covers if the plan says."""
        yield from self.grants.spells()
        if prior.has_cover_window(prior.rows_of(claims, self.row_of)):
            yield from self.people.cover_spells()

    def household_of(self, claim: Filed) -> int | None:
        return self.people.home.get(claim.member_id) if claim.member_id is not None else None

    def case(self, claims: Sequence[Filed]) -> Case:
        home = self.household_of(claims[0])
        lines = [self.line(claim, line) for claim in claims for line in claim.lines]
        if home is None:
            return Case(Household(0), {}, lines)
        return Case(
            self.people.households[home],
            self.people.claimants[home],
            lines,
            self.prior.get(home, []),
            self.brought_in.get(home, []),
        )

    def line(self, claim: Filed, line: LineInput) -> Line:
        received_on = claim.received_at.astimezone(self.zone).date()
        day: dt.date = line.service_until or line.service_from or received_on
        contract = self.providers.contract(claim, line.service, day, self.row_of(line))
        fact = self.care.of(claim, line)
        if claim.waived:
            fact = cleared(fact, claim.waived)
        return Line(
            claim_id=claim.id,
            line_no=line.line_no,
            claim_number=claim.number,
            provider_claim_no=claim.provider_claim_no,
            organisation_id=claim.organisation_id,
            site_id=claim.site_id,
            member_id=claim.member_id,
            service=line.service,
            code_system=line.code_system,
            service_from=line.service_from,
            service_until=line.service_until,
            received_on=received_on,
            received_at=claim.received_at,
            quantity_milli=line.quantity_milli,
            unit_price=line.unit_price,
            amount=line.amount,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            contract=contract,
            is_contracted=contract is not None,
            is_code_known=self.codes.is_known(line, day),
            standing=self.providers.standing(claim.organisation_id, day),
            grant=self.grants.of(claim.member_id, line, day),
            visit=fact.visit,
            attendance=fact.attendance,
            place=fact.place,
            quote=fact.quote,
            authorisation_no=line.authorisation_no,
            practitioner=line.practitioner,
            is_practitioner_accredited=self.needs.is_accredited(line, day),
            diagnoses=line.diagnoses,
            unreadable=line.unreadable,
            replaces_claim_id=claim.replaces_claim_id,
            facility=self.needs.facility(claim),
            visit_type=claim.visit_type,
            referral_no=claim.referral_no,
            stated_total=claim.stated_total,
            claim_total=sum(other.amount for other in claim.lines) if claim.stated_total is not None else 0,
            unknown_diagnoses=self.needs.unknown_diagnoses(line, day),
            documents=self.needs.documents(claim),
            known_on=self.known_on,
        )


def _first_day(claims: Sequence[Filed]) -> dt.date:
    """Of the days that count: the end of a line, else its start."""
    days = (line.service_until or line.service_from for claim in claims for line in claim.lines)
    return min((day for day in days if day is not None), default=dt.date.min)
