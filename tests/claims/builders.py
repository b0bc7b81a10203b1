"""A small fund for claims: two cooperatives under contract, one household, a plan of three services."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from claims.facts import PART
from claims.sent import ClaimInput, LineInput
from core import plan
from core.actors import Actor
from core.codes import Service, ServiceLine
from core.db import db, unit_of_work
from core.numbers import with_check
from core.organisations import Organisation
from core.roles import Role
from members.models import Cover, EligibilityNumber, Household, Member
from procurement.models.contract import Contract, ContractLine
from providers.models import Accreditation, Provider

ZONE = ZoneInfo("Africa/Tunis")
AT = dt.datetime(2026, 11, 14, 9, 0, tzinfo=dt.UTC)
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)

PLAN = """
[plan]
version = "2026-1"
currency_exponent = 3
valid_from = 2026-01-01
filing_days = 90
appeal_days = 30
second_person_above = "200.000"
basis = "Benefit regulation"

[service_lines.health]
name = "Health care"
basis = "art. 1"
[service_lines.care]
name = "Long-term care"
basis = "art. 1"

[packages.basic]
name = "Basic"
lines = ["health", "care"]
basis = "art. 2"

[[services]]
code = "CON"
line = "health"
name = "Consultation"
unit = "each"
share = 2000
basis = "art. 3"

[[services]]
code = "VIS"
line = "care"
name = "Home care visit"
unit = "visit"
match = "visit"
share = 1000
basis = "art. 4"

[[services]]
code = "DAY"
line = "care"
name = "Day care"
unit = "day"
basis = "art. 5"

[[ceilings]]
key = "day_care"
name = "Day care ceiling"
codes = ["DAY"]
scope = "household"
per = "month"
amount = "150.000"
ceiling_basis = "net"
basis = "art. 6"
"""

OFFICER = Actor(None, "officer", "O. Ficer", frozenset({Role.CLAIMS_OFFICER}))
REVIEWER = Actor(None, "reviewer", "T. Amekran", frozenset({Role.CLAIMS_REVIEWER}))
CLERK = Actor(None, "clerk", "N. Zerbay", frozenset({Role.PROVIDER_CLERK}), organisation_id=1)
_MANAGER = Actor(None, "manager", "M. Anager", frozenset({Role.PLAN_MANAGER}))


@dataclass(frozen=True, slots=True)
class Fund:
    blue: int  # organisation ids
    green: int
    member: str = "M4471"
    child: str = "M4472"


def small_fund() -> Fund:
    """Written in one transaction; service prices are CON 10.000, VIS 5.400, DAY 100.000."""
    with unit_of_work():
        version = plan.prepare(PART, PLAN, valid_from=FIRST, by=_MANAGER)
        plan.approve(version, by=OFFICER)
        for position, code in enumerate(("health", "care")):
            db.session.add(ServiceLine(code=code, name=code.title(), position=position))
        db.session.flush()
        names = (("CON", "health", "Consultation", "each"), ("VIS", "care", "Home care visit", "visit"))
        for code, line, name, unit in (*names, ("DAY", "care", "Day care", "day")):
            db.session.add(Service(code=code, service_line=line, name=name, unit=unit))
        db.session.add(Household(id=1, number="H-1", district="North", partition=7))
        db.session.flush()
        for number, member_id, born in (("M4471", 1, dt.date(1972, 1, 1)), ("M4472", 2, dt.date(2022, 1, 1))):
            db.session.add(Member(id=member_id, public_id=number, household_id=1, born_on=born, sex="f", created_at=AT))
            db.session.flush()
            cover = {"package": "basic", "valid_from": FIRST, "valid_until": LAST, "basis": "entered"}
            db.session.add(Cover(member_id=member_id, created_at=AT, **cover))
        blue, green = cooperative("Blue Door Home Care", 1), cooperative("Green Yard", 2)
    return Fund(blue, green)


def eligible(member_id: int = 1, until: dt.date = LAST) -> str:
    """An eligibility number that the member M4471 (2: M4472) may show."""
    number = with_check(f"E-TEST{member_id:04d}{until:%m%d}")
    with unit_of_work():
        days = {"valid_from": FIRST, "valid_until": until}
        row = EligibilityNumber(number=number, member_id=member_id, issued_by="registrar", issued_at=AT, **days)
        db.session.add(row)
    return number


def cooperative(name: str, number: int) -> int:
    """An accredited cooperative with a contract for all services; inside a unit of work."""
    organisation = Organisation(
        number=f"O-2026-{number:03d}",
        name=name,
        legal_form="cooperative",
        register_scheme="tz",
        register_number=f"RC{number}",
        district="North",
        created_at=AT,
    )
    db.session.add(organisation)
    db.session.flush()
    db.session.add(Provider(organisation_id=organisation.id, number=f"P-2026-{number:03d}", state="accredited"))
    db.session.flush()
    spell = {"valid_from": FIRST, "valid_until": LAST}
    accredited = {"decided_by": "registrar", "decided_at": AT, "reason": "complete"}
    db.session.add(Accreditation(organisation_id=organisation.id, **accredited, **spell))
    contract = Contract(
        number=f"C-2026-{number:03d}",
        organisation_id=organisation.id,
        title="Care",
        origin="open_list",
        service_line="care",
        state="active",
        signed_by_provider="manager",
        signed_by_fund="chair",
        created_at=AT,
        **spell,
    )
    db.session.add(contract)
    db.session.flush()
    for service, rate in (("CON", 10_000), ("VIS", 5_400), ("DAY", 100_000)):
        db.session.add(ContractLine(contract_id=contract.id, service=service, rate=Decimal(rate), **spell))
    db.session.flush()
    return organisation.id


def line(service: str = "CON", on: dt.date = dt.date(2026, 11, 3), quantity: int = 1, price: int = 10_000, no: int = 1):
    return LineInput(no, service, on, None, quantity * 1000, price, quantity * price)


def claim(fund: Fund, number: str = "A-1", *lines: LineInput, member: str = "", organisation: int = 0, **more):
    return ClaimInput(organisation or fund.blue, number, member or fund.member, list(lines) or [line()], **more)
