"""Small worlds for tests of the register: the catalogue, a draft, an accredited provider."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from core import clock, plan
from core.accounts.models import Account
from core.codes import Service, ServiceLine
from core.config import fund
from core.db import db, unit_of_work
from core.roles import Role
from core.web.access import actor_of
from providers import queries
from providers.identifiers import home_number
from providers.models import Provider
from providers.services import assessing, registration
from providers.services.opening import AccreditedProvider, register_accredited
from providers.services.registration import OrganisationFacts, SiteFacts
from providers.states import CRITERIA
from tests.accounts import account_with, actor_with

FACTS = Path(__file__).resolve().parents[2] / "plan/facts.toml"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def today() -> dt.date:
    return clock.today(fund().zone)


def catalogue() -> None:
    """Three kinds of care and two services of each."""
    with unit_of_work():
        for position, line in enumerate(("health", "childcare", "long_term_care")):
            db.session.add(ServiceLine(code=line, name=line.replace("_", " ").capitalize(), position=position))
        db.session.flush()
        for line, stem in (("health", "HC"), ("childcare", "CC"), ("long_term_care", "LT")):
            for number in (100, 110):
                code = f"{stem}-{number}"
                db.session.add(Service(code=code, service_line=line, name=f"Service {code}", unit="visit"))


def facts(serial: int = 1, **changes: object) -> OrganisationFacts:
    values: dict[str, object] = {
        "name": f"Cooperative {serial}",
        "legal_form": "cooperative",
        "register_scheme": "tz.reg",
        "register_number": home_number(serial),
        "district": "Salt Coast",
    }
    return OrganisationFacts(**(values | changes))  # type: ignore[arg-type]


def draft(serial: int = 1) -> tuple[int, Account]:
    """A started registration: organisation id and its manager's account."""
    account = account_with(Role.PROVIDER_MANAGER)
    with unit_of_work():
        row = registration.start(facts(serial), by=actor_of(account), account=account)
        return row.organisation_id, account


def complete(provider: Provider, account: Account) -> None:
    """Everything the registrar needs to see."""
    registration.choose_service_lines(provider, ["health"])
    registration.save_site(provider, SiteFacts("House", "Salt Coast", places={"health": 12}))
    registration.add_document(
        provider, kind="statutes", content=PDF, filename="statutes.pdf", valid_until=None, by=actor_of(account)
    )


def assessed(number: str, *, is_sse: bool = True) -> None:
    """The SSE assessment by two people, in force since the first day of the year; inside a unit of work."""
    provider = queries.provider_by_number(number)
    assert provider is not None
    answers = {key: assessing.Answer(is_sse, "Statutes, art. 2.") for key in CRITERIA}
    first = dt.date(today().year, 1, 1)
    row = assessing.review(provider, answers, valid_from=first, by=actor_with(Role.REGISTRAR))
    assessing.approve(row, by=actor_with(Role.REGISTRAR))


def accredited(serial: int = 1, line: str = "health", places: int = 12) -> int:
    """The organisation id of a provider that is accredited by an opening import."""
    with unit_of_work():
        row = AccreditedProvider(
            name=f"Cooperative {serial}",
            legal_form="cooperative",
            register_scheme="tz.reg",
            register_number=home_number(serial),
            district="Salt Coast",
            service_lines=[line],
            valid_from=today() - dt.timedelta(days=400),
            valid_until=today() + dt.timedelta(days=400),
            sites=[SiteFacts("House", "Salt Coast", places={line: places})],
        )
        return register_accredited([row], source="opening.csv", by=actor_with(Role.REGISTRAR))[0].organisation_id


def ask_facts() -> None:
    """The fund's catalogue of facts in force."""
    with unit_of_work():
        text, manager = FACTS.read_text("utf-8"), actor_with(Role.PLAN_MANAGER)
        version = plan.prepare("facts", text, valid_from=dt.date(2020, 1, 1), by=manager)
        plan.approve(version, by=actor_with(Role.PLAN_MANAGER))
