"""Open lists: two officers publish, whoever meets the terms joins in one form."""

from decimal import Decimal

import pytest

from core.db import db, unit_of_work
from core.errors import Conflict, Forbidden, InputErrors
from core.states import IllegalStep
from procurement.queries.contracts import contract_line_for
from procurement.services import contracts, open_lists
from procurement.services.open_lists import OpenTerms
from tests.procurement.builders import manager, officer, published_list
from tests.providers.builders import accredited, catalogue, draft, today


@pytest.fixture
def provider(app) -> int:
    catalogue()
    return accredited()


def test_joining_makes_a_contract_at_the_lists_prices_once_the_fund_signs(provider):
    row = published_list()
    with unit_of_work():
        contract = open_lists.join(row, by=manager(provider), on=today(), has_agreed=True)
    assert (contract.origin, contract.origin_reference, contract.state) == ("open_list", row.number, "drawn")
    with unit_of_work():
        contracts.sign(contract, by=officer())
    assert contract.valid_from == today()
    assert contract_line_for(provider, "HC-110", today()).rate == 11000


def test_the_officer_who_drafted_a_list_cannot_publish_it(provider):
    by = officer()
    with unit_of_work():
        terms = OpenTerms("List", "health", today(), today(), {"HC-100": Decimal(1)})
        row = open_lists.draft(terms, by=by)
    with pytest.raises(Forbidden, match="another officer"), unit_of_work():
        open_lists.publish(row, by=by)


def test_who_is_not_accredited_cannot_join_and_reads_why(provider):
    organisation_id, _account = draft(7)
    row = published_list()
    with pytest.raises(InputErrors, match="Accredited by the fund today"), unit_of_work():
        open_lists.join(row, by=manager(organisation_id), on=today(), has_agreed=True)


def test_a_list_with_a_minimum_says_how_many_places_there_are(provider):
    row = published_list(minimum_places=20)
    with pytest.raises(InputErrors, match=r"20 licensed places \(you have 12\)"), unit_of_work():
        open_lists.join(row, by=manager(provider), on=today(), has_agreed=True)


def test_the_box_must_be_ticked_and_nobody_joins_twice(provider):
    row, by = published_list(), manager(provider)
    with pytest.raises(InputErrors, match="Tick"), unit_of_work():
        open_lists.join(row, by=by, on=today(), has_agreed=False)
    with unit_of_work():
        open_lists.join(row, by=by, on=today(), has_agreed=True)
    with pytest.raises(Conflict, match="already"), unit_of_work():
        open_lists.join(row, by=by, on=today(), has_agreed=True)


def test_a_closed_list_takes_nobody(provider):
    row = published_list()
    with unit_of_work():
        open_lists.close(row, by=officer())
    with pytest.raises(Conflict, match="not open"), unit_of_work():
        open_lists.join(row, by=manager(provider), on=today(), has_agreed=True)
    with pytest.raises(IllegalStep), unit_of_work():
        open_lists.publish(row, by=officer())


def test_a_price_for_a_service_of_another_kind_of_care_is_refused(provider):
    with pytest.raises(InputErrors, match="CC-100 is not a service"), unit_of_work():
        open_lists.draft(OpenTerms("List", "health", today(), today(), {"CC-100": Decimal(1)}), by=officer())
    db.session.rollback()


def test_many_join_at_once_with_signed_contracts(provider):
    ids = [provider, accredited(2), accredited(3)]
    row = published_list()
    with unit_of_work():
        numbers = open_lists.join_in_bulk(row, ids, by=officer(), on=today())
    assert len(numbers) == 3
    assert all(contract_line_for(key, "HC-100", today()).rate == 6000 for key in ids)
