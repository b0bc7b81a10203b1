"""Could anyone bid: alone, only together, and the size at which five could."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from flask import Flask

from core.db import db, unit_of_work
from procurement.capacity import Unit, Yield, reach
from procurement.queries.capacity import units_of_line
from procurement.services import advice, tenders
from providers.models import Provider
from providers.services.facts import Statement, bring_in
from tests.procurement.tendering import START, House, at, house, terms
from tests.providers.builders import ask_facts

YEAR = dt.date(2027, 1, 1), dt.date(2027, 12, 31)
GIVES = Yield(of_place=100, of_worker=10)


def unit(number: int, places: int = 0, workers: int = 0, busy: int = 0) -> Unit:
    return Unit(number, f"Unit {number}", "cooperative", places, workers, Decimal(busy))


def test_who_could_alone_who_only_together_and_how_many_it_takes() -> None:
    found = reach(1, Decimal(900), *YEAR, [unit(1, 10), unit(2, 5), unit(3, 4), unit(4, workers=10), unit(5)], GIVES)
    assert (list(found.alone), list(found.only_jointly)) == (["Unit 1"], ["Unit 2", "Unit 3", "Unit 4"])
    assert found.fewest_together == 1
    assert found.size_for_enough is None, "one of the five gives nothing"


def test_the_size_at_which_five_could_is_the_fifth_largest_free_capacity() -> None:
    units = [unit(number, places=number) for number in range(1, 8)]
    found = reach(1, Decimal(10_000), *YEAR, units, GIVES)
    assert found.alone == []
    assert found.size_for_enough == 299, "three places for 365 of 365.25 days"
    assert found.fewest_together is None


def test_what_contracts_hold_is_not_free() -> None:
    found = reach(1, Decimal(500), *YEAR, [unit(1, 10, busy=600), unit(2, 3)], GIVES)
    assert (found.alone, found.fewest_together) == ([], 2)
    assert reach(1, Decimal(1), *YEAR, [unit(1, 1, busy=600)], GIVES).only_jointly == []


@pytest.fixture
def people(app: Flask) -> House:
    ask_facts()
    return house()


def test_a_lot_reserved_by_legal_form_counts_those_forms_alone(people: House) -> None:
    with unit_of_work():
        said = [Statement("workers", Decimal(100), START.date() - dt.timedelta(days=30), "payroll")]
        keys = db.session.query(Provider.organisation_id).all()
        bring_in(dict.fromkeys((key for (key,) in keys), said), source="opening", by=people.officer)
    with at(START):
        tender = tenders.draft_tender(terms(people, service_line="home_care"), by=people.officer)
        first, second = advice.could_anyone_bid(tender)
    assert (first.alone, first.only_jointly) == ([], []), "no yield is planned for this line"
    assert [row.legal_form for row in units_of_line("home_care", tender.starts_on)] == [
        "cooperative", "worker_cooperative", "company"
    ]  # fmt: skip
    assert {row.workers for row in units_of_line("home_care", tender.starts_on)} == {100}
    assert second.needed == 5_000
