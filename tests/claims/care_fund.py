"""A fund with the shipped plan, a nursery and a home-care cooperative, for months of childcare and long-term care."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from pathlib import Path
from typing import Any

import care.services as care
from care.models import CareGrant, Placement
from care.records import Slot
from claims.case import ClaimDecision
from claims.facts import PART
from claims.sent import ClaimInput, LineInput
from claims.services import submit
from core import plan
from core.actors import SYSTEM, Actor
from core.codes import Service, ServiceLine
from core.db import db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from members.models import Household, Member
from procurement.models.contract import Contract, ContractLine
from providers.models import Accreditation, Provider, Site, SiteCapacity
from tests.claims.builders import ZONE
from tests.members.builders import a_member

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
JUNE, JUNE_END = dt.date(2026, 6, 1), dt.date(2026, 6, 30)
AT = dt.datetime(2026, 7, 3, 9, 0, tzinfo=dt.UTC)
BIRTH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ASSESSOR = Actor(None, "assessor", "A. Ssessor", frozenset({Role.CARE_ASSESSOR}))
RATES = {"CC-100": 9_000, "LC-100": 24_000, "LC-110": 6_500, "LC-200": 65_000, "LC-300": 70_000, "LC-310": 52_500}
_count = itertools.count(1)


def care_fund(more: str = "") -> None:
    """The shipped plan in force, its catalogue as its rows say; `more`: lines and services appended to its text."""
    one, other = (Actor(None, name, name, frozenset({Role.PLAN_MANAGER})) for name in ("one", "other"))
    with unit_of_work():
        for part, file in ((PART, "benefits.toml"), ("care", "care.toml")):
            if part in plan.parts():
                text = (ROOT / "plan" / file).read_text()
                if part == PART and more:
                    added = "".join(f', "{line}"' for line in re.findall(r"\[service_lines\.(\w+)\]", more))
                    text = (
                        text.replace('"childcare", "long_term_care"]', f'"childcare", "long_term_care"{added}]') + more
                    )
                plan.approve(plan.prepare(part, text, valid_from=dt.date(2020, 1, 1), by=one), by=other)
        benefits = plan.in_force(PART, JUNE)
        for position, (code, name) in enumerate(benefits.service_lines.items()):
            db.session.add(ServiceLine(code=code, name=name, position=position))
        db.session.flush()
        for row in {row.code: row for row in benefits.services()}.values():
            db.session.add(Service(code=row.code, service_line=row.line, name=row.name, unit=row.unit))


def a_cooperative(line: str, places: int = 20) -> tuple[Organisation, Site]:
    """Accredited, with one site and a contract for everything in RATES."""
    n = next(_count)
    spell = {"valid_from": FIRST, "valid_until": LAST}
    with unit_of_work():
        row = Organisation(
            number=f"O-2026-{n:03d}", name=f"Blue Door {n}", legal_form="cooperative", register_scheme="tz.rne",
            register_number=f"R{n}", district="North", created_at=BIRTH,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        db.session.add(Provider(organisation_id=row.id, number=f"P-2026-{n:03d}", state="accredited"))
        db.session.flush()
        decided = {"decided_by": "registrar", "decided_at": BIRTH, "reason": "complete"}
        db.session.add(Accreditation(organisation_id=row.id, **decided, **spell))
        site = Site(organisation_id=row.id, number=1, name=f"Site {n}", district="North")
        site.capacities = [SiteCapacity(service_line=line, licensed_places=places, valid_from=FIRST)]
        db.session.add(site)
        contract = Contract(
            number=f"C-2026-{n:03d}", organisation_id=row.id, title="Care", origin="open_list", service_line=line,
            state="active", signed_by_provider="one", signed_by_fund="two", created_at=BIRTH, **spell,
        )  # fmt: skip
        contract.lines = [ContractLine(service=code, rate=rate, **spell) for code, rate in RATES.items()]
        db.session.add(contract)
    return row, site


def a_child(name: str = "Amal Zerbay", *, income: int = 2_400_000, born_on: dt.date = dt.date(2024, 3, 1)) -> Member:
    """The only child of a household with that monthly income, in minor units."""
    member = a_member(name, born_on=born_on)
    with unit_of_work():
        household = db.session.get(Household, member.household_id)
        assert household is not None
        household.monthly_income, household.children = income, 1
    return member


def granted(member: Member, line: str, **more: Any) -> CareGrant:
    with unit_of_work():
        values = {"valid_from": FIRST, "valid_until": LAST} | more
        return care.decide_grant(member, service_line=line, reason="assessed", by=ASSESSOR, **values)


def placed(
    grant: CareGrant, cooperative: Organisation, service: str, slots: list[Slot], site: Site | None
) -> Placement:
    """Offered and accepted for all days of the grant."""
    with unit_of_work():
        row = care.offer_placement(
            grant, organisation_id=cooperative.id, site_id=site.id if site else None, service=service,
            valid_from=grant.valid_from, valid_until=grant.valid_until, pattern=slots, by=ASSESSOR,
        )  # fmt: skip
        desk = Actor(None, "desk", "D. Esk", frozenset({Role.PROVIDER_CLERK}), cooperative.id)
        care.answer_placement(row, "accept", by=desk)
    return row


def imported(mapping: str, rows: list[dict[str, str]]) -> None:
    """Through the provider's file, as a clerk sends it; the records are closed with it."""
    names = list(rows[0])
    content = "\n".join([",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]).encode()
    with unit_of_work():
        batch = care.check_file(content, f"{mapping}.csv", mapping, by=SYSTEM)
        assert batch.rows_wrong == 0
        care.keep_good_rows(batch, by=SYSTEM)


def billed(
    cooperative: Organisation, member: Member, service: str, quantity: str, *, price: int = 0, number: str = "A-1",
    first: dt.date = JUNE, last: dt.date = JUNE_END,
) -> ClaimDecision:  # fmt: skip
    """One claim of one line, decided."""
    milli, price = round(float(quantity) * 1000), price or RATES[service]
    line = LineInput(1, service, first, last, milli, price, milli * price // 1000)
    with unit_of_work():
        claim = ClaimInput(cooperative.id, number, member.public_id, [line])
        outcome = submit(claim, by=SYSTEM, at=AT, zone=ZONE)
    assert outcome.decision is not None
    return outcome.decision
