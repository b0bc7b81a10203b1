"""The only reader of the engine: whole households in a handful of set statements, whatever their number.

A fact that is not there is left out, and a missing fact never pays: no cover, no contract, no record, no benefit.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from claims import prior_facts
from claims.benefit_plan.rows import BenefitPlan
from claims.care_facts import CareFacts, cleared
from claims.case import (
    CareLevel,
    Case,
    ContractLine,
    Cover,
    Grant,
    Household,
    Line,
    Member,
    ProviderStanding,
    Stay,
)
from claims.filed import Filed
from claims.intake.values import OWN_CODES, LineInput
from claims.queries import facts as queries
from core import plan
from core.errors import DomainError
from core.money import round_half_up
from core.words import _l

PART = "benefits"
PlanFor = Callable[[dt.date], BenefitPlan]
_SEX = {"f": "female", "m": "male"}


def plans() -> PlanFor:
    """Service date → benefits plan. A day before the first version is judged by the first one, never left undecided."""
    versions = plan.versions_in_force(PART)
    if not versions:
        raise DomainError(_l("No benefits plan is approved yet, so no claim can be decided."), code="no_plan")
    on, first = plan.timeline(PART), versions[0].valid_from
    known: dict[dt.date, BenefitPlan] = {}

    def plan_for(day: dt.date) -> BenefitPlan:
        found = known.get(day)
        if found is None:
            found = known[day] = on(max(day, first))
        return found

    return plan_for


def cases(claims: Sequence[Filed], plan_for: PlanFor, zone: ZoneInfo) -> list[Case]:
    """One case per household, and one per claim whose member was not found."""
    found = _Facts(claims, plan_for, zone)
    groups: dict[object, list[Filed]] = defaultdict(list)
    for claim in claims:
        groups[found.household_of(claim) or ("unknown", claim.organisation_id, claim.id)].append(claim)
    return [found.case(group) for group in groups.values()]


class _Facts:
    """Everything the batch needs, indexed; built once, read by line."""

    def __init__(self, claims: Sequence[Filed], plan_for: PlanFor, zone: ZoneInfo) -> None:
        self.plan_for, self.zone = plan_for, zone
        household_ids = {claim.household_id for claim in claims if claim.household_id is not None}
        self._read_people(household_ids)
        self._read_providers(claims)
        self._read_codes(claims)
        self.prior = prior_facts.by_household(claims, self.row_of, self.home, self._spells(claims))
        self.care = CareFacts(claims, self.row_of)

    # ---------------------------------------------------------------- reading

    def _read_people(self, household_ids: Collection[int]) -> None:
        waits = _grouped(queries.waits(household_ids), "cover_id")
        covers: dict[int, list[Cover]] = defaultdict(list)
        for row in queries.covers(household_ids):
            until = {wait.benefit_group: wait.waiting_until for wait in waits.get(row.id, ())}
            covers[row.member_id].append(Cover(row.valid_from, row.valid_until, row.state, row.package, until))
        stays: dict[int, list[Stay]] = defaultdict(list)
        for row in queries.stays(household_ids):
            stays[row.member_id].append(Stay(row.admitted_on, row.discharged_on, 0, row.reference))
        self.grants = _grouped(queries.grants(household_ids), "member_id")
        self.members: dict[int, Member] = {}
        self.residents: dict[int, dict[int, Member]] = defaultdict(dict)
        self.home: dict[int, int] = {}
        for row in queries.members(household_ids):
            member = Member(
                member_id=row.id,
                born_on=row.born_on,
                sex=_SEX.get(row.sex, ""),
                died_on=row.died_on,
                covers=tuple(covers.get(row.id, ())),
                stays=tuple(stays.get(row.id, ())),
                care_levels=tuple(_care_levels(self.grants.get(row.id, ()))),
                has_disability=row.has_disability,
            )
            self.members[row.id] = self.residents[row.household_id][row.id] = member
            self.home[row.id] = row.household_id
        self.households = {
            row.id: Household(row.id, row.monthly_income, row.income_band, row.children)
            for row in queries.households(household_ids)
        }

    def _read_providers(self, claims: Sequence[Filed]) -> None:
        organisation_ids = {claim.organisation_id for claim in claims}
        services = {line.service for claim in claims for line in claim.lines}
        self.accredited = _grouped(queries.accreditations(organisation_ids), "organisation_id")
        self.suspended = _grouped(queries.suspensions(organisation_ids), "organisation_id")
        self.standings: dict[tuple[int, dt.date], ProviderStanding] = {}
        self.tariff: dict[tuple[int, str], list[tuple[int | None, ContractLine]]] = defaultdict(list)
        for row in queries.contract_lines(organisation_ids, services):
            price = None if row.rate is None else round_half_up(row.rate)
            agreed = ContractLine(row.contract_id, row.number, price, row.valid_from, row.valid_until)
            self.tariff[row.organisation_id, row.service].append((row.site_id, agreed))

    def _read_codes(self, claims: Sequence[Filed]) -> None:
        systems = {line.code_system for claim in claims for line in claim.lines}
        codes = {line.service for claim in claims for line in claim.lines if line.service}
        self.catalogue = queries.catalogue(codes) if OWN_CODES in systems else {}
        self.kept_systems = queries.code_systems(systems - {OWN_CODES})
        self.codes: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for row in queries.code_values(self.kept_systems, codes) if self.kept_systems else ():
            self.codes[row.system, row.code].append(row)

    def _spells(self, claims: Sequence[Filed]) -> Iterator[prior_facts.Spell]:
        """What limits count over besides calendar windows: grants with a quantity, covers if the plan says."""
        for grants in self.grants.values():
            yield from ((row.valid_from, row.valid_until) for row in grants if row.quantity is not None)
        if prior_facts.has_cover_window(prior_facts.rows_of(claims, self.row_of)):
            for member in self.members.values():
                yield from ((cover.valid_from, cover.valid_until or dt.date.max) for cover in member.covers)

    # ---------------------------------------------------------------- building

    def household_of(self, claim: Filed) -> int | None:
        return self.home.get(claim.member_id) if claim.member_id is not None else None

    def case(self, claims: Sequence[Filed]) -> Case:
        home = self.household_of(claims[0])
        lines = [self.line(claim, line) for claim in claims for line in claim.lines]
        if home is None:
            return Case(Household(0), {}, lines)
        return Case(self.households[home], self.residents[home], lines, self.prior.get(home, []))

    def row_of(self, line: LineInput) -> Any:
        """The plan's row for the line on its service date."""
        day = line.service_until or line.service_from
        return self.plan_for(day).row(line.code_system, line.service, day) if day and line.service else None

    def line(self, claim: Filed, line: LineInput) -> Line:
        received_on = claim.received_at.astimezone(self.zone).date()
        day = line.service_until or line.service_from or received_on
        contract, is_contracted = self._contract(claim, line, day)
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
            is_contracted=is_contracted,
            is_code_known=self._is_code_known(line, day),
            standing=self._standing(claim.organisation_id, day),
            grant=self._grant(claim, line, day),
            visit=fact.visit,
            attendance=fact.attendance,
            authorisation_no=line.authorisation_no,
            practitioner=line.practitioner,
            diagnoses=line.diagnoses,
            unreadable=line.unreadable,
            replaces_claim_id=claim.replaces_claim_id,
        )

    def _contract(self, claim: Filed, line: LineInput, day: dt.date) -> tuple[ContractLine | None, bool]:
        """The price of the service date, the site's own line before the provider's."""
        valid = [
            (site_id is None, agreed)
            for site_id, agreed in self.tariff.get((claim.organisation_id, line.service), ())
            if site_id in (None, claim.site_id) and agreed.holds_on(day)
        ]
        return (min(valid, key=itemgetter(0))[1], True) if valid else (None, False)

    def _is_code_known(self, line: LineInput, day: dt.date) -> bool:
        """By the fund's own table of the system; a system without a table is known where the plan names it."""
        if not line.service:
            return False
        if line.code_system == OWN_CODES:
            return line.service in self.catalogue or self.row_of(line) is not None
        if line.code_system in self.kept_systems:
            found = self.codes.get((line.code_system, line.service), ())
            return any(row.valid_from <= day and (row.valid_until is None or day <= row.valid_until) for row in found)
        return self.plan_for(day).row(line.code_system, line.service, day) is not None

    def _standing(self, organisation_id: int, day: dt.date) -> ProviderStanding:
        found = self.standings.get((organisation_id, day))
        if found is None:
            found = self.standings[organisation_id, day] = self._standing_read(organisation_id, day)
        return found

    def _standing_read(self, organisation_id: int, day: dt.date) -> ProviderStanding:
        spells = self.accredited.get(organisation_id, ())
        valid = [row.valid_until for row in spells if row.valid_from <= day <= row.valid_until]
        if not valid:
            ended = [row.valid_until for row in spells if row.valid_until < day]
            return ProviderStanding("expired" if ended else "unregistered", max(ended, default=None))
        for row in self.suspended.get(organisation_id, ()):
            if row.valid_from <= day and (row.valid_until is None or day <= row.valid_until):
                return ProviderStanding("suspended", row.valid_until)
        return ProviderStanding("accredited", max(valid))

    def _grant(self, claim: Filed, line: LineInput, day: dt.date) -> Grant | None:
        """The grant that the line names, else one of that day for its service, else the latest of them."""
        if claim.member_id is None:
            return None
        fitting = [row for row in self.grants.get(claim.member_id, ()) if self._fits(row, line)]
        valid = [row for row in fitting if row.valid_from <= day <= row.valid_until]
        row = next(iter(valid or fitting), None)
        if row is None:
            return None
        return Grant(
            grant_id=row.id,
            number=row.number,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            granted_milli=None if row.quantity is None else row.quantity * 1000,
            entitlement=_entitlement(row, self.plan_for(day)),
        )

    def _fits(self, grant: Any, line: LineInput) -> bool:
        if line.authorisation_no:
            return bool(grant.number == line.authorisation_no)
        if grant.service:
            return bool(grant.service == line.service)
        row = self.row_of(line)
        return row is not None and grant.service_line == row.line


def _care_levels(grants: Iterable[Any]) -> Iterable[CareLevel]:
    return (CareLevel(row.care_level, row.valid_from, row.valid_until) for row in grants if row.care_level)


def _entitlement(grant: Any, benefits: BenefitPlan) -> str:
    """The childcare entitlement whose weekly hours the grant reaches; without a quantity the largest."""
    if benefits.childcare is None or grant.care_level is not None:
        return ""
    ranked = sorted(benefits.childcare.weekly_milli.items(), key=lambda pair: -pair[1])
    if grant.quantity is None:
        return ranked[0][0]
    weeks = max((grant.valid_until - grant.valid_from).days + 1, 7) / 7
    weekly = int(grant.quantity * 1000 / weeks)
    return next((name for name, hours in ranked if hours <= weekly), ranked[-1][0])


def _grouped(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
