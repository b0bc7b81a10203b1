"""Cooperatives at the door: two wait for the registrar, one is authorised, one was sent back; an open list to join."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from core import clock
from core.accounts.queries import account_by_id
from core.actors import Actor
from core.config import fund
from core.documents import Document, Letterhead
from core.roles import Role
from demo.people import Staff, account
from demo.story import RATES
from procurement.services import open_lists
from providers.identifiers import HOME_SCHEME, home_number
from providers.models import Provider
from providers.requirements import Evidence
from providers.services import accreditation, facts, registration, staging
from providers.services.registration import OrganisationFacts, SiteFacts

APPLICANTS = (
    ("Almond Lane Home Care", "worker_cooperative", "long_term_care", "Orchard Plain", 0, 14),
    ("Kite and Drum Childcare", "association", "childcare", "Tunafar City", 32, 9),
    ("Well Street Health", "mutual", "health", "Upper Valley", 0, 21),
    ("Lantern Childcare", "cooperative", "childcare", "Salt Coast", 24, 7),
)


def tell(staff: Staff) -> None:
    """Each applicant registers itself; the first is authorised, the last is sent back for a better licence."""
    for number, (name, form, line, district, places, workers) in enumerate(APPLICANTS):
        account_name = f"{name.split()[0]} Manager"
        manager = account(f"manager.applicant-{number}", account_name, ())
        about = OrganisationFacts(
            name, form, HOME_SCHEME, home_number(7_000 + number * 91), district, email=f"desk{number}@taziria.example",
            founded_on=dt.date(2019, 3, 1 + number), summary="Care by people who live here.",
        )  # fmt: skip
        provider = registration.start(about, by=manager, account=account_by_id(manager.account_id or 0))
        who = replace(manager, roles=frozenset({Role.PROVIDER_MANAGER}), organisation_id=provider.organisation_id)
        registration.choose_service_lines(provider, [line])
        registration.save_site(provider, SiteFacts(name, district, "Market Street 4", {line: places or 1}))
        registration.add_document(
            provider, kind="statutes", content=_statutes(name), filename="statutes.pdf", valid_until=None, by=who
        )
        _say_facts(provider, workers, who)
        registration.submit(provider, by=who)
        if number == 0:
            found = {"register": Evidence("Extract of the register, 3 pages, seen at the desk.")}
            today = clock.today(fund().zone)
            staging.authorise(
                provider, valid_from=today, valid_until=today + dt.timedelta(days=365), by=staff.registrar,
                reason="Statutes and register entry agree.", found=found,
            )  # fmt: skip
        if number == len(APPLICANTS) - 1:
            accreditation.send_back(
                provider, reasons="The licence for 24 places is missing. Add it and send again.", by=staff.registrar
            )


def _say_facts(provider: Provider, workers: int, who: Actor) -> None:
    """What the plan asks for before an accreditation."""
    figures = {
        "workers": workers,
        "worker_members": workers - 2,
        "women": workers // 2,
        "board_members": 5,
        "women_on_board": 2,
    }
    today = clock.today(fund().zone)
    said = [facts.Statement(code, Decimal(count), today, "Payroll, page 1") for code, count in figures.items()]
    facts.state(provider.organisation, said, source=facts.Source("registration", provider.number), by=who)


def publish_open_list(staff: Staff, desks: Mapping[str, Mapping[str, Actor]]) -> None:
    """Every accredited clinic that meets the terms may join at these prices: four applied, each stands elsewhere."""
    unit = 10 ** fund().currency.exponent
    today = clock.today(fund().zone)
    terms = open_lists.OpenTerms(
        title="Family health at the fixed tariff",
        service_line="health",
        valid_from=today - dt.timedelta(days=20),
        valid_until=today + dt.timedelta(days=700),
        rates={code: Decimal(RATES[code]) * unit for code in ("HC-100", "HC-120", "HC-170", "HC-175")},
        conditions="Open at least 30 hours a week.\nOne nurse on site at all times.",
        evidence=("insurance",),
    )
    row = open_lists.draft(terms, by=staff.officer)
    open_lists.publish(row, by=staff.second_officer)
    keys = ("clinic-3", "clinic-5", "clinic-6", "clinic-7")
    admitted, checked, incomplete, _new = (
        open_lists.apply(row, by=desks[key]["manager"], has_agreed=True) for key in keys
    )
    seen = "The insurance was shown on paper."
    for sent in (admitted, checked):
        open_lists.propose(sent, is_admitted=True, code="", reason=seen, by=staff.officer)
    open_lists.decide(admitted, by=staff.second_officer)
    open_lists.ask(incomplete, "The insurance of the house is not in the register.", by=staff.officer)


def _statutes(name: str) -> bytes:
    """A small paper in the look of the house."""
    head = Letterhead(fund().name, "en", is_demo=True)
    today = clock.today(fund().zone)
    paper = Document(head, kind="Statutes", number=name[:3].upper(), title=f"Statutes of {name}", issued_on=today)
    paper.paragraph("Each member has one vote. Surplus goes to reserves and to better care.")
    return paper.render()
