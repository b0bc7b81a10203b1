"""Alarms of contracts: both sides hear in time that a budget or a volume comes to its end."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.codes import Service
from core.db import db, unit_of_work
from core.roles import Role
from procurement.models.contract import Contract, ContractLine, ContractServiceUse, ContractUse
from tests.accounts import sign_in
from tests.procurement.test_contract_amendments import put_in_force, running
from tests.providers.builders import accredited, catalogue

BUDGET = 1_000_000


@pytest.fixture
def contract(app: Flask) -> Contract:
    catalogue()
    put_in_force("procurement")
    return running(accredited(), budget=BUDGET)


def used(contract: Contract, benefit: int, milli: int = 0) -> None:
    with unit_of_work():
        db.session.execute(sa.delete(ContractUse))
        db.session.add(ContractUse(contract_id=contract.id, benefit=benefit, lines=1))
        if milli:
            row = {"contract_id": contract.id, "service": "HC-100", "site_id": 0, "quantity_milli": milli}
            db.session.add(ContractServiceUse(**row))


def desk(client: FlaskClient, role: Role, organisation_id: int | None = None) -> str:
    sign_in(client, role, organisation_id=organisation_id)
    return client.get("/today").text


def test_from_eighty_per_cent_of_the_budget_both_sides_are_told_and_nobody_else(
    client: FlaskClient, contract: Contract
) -> None:
    said, owner = f"80 % of the budget of {contract.number} is used", contract.organisation_id
    used(contract, BUDGET * 8 // 10 - 1)
    assert contract.number not in desk(client, Role.PROCUREMENT_OFFICER)
    used(contract, BUDGET * 8 // 10)
    assert said in desk(client, Role.PROCUREMENT_OFFICER)
    assert said in desk(client, Role.PROVIDER_MANAGER, owner)
    assert contract.number not in desk(client, Role.PROVIDER_MANAGER, accredited(2))


def test_a_volume_is_told_by_its_service(client: FlaskClient, contract: Contract) -> None:
    used(contract, 0, 3660 * 950)
    assert f"95 % of HC-100 in {contract.number} is used" in desk(client, Role.PROCUREMENT_OFFICER)


def test_a_restricted_service_is_not_named_to_who_may_not_know_of_it(client: FlaskClient, contract: Contract) -> None:
    used(contract, 0, 3660 * 950)
    with unit_of_work():
        db.session.get_one(Service, "HC-100").is_restricted = True
        other = {"contract_id": contract.id, "service": "HC-110", "rate": 1, "valid_from": contract.valid_from}
        db.session.add(ContractLine(**other, valid_until=contract.valid_until))
    assert "HC-100" not in desk(client, Role.PROCUREMENT_OFFICER)
