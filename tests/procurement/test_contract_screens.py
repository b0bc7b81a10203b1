"""Contracts and open lists on the screen: both sides sign, strangers find nothing, bad prices are said."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from core.actors import SYSTEM
from core.db import unit_of_work
from core.roles import Role
from procurement.queries import open_lists as list_queries
from procurement.queries.contract_list import Wanted, listed
from procurement.queries.contracts import contracts_ending
from procurement.services import contracts as services
from procurement.services import open_lists
from procurement.services.contract_import import draw_in_force
from procurement.services.contracts import TariffLine
from tests.accounts import account_with, sign_in
from tests.procurement.builders import officer, terms
from tests.providers.builders import accredited, catalogue, today


@pytest.fixture
def provider(app) -> int:
    catalogue()
    return accredited()


def drawn(organisation_id) -> str:
    with unit_of_work():
        return services.draw_contract(terms(organisation_id), by=officer()).number


def enter(client, account):
    assert client.post(f"/demo/sign-in/{account.id}").status_code == 303


def test_both_sides_sign_on_the_screen(client, provider):
    number = drawn(provider)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=provider)
    assert "Sign Health posts, Salt Coast" in client.get("/today").text
    page = client.get(f"/contracts/{number}").text
    assert "12.4005" in page
    assert "Not measured yet" in page
    assert client.post(f"/contracts/{number}/sign").status_code == 303
    assert "Sign the contract" not in client.get(f"/contracts/{number}").text
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert client.post(f"/contracts/{number}/sign").status_code == 303
    assert "In force" in client.get(f"/contracts/{number}").text


@pytest.fixture
def unpriced(provider) -> str:
    """A contract in force whose second service has no price yet."""
    lines = [TariffLine("HC-100", Decimal(6400)), TariffLine("HC-110", None)]
    with unit_of_work():
        (number,) = draw_in_force(
            [terms(provider, lines=lines)], by=officer(), signed_by_provider="one", signed_by_fund="two"
        )
    return number


def test_a_price_agreed_late_is_said_back_and_then_stands(client, unpriced):
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert f"/contracts/{unpriced}/rate" in client.get(f"/contracts/{unpriced}").text
    page = client.get(f"/contracts/{unpriced}/rate").text
    (line,) = re.findall(r'<option value="(\d+)"', page)
    form = {"line": line, "rate": "12.500", "reason": "minutes of 3 March"}
    said = client.post(f"/contracts/{unpriced}/rate", data=form).text
    assert "12.500 TZD" in said
    assert "Nothing counts yet." in said
    assert f"/contracts/{unpriced}/rate" in client.get(f"/contracts/{unpriced}").text, "still without a price"
    for field, value in (("rate", "cheap"), ("rate", ""), ("reason", " "), ("line", "0")):
        wrong = client.post(f"/contracts/{unpriced}/rate", data=form | {field: value, "confirmed": "yes"})
        assert wrong.status_code == 422, field
        assert f'href="#{field}"' in wrong.text
    assert client.post(f"/contracts/{unpriced}/rate", data=form | {"confirmed": "yes"}).status_code == 303
    shown = client.get(f"/contracts/{unpriced}").text
    assert "12.500" in shown
    assert "A price is missing" not in shown
    assert "Every service has its price." in client.get(f"/contracts/{unpriced}/rate").text


@pytest.mark.parametrize("role", [Role.PROVIDER_MANAGER, Role.CLAIMS_OFFICER])
def test_only_procurement_agrees_on_prices(client, provider, unpriced, role):
    sign_in(client, role, organisation_id=provider if role is Role.PROVIDER_MANAGER else None)
    assert client.get(f"/contracts/{unpriced}/rate").status_code == 403
    assert client.post(f"/contracts/{unpriced}/rate", data={}).status_code == 403


def test_another_provider_finds_neither_page_nor_paper(client, provider):
    number = drawn(provider)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=accredited(2))
    for path in ("", "/contract.pdf"):
        assert client.get(f"/contracts/{number}{path}").status_code == 404
    assert client.post(f"/contracts/{number}/sign").status_code == 404
    assert number not in client.get("/contracts").text


def test_a_manager_without_organisation_sees_no_contract(client, provider):
    number = drawn(provider)
    sign_in(client, Role.PROVIDER_MANAGER)
    assert number not in client.get("/contracts").text
    assert client.get(f"/contracts/{number}").status_code == 404
    assert client.get("/today").status_code == 200


def test_the_paper_is_a_pdf(client, provider):
    number = drawn(provider)
    sign_in(client, Role.AUDITOR)
    response = client.get(f"/contracts/{number}/contract.pdf")
    assert response.mimetype == "application/pdf"
    assert response.data.startswith(b"%PDF-")


def test_a_contract_ends_by_a_day_and_a_reason(client, provider):
    with unit_of_work():
        rows = [terms(provider, valid_until=today() + dt.timedelta(days=40))]
        number = next(iter(draw_in_force(rows, by=officer(), signed_by_provider="paper", signed_by_fund="fund")))
    assert len(contracts_ending(SYSTEM, today(), today() + dt.timedelta(days=60))) == 1
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert "in 40 days" in client.get("/today").text
    response = client.post(f"/contracts/{number}/end", data={"ends_on": "soon", "reason": "x"})
    assert response.status_code == 422
    assert "soon" in response.text
    data = {"ends_on": today().isoformat(), "reason": "The house closes."}
    assert client.post(f"/contracts/{number}/end", data=data).status_code == 303
    assert "Ended" in client.get("/contracts?state=ended").text


def test_a_list_is_drafted_published_by_another_and_joined(client, provider):
    first, second = account_with(Role.PROCUREMENT_OFFICER), account_with(Role.PROCUREMENT_OFFICER)
    enter(client, first)
    form = {
        "service_line": "health", "title": "Fixed prices", "valid_from": today().isoformat(),
        "valid_until": (today() + dt.timedelta(days=300)).isoformat(), "rate-HC-100": "6.400",
    }  # fmt: skip
    assert client.get("/contracts/lists/new").status_code == 200
    assert "Service HC-110" in client.get("/contracts/lists/new?service_line=health").text
    wrong = client.post("/contracts/lists/new", data=form | {"rate-HC-110": "many", "title": ""})
    assert wrong.status_code == 422
    assert "Give the list a title" in wrong.text
    assert "many" in wrong.text
    assert client.post("/contracts/lists/new", data=form).status_code == 303
    number = list_queries.open_lists()[0].number
    assert client.post(f"/contracts/lists/{number}/publish").status_code == 403
    enter(client, second)
    assert client.post(f"/contracts/lists/{number}/publish").status_code == 303
    manager = account_with(Role.PROVIDER_MANAGER, organisation_id=provider)
    enter(client, manager)
    assert "6.400" in client.get(f"/contracts/lists/{number}").text
    assert client.get(f"/contracts/lists/{number}/apply").status_code == 200
    assert client.post(f"/contracts/lists/{number}/apply", data={"remarks": "kept words"}).status_code == 422
    sent = client.post(f"/contracts/lists/{number}/apply", data={"has_agreed": "yes"})
    assert sent.status_code == 303
    assert client.post(f"/contracts/lists/{number}/apply", data={"has_agreed": "yes"}).status_code == 409
    path = sent.headers["Location"].rstrip("/")
    enter(client, first)
    assert "Check J-" in client.get("/today").text
    assert client.post(f"{path}/officer", data={"step": "propose_refuse"}).status_code == 422
    assert client.post(f"{path}/officer", data={"step": "propose_admit"}).status_code == 303
    assert client.post(f"{path}/officer", data={"step": "decide"}).status_code == 403
    enter(client, second)
    assert client.post(f"{path}/officer", data={"step": "decide"}).status_code == 303
    contract = listed(SYSTEM, Wanted(), limit=1)[1][0]
    assert (contract.origin, contract.organisation_id, contract.state) == ("open_list", provider, "active")
    assert contract.number in client.get(f"/contracts/lists/{number}").text
    enter(client, manager)
    assert contract.number in client.get(path).text


def test_a_provider_does_not_see_a_draft(client, provider):
    with unit_of_work():
        terms = open_lists.OpenTerms("List", "health", today(), today(), {"HC-100": Decimal(1)})
        row = open_lists.draft(terms, by=officer())
    number = row.number
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=provider)
    assert client.get(f"/contracts/lists/{number}").status_code == 404
    assert client.get("/contracts/lists").status_code == 200
    assert client.post(f"/contracts/lists/{number}/apply").status_code == 403
