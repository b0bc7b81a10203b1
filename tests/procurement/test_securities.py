"""Guarantee and insurance: due by share, reduced or waived for the social economy, valid long enough."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.db import unit_of_work
from core.errors import InputErrors
from procurement.securities import Demand, Security, problems, read_demands, sums_due
from procurement.services import bids
from tests.procurement.tendering import CLOSES, House, at, drafted_bid, house, opened, published
from tests.procurement.test_tender_pages import DAY, browsing, ok
from tests.providers.builders import assessed

ON = dt.date(2026, 4, 1)
DEMANDS = {"guarantee": Demand(2, 1, 90), "insurance": Demand(10, 0)}


def paper(amount: int, until: dt.date) -> Security:
    return Security("Bank of the Coast", "G-17", amount, until)


def test_sums_are_shares_of_the_ceilings_rounded_half_up_reduced_and_waived() -> None:
    assert sums_due(DEMANDS, 1_025, is_sse=False) == {"guarantee": 21, "insurance": 103}
    assert sums_due(DEMANDS, 1_050, is_sse=True) == {"guarantee": 11}
    assert sums_due({}, 1_025, is_sse=False) == {}


@pytest.mark.parametrize(
    ("amount", "days", "places"),
    [(100, 90, []), (99, 90, ["guarantee.amount"]), (100, 89, ["guarantee.valid_until"])],
)
def test_a_guarantee_that_is_too_small_or_too_short_is_named(amount: int, days: int, places: list[str]) -> None:
    shown = {"guarantee": paper(amount, ON + dt.timedelta(days=days))}
    assert [row.where for row in problems(DEMANDS, {"guarantee": 100}, shown, ON)] == places
    assert [row.where for row in problems(DEMANDS, {"guarantee": 100}, {}, ON)] == ["guarantee.number"]


def test_a_plan_with_an_unknown_kind_or_half_a_per_cent_is_refused() -> None:
    with pytest.raises(InputErrors):
        read_demands({"pledge": {"share": 1}})
    with pytest.raises(InputErrors):
        read_demands({"guarantee": {"share": 1.5}})


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def test_a_cooperative_that_was_assessed_as_no_such_unit_owes_them_too(people: House) -> None:
    tender, cooperative = published(people), people.bidders[0]
    with unit_of_work():
        assessed("P-1", is_sse=False)
    bid = drafted_bid(tender, cooperative)
    with pytest.raises(InputErrors, match="Bid guarantee"), at(CLOSES - DAY):
        bids.submit_bid(bid, by=cooperative)


def test_a_company_shows_both_and_a_cooperative_neither(client: FlaskClient, people: House) -> None:
    tender, company = published(people), people.bidders[2]
    bid = drafted_bid(tender, company)
    url = f"/tenders/{tender.number}/bid-securities"
    with pytest.raises(InputErrors, match="Bid guarantee"), at(CLOSES - DAY):
        bids.submit_bid(bid, by=company)
    number = {"guarantee.issuer": "Bank", "guarantee.number": "G-1", "guarantee.valid_until": "2026-07-30",
              "insurance.issuer": "Mutual", "insurance.number": "I-1", "insurance.amount": "10000000.000",
              "insurance.valid_until": "2026-12-31"}  # fmt: skip
    with browsing(client, company, CLOSES - DAY) as browser:
        assert "Guarantee and insurance are due" in ok(browser.get(f"/tenders/{tender.number}/bid"))
        short = browser.post(url, data={**number, "guarantee.amount": "1999999.999"})
        assert short.status_code == 422
        assert "1999999.999" in short.get_data(as_text=True)
        assert "the sum is too small" in short.get_data(as_text=True)
        ok(browser.post(url, data={**number, "guarantee.amount": "2000000.000"}))
        ok(browser.post(f"/tenders/{tender.number}/bid/send"))
    with browsing(client, people.bidders[0], CLOSES - DAY) as browser:
        ok(browser.post(f"/tenders/{tender.number}/bid"))
        assert "Nothing is due" in ok(browser.get(url))
    opened(tender, people, "quality", CLOSES + DAY)
    shown = bid.content("quality")["securities"]["guarantee"]
    assert (shown["number"], Decimal(shown["amount"])) == ("G-1", Decimal(2_000_000_000))
