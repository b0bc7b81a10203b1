"""Cases out of facts: each household with its people, its undecided lines and what it used before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from claims.case import Case, Household, Line
from claims.facts import opening, prior
from claims.facts.asked import Asked, asked, rows_met
from claims.facts.care import CareFacts, cleared
from claims.facts.codes import Codes
from claims.facts.grants import Grants
from claims.facts.needs import Needs
from claims.facts.people import People
from claims.facts.providers import Providers
from claims.facts.timeline import PlanFor
from claims.filed import Filed
from core.db import gathered


def cases(claims: Sequence[Filed], plan_for: PlanFor, zone: ZoneInfo, known_on: dt.date | None = None) -> list[Case]:
    """One case per household, and one per claim whose member was not found. `known_on`: the day of the question."""
    lines = asked(claims, plan_for, zone)
    found = _Facts(claims, lines, plan_for, known_on)
    groups: dict[int, list[Asked]] = {}
    for each in lines:
        groups.setdefault(found.home_of(each.claim) or -each.claim.id, []).append(each)
    return [found.case(home, group) for home, group in groups.items()]


class _Facts:
    """Everything the batch needs, indexed; built once, asked line by line."""

    def __init__(
        self, claims: Sequence[Filed], lines: list[Asked], plan_for: PlanFor, known_on: dt.date | None
    ) -> None:
        self._known_on = known_on
        claimants = {claim.member_id for claim in claims if claim.member_id is not None}
        rows = rows_met(lines)
        with gathered():  # all is asked before the first answer is read: one round trip
            self._grants = Grants(claimants, plan_for)
            self._people = People(claimants, _first_day(lines))
            self._providers = Providers(lines, rows)
            self._grants.read()
            self._people.read(self._grants.by_member)
            self._providers.read()
        self._codes = Codes(lines, plan_for)
        self._prior = prior.by_household(lines, rows, self._people.home, self._spells(prior.has_cover_window(rows)))
        self._care = CareFacts(lines)
        self._needs = Needs(lines, plan_for)
        self._brought_in = opening.by_household(self._people.households)

    def _spells(self, has_cover_window: bool) -> Iterator[prior.Spell]:
        """What limits count over besides calendar windows: grants with a quantity, covers if the plan says."""
        yield from self._grants.spells()
        if has_cover_window:
            yield from self._people.cover_spells()

    def home_of(self, claim: Filed) -> int | None:
        return self._people.home.get(claim.member_id) if claim.member_id is not None else None

    def case(self, home: int, lines: list[Asked]) -> Case:
        """`home`: a household, or a negative number where the member was not found."""
        undecided = [self._line(each) for each in lines]
        if home < 0:
            return Case(Household(0), {}, undecided)
        people = self._people
        return Case(
            people.households[home],
            people.claimants[home],
            undecided,
            self._prior.get(home, []),
            self._brought_in.get(home, []),
        )

    def _line(self, each: Asked) -> Line:
        claim, line, day = each.claim, each.line, each.day
        contract = self._providers.contract(each)
        fact = self._care.of(each)
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
            received_on=each.received_on,
            received_at=claim.received_at,
            quantity_milli=line.quantity_milli,
            unit_price=line.unit_price,
            amount=line.amount,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            contract=contract,
            is_contracted=contract is not None,
            is_code_known=self._codes.is_known(each),
            standing=self._providers.standing(claim.organisation_id, day),
            grant=self._grants.of(each),
            visit=fact.visit,
            attendance=fact.attendance,
            place=fact.place,
            quote=fact.quote,
            authorisation_no=line.authorisation_no,
            practitioner=line.practitioner,
            is_practitioner_accredited=self._needs.is_accredited(each),
            diagnoses=line.diagnoses,
            unreadable=line.unreadable,
            replaces_claim_id=claim.replaces_claim_id,
            facility=self._needs.facility(claim),
            visit_type=claim.visit_type,
            referral_no=claim.referral_no,
            stated_total=claim.stated_total,
            claim_total=sum([other.amount for other in claim.lines]) if claim.stated_total is not None else 0,
            unknown_diagnoses=self._needs.unknown_diagnoses(each),
            documents=self._needs.documents(claim),
            known_on=self._known_on,
            approved=line.approved,
            is_looked_at="REV-01" in claim.waived,
        )


def _first_day(lines: Sequence[Asked]) -> dt.date:
    """Of the days that count and were sent: the end of a line, else its start."""
    days = {each.line.service_until or each.line.service_from for each in lines}
    return min([day for day in days if day is not None], default=dt.date.min)
