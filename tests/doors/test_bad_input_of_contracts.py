"""Bad input about providers and contracts at each door: the sentence, nothing changed, typed work kept (issue 5, 7)."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.db import db, unit_of_work
from core.errors import InputErrors
from core.roles import Role
from procurement.models.contract import Contract, ContractAmendment
from procurement.services import contracts
from procurement.services.contract_import import draw_in_force
from procurement.services.contracts import TariffLine
from providers.models import Provider, ProviderDocument
from tests.accounts import sign_in
from tests.procurement.builders import manager, officer, terms
from tests.procurement.test_contract_amendments import put_in_force
from tests.providers.builders import accredited, catalogue, today

LOCKED = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R/Encrypt 2 0 R>>\n%%EOF\n"


@pytest.fixture
def provider(app: Flask) -> int:
    catalogue()
    return accredited()


def rows(model: type) -> int:
    return db.session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (LOCKED, "statutes.pdf", "is locked with a password"),
        (b"PK\x03\x04%PDF-1.7 both at once", "statutes.pdf", "whatever its name says"),
        (b"\n%PDF-1.7 begins late", "statutes.pdf", "whatever its name says"),
        (b"GIF89a", "statutes.pdf", "whatever its name says"),
    ],
    ids=["locked", "two kinds at once", "begins late", "renamed"],
)
def test_a_paper_that_nobody_could_read_is_refused_at_the_contract_too(
    client: FlaskClient, provider: int, content: bytes, name: str, words: str
) -> None:
    with unit_of_work():
        contract = contracts.draw_contract(terms(provider), by=officer())
        contracts.print_to_sign(contract, by=manager(provider))
    url = f"/contracts/{contract.number}/sign/scan"
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=provider)
    answer = client.post(url, data={"name": "Amina Benali", "scan": (io.BytesIO(content), name)})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Amina Benali"' in answer.text


def test_overlapping_tariffs_are_named_by_contract_and_line_and_none_of_the_file_counts(provider: int) -> None:
    two = [TariffLine("HC-100", Decimal(6400)), TariffLine("HC-100", Decimal(7000))]
    with pytest.raises(InputErrors, match=r"contract 2, lines\.1.*two rates on the same day"), unit_of_work():
        draw_in_force(
            [terms(provider), terms(provider, lines=two)], by=officer(), signed_by_provider="a", signed_by_fund="b"
        )
    db.session.rollback()
    assert rows(Contract) == 0


def test_an_amendment_above_its_limit_says_the_limit_and_keeps_every_field(client: FlaskClient, provider: int) -> None:
    put_in_force("procurement")
    with unit_of_work():
        (number,) = draw_in_force([terms(provider)], by=officer(), signed_by_provider="a", signed_by_fund="b")
    sign_in(client, Role.PROCUREMENT_OFFICER)
    form = {"code": "mod-minv", "effective_from": today().isoformat(), "reason": "More hours.", "budget": "95040.001"}
    answer = client.post(f"/contracts/{number}/amendments/new", data=form)
    assert answer.status_code == 422
    for kept in ("More hours.", "95040.001", today().isoformat()):
        assert kept in answer.text, kept
    assert rows(ContractAmendment) == 0


def test_a_number_with_a_wrong_check_digit_opens_nothing_by_any_address(client: FlaskClient, provider: int) -> None:
    number = db.session.execute(sa.select(Provider.number)).scalar_one()
    wrong = number[:-1] + ("A" if number[-1] != "A" else "B")
    sign_in(client, Role.REGISTRAR)
    assert client.get(f"/providers/{number}").status_code == 200
    for path in (f"/providers/{wrong}", f"/public/providers/{wrong}", f"/public/providers/{wrong}.json"):
        assert client.get(path).status_code == 404, path
    assert rows(ProviderDocument) == 0
