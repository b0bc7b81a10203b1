"""What anyone reads of open lists; a list of restricted services leaves no trace outside."""

import csv
import io
from decimal import Decimal

import pytest

from core.codes import Service
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.roles import Role
from procurement.services import open_lists
from procurement.services.open_lists import OpenTerms
from tests.accounts import actor_with, sign_in
from tests.procurement.builders import admitted, officer, published_list
from tests.providers.builders import accredited, catalogue, today

CANARY = "Shelter Canary"


@pytest.fixture
def provider(app) -> int:
    catalogue()
    with unit_of_work():
        db.session.add(Service(code="SH-1", service_line="health", name=CANARY, unit="day", is_restricted=True))
    return accredited()


def quiet_list():
    return published_list(title=f"{CANARY} beds", rates={"SH-1": Decimal(9000)})


def test_the_notice_and_the_files_name_prices_terms_and_who_is_on_the_list(client, provider):
    row = published_list()
    admitted(row, provider)
    number = row.number
    page = client.get(f"/public/lists/{number}").text
    for said in ("6.000", "Open five days a week.", "Cooperative 1", "Version 1"):
        assert said in page
    head, line = csv.reader(io.StringIO(client.get(f"/public/lists/{number}/providers.csv").text.lstrip("\ufeff")))
    assert "Cooperative 1" in line
    assert today().isoformat() in line
    assert len(head) == len(line) == 5
    said = client.get(f"/public/lists/{number}/providers.json").json
    assert [(each["name"], each["valid_from"]) for each in said["providers"]] == [
        ("Cooperative 1", today().isoformat())
    ]
    assert "as they first went out" in client.get(f"/public/lists/{number}/versions").text
    assert number in client.get("/public/lists").text


def test_a_draft_is_not_public(client, provider):
    with unit_of_work():
        terms = OpenTerms("Quiet draft", "health", today(), today(), {"HC-100": Decimal(1)})
        number = open_lists.draft(terms, by=officer()).number
    assert client.get(f"/public/lists/{number}").status_code == 404
    assert number not in client.get("/public/lists").text


def test_a_restricted_service_never_shares_a_list_with_others(provider):
    mixed = OpenTerms("Mixed", "health", today(), today(), {"HC-100": Decimal(1), "SH-1": Decimal(1)})
    with pytest.raises(InputErrors, match="a list of its own"), unit_of_work():
        open_lists.draft(mixed, by=officer())


@pytest.mark.parametrize("suffix", ["", "/versions", "/providers.csv", "/providers.json"])
def test_a_list_of_restricted_services_leaves_no_trace_in_public(client, provider, suffix):
    row = quiet_list()
    sent = admitted(row, provider)
    marks = (row.number, sent.number, CANARY, "SH-1")
    answers = [client.get(f"/public/lists/{row.number}{suffix}"), client.get("/public/lists")]
    assert answers[0].status_code == 404
    assert [mark for mark in marks[1:] for answer in answers if mark in answer.text] == []
    assert row.number not in answers[1].text


@pytest.mark.parametrize("role", [Role.PROCUREMENT_OFFICER, Role.AUDITOR, Role.FINANCE_OFFICER])
def test_staff_who_are_not_named_neither_see_nor_find_a_list_of_restricted_services(client, provider, role):
    row = quiet_list()
    sent = admitted(row, provider)
    number, application = row.number, sent.number
    sign_in(client, role)
    for path in (f"/contracts/lists/{number}", f"/contracts/applications/{application}"):
        assert client.get(path).status_code == 404
    for path in ("/contracts/lists", "/today", "/contracts"):
        assert CANARY not in client.get(path).text
        assert number not in client.get(path).text


def test_the_providers_manager_sees_its_own_list(client, provider):
    row = quiet_list()
    sent = admitted(row, provider)
    number, application = row.number, sent.number
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=provider)
    assert CANARY in client.get(f"/contracts/lists/{number}").text
    assert client.get(f"/contracts/applications/{application}").status_code == 200


def test_the_trail_veils_numbers_of_restricted_lists(provider):
    from core.restricted import veiled

    row, open_row = quiet_list(), published_list()
    sent = admitted(row, provider)
    auditor = actor_with(Role.AUDITOR)
    assert veiled([row.number, sent.number, open_row.number], auditor) == {row.number, sent.number}
