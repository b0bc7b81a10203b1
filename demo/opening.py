"""The fund opens: its plan in force, its providers accredited, their contracts and accounts, its members and grants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from flask import current_app
from sqlalchemy import select, update

from care.records import Slot
from care.services.opening import RunningGrant, RunningPlacement, bring_in_grants, bring_in_placements
from claims.facts import PART as BENEFITS
from core import clock, plan
from core.actors import Actor
from core.codes import Service, ServiceLine
from core.config import fund
from core.db import db
from core.numbers import numbers
from core.tables import csv_bytes
from demo.hours import say_hours
from demo.people import Staff, staff_a_cooperative
from demo.story.told import CONTRACTED, RATES, Placed
from demo.world import FAMILY_NAMES, Cooperative, World, add_months
from members.models import Household, Member
from members.services import importing as members
from payments import services as payments
from procurement.kpi.copying import follow_up
from procurement.services import rules
from procurement.services.contract_import import draw_in_force
from procurement.services.contracts import Promise, TariffLine, Terms
from providers.identifiers import HOME_SCHEME, home_number
from providers.services import facts
from providers.services.opening import AccreditedProvider, Registered, register_accredited
from providers.services.registration import SiteFacts

PARTS = {
    BENEFITS: "benefits.toml",
    "cover": "cover.toml",
    "quality": "quality.toml",
    "screens": "screens.toml",
    "returns": "returns.toml",
    "inspections": "inspections.toml",
    "quality_codes": "quality_codes.toml",
    "audit": "audit.toml",
    "procurement": "procurement.toml",
    "care": "care.toml",
    "providers": "providers.toml",
    "facts": "facts.toml",
    "reservations": "reservations.toml",
    "criteria": "criteria.toml",
    "clauses": "clauses.toml",
    "tariffs": "tariffs.toml",
    "wages": "wages.toml",
    "funding": "funding.toml",
    "indexes": "indexes.toml",
    "samples": "samples.toml",
    "texts": "texts.toml",
}
NEXT_YEAR = (
    ('amount = "300.000"', 'amount = "350.000"'),  # dental care, per member and year
    ("share = 2000\nlimits = [{ quantity = 8", "share = 1500\nlimits = [{ quantity = 8"),  # specialists
)
SOURCE = "register of care, opening of the fund"
Desks = dict[str, dict[str, Actor]]
LINES = (("health", "Health care"), ("childcare", "Childcare"), ("long_term_care", "Long-term care"))


def put_plan_in_force(staff: Staff) -> None:
    """Every part of the plan prepared by one manager and approved by another; the catalogue follows the plan."""
    for part, filename in PARTS.items():
        path = Path(current_app.root_path) / "plan" / filename
        if path.exists() and part in plan.parts():
            version = plan.prepare(part, path.read_text("utf-8"), valid_from=dt.date(2020, 1, 1), by=staff.plan_manager)
            plan.approve(version, by=staff.second_plan_manager)
    db.session.add_all(ServiceLine(code=code, name=name, position=n) for n, (code, name) in enumerate(LINES))
    db.session.flush()
    benefits = plan.in_force(BENEFITS, clock.today(fund().zone))
    rows = {row.code: row for row in benefits.services()}
    db.session.add_all(
        Service(code=row.code, service_line=row.line, name=row.name, unit=row.unit, is_restricted=row.is_restricted)
        for row in rows.values()
    )
    db.session.flush()


def draft_next_year(staff: Staff) -> None:
    """A manager prepared next year's benefits: one ceiling and one share are better; a second person decides."""
    text = (Path(current_app.root_path) / "plan" / PARTS[BENEFITS]).read_text("utf-8")
    for old, new in NEXT_YEAR:
        text = text.replace(old, new, 1)
    first = dt.date(clock.today(fund().zone).year + 1, 1, 1)
    plan.prepare(BENEFITS, text, valid_from=first, by=staff.second_plan_manager)


def register_providers(world: World, staff: Staff) -> dict[str, Registered]:
    """Forty cooperatives that were accredited before the fund opened its books here."""
    first, last = add_months(world.first_month, -12), add_months(world.first_month, 48)
    rows = [
        AccreditedProvider(
            name=cooperative.name,
            legal_form=cooperative.legal_form,
            register_scheme=HOME_SCHEME,
            register_number=home_number(1_000 + number * 37),
            district=cooperative.district,
            service_lines=[cooperative.service_line],
            valid_from=first,
            valid_until=last,
            sites=[
                SiteFacts(cooperative.name, cooperative.district, places={cooperative.service_line: cooperative.places})
            ],
        )
        for number, cooperative in enumerate(world.cooperatives)
    ]
    found = register_accredited(rows, source="register of 2024", by=staff.registrar)
    registered = dict(zip((cooperative.key for cooperative in world.cooperatives), found, strict=True))
    say_hours(world.cooperatives, registered, first, staff)
    told = {registered[row.key].organisation_id: _said(row) for row in world.cooperatives}
    facts.bring_in(told, source="annual returns", by=staff.registrar)
    return registered


def _said(cooperative: Cooperative) -> list[facts.Statement]:
    """Staff and board as counted when the fund opens, each cooperative its own."""
    workers, board = cooperative.workers, 5 + cooperative.workers % 4
    figures = {
        "workers": workers, "worker_members": workers * 3 // 4, "women": workers * (5 + workers % 4) // 9,
        "board_members": board, "women_on_board": board * (2 + workers % 6) // 9,
    }  # fmt: skip
    on = clock.today(fund().zone)
    return [facts.Statement(code, Decimal(count), on, "Annual report, page 4") for code, count in figures.items()]


def _site(cooperative: Cooperative) -> SiteFacts:
    return SiteFacts(cooperative.name, cooperative.district, places={cooperative.service_line: cooperative.places})


def draw_contracts(world: World, registered: dict[str, Registered], staff: Staff) -> None:
    """Contracts that run through the whole story; they come in as opening records."""
    terms = [_terms(world, number, row, registered[row.key]) for number, row in enumerate(world.cooperatives)]
    draw_in_force(
        terms, by=staff.officer, signed_by_provider="cooperative, on paper", signed_by_fund=staff.officer.person
    )


def contract_end(world: World, number: int) -> dt.date:
    """Most contracts run for another year, every eighth ends within two months."""
    return add_months(world.first_month, 36 if number % 8 else 26) - dt.timedelta(days=1)


def _terms(world: World, number: int, cooperative: Cooperative, row: Registered) -> Terms:
    unit, today = 10 ** fund().currency.exponent, clock.today(fund().zone)
    follow = follow_up("C6", None, rules.criteria_catalogue(today), rules.promises(today))
    return Terms(
        organisation_id=row.organisation_id,
        title=f"{dict(LINES)[cooperative.service_line]}, {cooperative.district}",
        origin="opening_import",
        origin_reference="opening of the fund",
        service_line=cooperative.service_line,
        valid_from=add_months(world.first_month, -1),
        valid_until=contract_end(world, number),
        budget=None if cooperative.kind == "clinic" else 600_000 * unit,
        lines=[TariffLine(code, Decimal(RATES[code]) * unit) for code in CONTRACTED[cooperative.kind]],
        promises=[Promise("C6", "Permanent contracts", "%", Decimal(70 + number % 20), follow=follow)],
    )


def open_accounts(world: World, registered: dict[str, Registered], staff: Staff) -> Desks:
    """Bank accounts confirmed by a second person; a clerk and a manager for every cooperative."""
    desks: Desks = {}
    names = {cooperative.key: cooperative.name for cooperative in world.cooperatives}
    for number, (key, row) in enumerate(registered.items()):
        clerk, manager = _names(number)
        desks[key] = staff_a_cooperative(key, row.organisation_id, clerk, manager)
        kind = "wallet" if number % 4 == 3 else "domestic"
        account = payments.set_account(
            row.organisation_id,
            kind=kind,
            number=f"21000{number:04d}{4410 + number * 13}",
            holder=names[key],
            by=desks[key]["manager"],
        )
        payments.confirm_account(account, by=staff.finance, on=dt.date(2020, 1, 1), is_first=True)
    return desks


def _names(number: int) -> tuple[str, str]:
    """The clerk of the first cooperative is the one in the pictures."""
    initials, count = "NKDRSLMFBAOYZHJ", len(FAMILY_NAMES)
    clerk = f"{initials[number % 15]}. {FAMILY_NAMES[(number * 7) % count]}"
    return clerk, f"{initials[(number + 5) % 15]}. {FAMILY_NAMES[(number * 7 + 11) % count]}"


def enrol_members(world: World, staff: Staff) -> None:
    """The roster comes as a file, through the import that any cooperative uses."""
    header = ("member_number", "family_name", "given_names", "born_on", "sex", "household_no", "district", "phone",
              "national_id", "benefit_group", "cover_from", "cover_until")  # fmt: skip
    rows = [
        (p.number, p.family_name, p.given_names, p.born_on.isoformat(), p.sex, p.household, p.district, p.phone,
         p.national_id, "basic", p.cover_from.isoformat() if p.cover_from else "",
         p.cover_until.isoformat() if p.cover_until else "")
        for p in world.people
    ]  # fmt: skip
    report = members.read_file(csv_bytes(header, rows), "roster.csv", "touiza-members")
    if report.wrong:
        raise RuntimeError(f"The demo's roster has wrong rows: {report.wrong[0]}")
    members.import_members(report.values, source="roster.csv", by=staff.registrar)
    _assess_incomes(world)


def _assess_incomes(world: World) -> None:
    """Incomes as assessed, for fees that follow income."""
    facts = {p.household: (p.monthly_income, p.children_in_household) for p in world.people}
    ids = dict(db.session.execute(select(Household.number, Household.id)).all())
    db.session.execute(
        update(Household),
        [{"id": ids[n], "monthly_income": income, "children": children} for n, (income, children) in facts.items()],
    )


def place(
    placed: Sequence[Placed],
    world: World,
    registered: dict[str, Registered],
    staff: Staff,
) -> None:
    """Everyone in care or in a nursery, with the grant it rests on: it began before the fund opened its books here."""
    if not placed:
        return
    wanted = [row.person.number for row in placed]
    ids = dict(db.session.execute(select(Member.public_id, Member.id).where(Member.public_id.in_(wanted))).all())
    latest = add_months(world.today.replace(day=1), 7) - dt.timedelta(days=1)
    ends = {row.key: min(latest, contract_end(world, number)) for number, row in enumerate(world.cooperatives)}
    year, count = clock.local_day(clock.now(), fund().zone).year, len(placed)
    grants = [
        RunningGrant(
            number, ids[row.person.number], row.cooperative.service_line, "", row.level, None,
            row.valid_from, ends[row.cooperative.key], "full" if row.cooperative.kind == "nursery" else "",
        )
        for row, number in zip(placed, numbers("G", year, count), strict=True)
    ]  # fmt: skip
    granted = bring_in_grants(grants, source=SOURCE, by=staff.assessor)
    placements = [
        RunningPlacement(
            number, granted[grant.number], grant.member_id, home.organisation_id,
            home.site_ids[0] if grant.entitlement else None, row.service, grant.valid_from, grant.valid_until,
            [Slot(*slot) for slot in row.slots],
        )
        for row, grant, number in zip(placed, grants, numbers("PL", year, count), strict=True)
        for home in (registered[row.cooperative.key],)
    ]  # fmt: skip
    bring_in_placements(placements, source=SOURCE, by=staff.assessor)
