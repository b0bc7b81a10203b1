"""Contracts: drawn, signed by two different people, priced by day, ended, used."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from core import audit
from core.actors import SYSTEM, Actor
from core.db import db, unit_of_work
from core.errors import Conflict, Forbidden, InputErrors
from core.events import unread
from core.roles import Role
from core.states import IllegalStep
from procurement.models.contract import Contract, ContractLine
from procurement.queries.contracts import contract_by_number, contract_line_for, contracts_to_sign, use_of
from procurement.services import contracts
from procurement.services.contract_import import draw_in_force
from procurement.services.contracts import TariffLine
from tests.procurement.builders import manager, officer, terms
from tests.providers.builders import accredited, catalogue, today


@pytest.fixture
def provider(app) -> int:
    catalogue()
    return accredited()


def drawn(organisation_id, **changes) -> Contract:
    with unit_of_work():
        return contracts.draw_contract(terms(organisation_id, **changes), by=officer())


def active(organisation_id, **changes) -> Contract:
    contract = drawn(organisation_id, **changes)
    with unit_of_work():
        contracts.sign(contract, by=manager(organisation_id))
        contracts.sign(contract, by=officer())
    return contract


def test_a_contract_is_in_force_only_with_both_signatures(provider):
    contract = drawn(provider)
    with unit_of_work():
        contracts.sign(contract, by=manager(provider))
    assert contract.state == "drawn"
    assert contract_line_for(provider, "HC-100", today()) is None
    with unit_of_work():
        contracts.sign(contract, by=officer())
    assert contract.state == "active"
    assert contract_line_for(provider, "HC-100", today()).rate == 6400
    with unit_of_work():
        assert [event.subject for event in unread("test", ["contract.signed"])] == [contract.number]
    assert not list(audit.verify())


def test_one_person_cannot_sign_for_both_sides(provider):
    contract = drawn(provider)
    both = Actor(None, "person-1", "A", frozenset({Role.PROVIDER_MANAGER}), provider)
    with unit_of_work():
        contracts.sign(contract, by=both)
    again = replace(both, roles=frozenset({Role.PROCUREMENT_OFFICER}), organisation_id=None)
    with pytest.raises(Forbidden, match="other side"), unit_of_work():
        contracts.sign(contract, by=again)
    assert contract.signed_by_fund is None


def test_the_manager_of_another_provider_cannot_sign(provider):
    contract = drawn(provider)
    with pytest.raises(Forbidden), unit_of_work():
        contracts.sign(contract, by=manager(accredited(2)))


def test_a_side_signs_once(provider):
    contract = drawn(provider)
    with unit_of_work():
        contracts.sign(contract, by=officer())
    with pytest.raises(Conflict, match="already"), unit_of_work():
        contracts.sign(contract, by=officer())


def test_a_site_has_its_own_price_before_the_providers(provider):
    lines = [TariffLine("HC-100", Decimal(6400)), TariffLine("HC-100", Decimal(7000), site_id=None)]
    with pytest.raises(InputErrors, match="two rates on the same day"):
        drawn(provider, lines=lines)
    db.session.rollback()
    site_id = db.session.scalar(sa.text("SELECT id FROM site"))
    active(provider, lines=[lines[0], replace(lines[1], site_id=site_id)])
    assert contract_line_for(provider, "HC-100", today(), site_id).rate == 7000
    assert contract_line_for(provider, "HC-100", today()).rate == 6400


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lines": []}, "at least one service"),
        ({"lines": [TariffLine("HC-100", Decimal(-1))]}, "not negative"),
        ({"lines": [TariffLine("HC-100", Decimal(1), valid_from=dt.date(2000, 1, 1))]}, "outside the contract"),
        ({"origin": "handshake"}, "comes from"),
        ({"valid_until": dt.date(2000, 1, 1), "lines": []}, "before the first"),
    ],
)
def test_terms_that_cannot_be_are_refused_in_words(provider, changes, words):
    with pytest.raises(InputErrors, match=words):
        drawn(provider, **changes)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Contract)) == 0


def test_after_the_last_day_there_is_no_price_and_before_it_there_is(provider):
    contract = active(provider)
    with pytest.raises(InputErrors, match="Say why"), unit_of_work():
        contracts.end(contract, on=today(), reason=" ", by=officer())
    with unit_of_work():
        contracts.end(contract, on=today(), reason="The house closes.", by=officer())
    assert contract_line_for(provider, "HC-100", today()) is not None
    assert contract_line_for(provider, "HC-100", today() + dt.timedelta(days=1)) is None
    with pytest.raises(IllegalStep), unit_of_work():
        contracts.sign(contract, by=officer())


def test_a_contract_that_is_not_signed_cannot_end(provider):
    contract = drawn(provider)
    with pytest.raises(IllegalStep), unit_of_work():
        contracts.end(contract, on=today(), reason="x", by=officer())


def test_use_adds_up_and_is_given_back(provider):
    contract = active(provider)
    with unit_of_work():
        contracts.record_use({contract.id: (5000, 2)})
        contracts.record_use({contract.id: (-1000, -1)})
    use = use_of(contract.id)
    assert (use.benefit, use.lines) == (4000, 1)


def test_each_side_is_told_what_it_has_to_sign(provider):
    contract = drawn(provider)
    assert contracts_to_sign(SYSTEM, provider) == [contract]
    assert contracts_to_sign(SYSTEM, None) == [contract]
    with unit_of_work():
        contracts.sign(contract, by=manager(provider))
    assert contracts_to_sign(SYSTEM, provider) == []
    assert contracts_to_sign(SYSTEM, None) == [contract]


def test_an_opening_brings_contracts_in_force_in_a_few_statements(provider):
    ids = [provider, *(accredited(serial) for serial in range(2, 12))]
    by = officer()
    seen = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    with unit_of_work():
        numbers = draw_in_force([terms(key) for key in ids], by=by, signed_by_provider="paper", signed_by_fund="fund")
    assert len(seen) < 20, len(seen)
    assert [contract_by_number(number).organisation_id for number in numbers] == ids
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ContractLine)) == 22
    assert contract_line_for(ids[-1], "HC-110", today()).rate == Decimal("12400.5")
    assert not list(audit.verify())


def test_an_opening_that_is_wrong_names_its_contract(provider):
    with pytest.raises(InputErrors, match=r"contract 2, lines\.0"), unit_of_work():
        draw_in_force(
            [terms(provider), terms(provider, lines=[TariffLine("HC-100", Decimal(-1))])],
            by=officer(), signed_by_provider="paper", signed_by_fund="fund",
        )  # fmt: skip
