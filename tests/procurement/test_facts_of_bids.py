"""Figures of the workforce in a bid: filled in from the record, sealed, and on the record once the prices are open."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.db import db
from core.organisations import Organisation
from core.roles import Role
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.services import bids, evaluation, participation
from procurement.services.participation import EvidenceTerms
from procurement.terms import CriterionTerms
from providers.models import OrganisationFact
from providers.queries import history, latest
from providers.services.facts import Source, Statement, state
from tests.accounts import actor_with
from tests.procurement.tendering import (
    CLOSES,
    START,
    House,
    at,
    criteria,
    drafted_bid,
    house,
    opened,
    published,
    scored,
    secure,
)
from tests.procurement.test_tender_pages import browsing, ok
from tests.providers.builders import ask_facts

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LADDER = ("disabled_or_excluded", "women")
SEALED = {
    "workers": {"at_deadline": "6173", "twelve_months": "6111", "evidence": "List 2026-03"},
    "disabled_or_excluded": {"at_deadline": "6", "twelve_months": "6", "evidence": "Certificates 17 to 22"},
    "women": {"at_deadline": "3217", "twelve_months": "3200", "evidence": "List 2026-03"},
}


@pytest.fixture
def people(app: Flask) -> House:
    ask_facts()
    return house()


def sealed(people: House, *facts: dict[str, dict[str, str]]) -> Tender:
    tender = published(people, tie_ladder=LADDER)
    for who, typed in zip(people.bidders, facts, strict=False):
        bid = drafted_bid(tender, who)
        with at(CLOSES - DAY):
            secure(bid, who)
            bids.save_draft(bid, by=who, workforce=typed)
            bids.submit_bid(bid, by=who)
    return tender


def on_record(organisation_id: int | None) -> dict[tuple[str, str], Decimal | int]:
    db.session.rollback()
    return {(row.code, row.period): row.figure for row in history(organisation_id or 0)}


def test_nothing_of_a_sealed_bid_is_on_record_before_the_prices_are_open(client: FlaskClient, people: House) -> None:
    tender, first = sealed(people, SEALED, SEALED), people.bidders[0]
    for step in ("sealed", "quality", "scored"):
        if step == "quality":
            opened(tender, people, "quality", CLOSES + HOUR)
        if step == "scored":
            scored(tender, people, {"Unit 1": 4, "Unit 2": 4}, CLOSES + DAY)
        assert on_record(first.organisation_id) == {}, step
        assert db.session.query(OrganisationFact).count() == 0
        with browsing(client, actor_with(Role.REGISTRAR), CLOSES + DAY) as browser:
            page = ok(browser.get("/providers/P-1/facts"))
            assert "6173" not in page, step
    opened(tender, people, "price", CLOSES + 2 * DAY)
    assert on_record(first.organisation_id) == {
        ("workers", "day"): 6173, ("workers", "year"): 6111, ("women", "day"): 3217, ("women", "year"): 3200,
    }  # fmt: skip
    row = next(row for row in history(first.organisation_id or 0) if row.code == "workers")
    assert (row.source, row.reference, row.valid_until) == ("bid", tender.number, CLOSES.date())
    assert row.stated_by.startswith("bid ")


def test_the_ranking_shows_what_broke_a_tie_beside_the_record(client: FlaskClient, people: House) -> None:
    with at(START):
        organisation = db.session.get_one(Organisation, people.bidders[0].organisation_id or 0)
        said = [Statement("workers", Decimal(40), START.date() - 5 * DAY, "payroll"),
                Statement("women", Decimal(12), START.date() - 5 * DAY, "payroll")]  # fmt: skip
        state(organisation, said, source=Source("own"), by=people.bidders[0])
    tender = sealed(people, SEALED, SEALED)
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 4}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    with at(CLOSES + 3 * DAY):
        lots = queries.results_of(tender.lots[0])
        for row in lots:
            row.flag_decision = row.flag_decision or ("kept" if row.flags else row.flag_decision)
        tender.draw_value = "public value"
        evaluation.rank(tender, by=people.chair)
    with at(CLOSES + 3 * DAY):
        rows = evaluation.beside(tender, queries.results_of(tender.lots[0]), people.officer)
        told = {(row.bidder, row.name): (row.said, row.held, row.differs) for row in rows}
        assert told["Unit 1", "All workers"] == ("6173", "40", True)
        assert told["Unit 1", "Workers with a disability or from exclusion"] == ("6", "", False)
        assert told["Unit 2", "Women among the workers"] == ("3217", "", False)
    with browsing(client, people.officer, CLOSES + 3 * DAY) as browser:
        page = ok(browser.get(f"/tenders/{tender.number}/ranking"))
        assert "The tie-break beside the record" in page
        assert "They differ" in page


def test_what_is_on_record_is_filled_in_and_what_is_too_old_is_not(client: FlaskClient, people: House) -> None:
    who = people.bidders[0]
    with at(START):
        organisation = db.session.get_one(Organisation, who.organisation_id or 0)
        recent, old = START.date() - 5 * DAY, START.date() - 500 * DAY
        said = [
            Statement("workers", Decimal(40), recent, "payroll of February"),
            Statement("workers", Decimal(39), recent, "payroll of February", "year"),
            Statement("workers", Decimal(13), old, "payroll", "year"),
            Statement("women", Decimal(12), old, "payroll", "year"),
        ]
        state(organisation, said, source=Source("own"), by=who)
    tender = published(people, tie_ladder=LADDER)
    drafted_bid(tender, who)
    with browsing(client, who, CLOSES - 2 * DAY) as browser:
        page = ok(browser.get(f"/tenders/{tender.number}/bid/workforce"))
        for words in ('value="40"', 'value="39"', 'value="payroll of February"'):
            assert words in page, words
        assert 'value="12"' not in page
    assert db.session.query(OrganisationFact).filter_by(source="bid").count() == 0


def test_the_count_for_reserved_lots_is_a_figure_of_the_record(people: House) -> None:
    who = people.bidders[0]
    terms = EvidenceTerms("integration", "Statutes, art. 2", dt.date(2027, 1, 1), "C-17", Decimal(3), Decimal(10),
                          "heads", START.date() - DAY)  # fmt: skip
    with at(START):
        participation.record_evidence(terms, by=who)
    rows = {
        row.code: row.figure
        for row in latest([who.organisation_id or 0], ["workers", "disabled_or_excluded"], START.date())
    }
    assert rows == {"workers": 10, "disabled_or_excluded": 3}


def test_the_share_of_women_beside_a_promise_comes_from_the_record(client: FlaskClient, people: House) -> None:
    who = people.bidders[0]
    with at(START):
        organisation = db.session.get_one(Organisation, who.organisation_id or 0)
        counts = (("workers", 40), ("women", 30))
        said = [Statement(code, Decimal(count), START.date(), "payroll") for code, count in counts]
        state(organisation, said, source=Source("own"), by=who)
    leading = CriterionTerms("C8", "social", "Women leading", Decimal(10), measure="parity", unit="%", catalogue="C8")
    tender = published(people, criteria=[*criteria("30"), leading])
    drafted_bid(tender, who)
    with browsing(client, who, CLOSES - 2 * DAY) as browser:
        page = ok(browser.get(f"/tenders/{tender.number}/bid/promises"))
    assert 'value="75"' in page
    assert "On record: 75 %." in page
