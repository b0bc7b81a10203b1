"""Evidence for reserved lots: named by bidders, verified by officers, and what follows if it is not accepted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.errors import InputErrors
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.services import admission, evaluation, opening, participation
from procurement.services.participation import EvidenceTerms
from procurement.terms import LotTerms
from tests.procurement.tendering import CLOSES, START, House, at, house, opened, published, sent_bid, whole
from tests.procurement.test_tender_pages import browsing

DAY = dt.timedelta(days=1)
CODE = "res-integration"


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def opened_bid(people: House) -> tuple[Tender, Bid]:
    lots = [
        LotTerms("Coast towns", 100_000_000_000, [("HC-VISIT", 10_000)], floor=40_000_000_000),
        LotTerms("Islands", 60_000_000_000, [("HC-NIGHT", 5_000)], floor=20_000_000_000, reservation="res-ws"),
    ]
    tender, who = published(people, lots=lots), people.bidders[0]
    share = EvidenceTerms("integration", "Statutes, art. 2", dt.date(2027, 12, 31), "C-17", Decimal(3), Decimal(10),
                          "heads", START.date())  # fmt: skip
    with at(START):
        participation.record_evidence(share, by=who)
    bid = sent_bid(tender, who, (1, 2))
    opened(tender, people, "quality", CLOSES + DAY)
    return tender, bid


def decided(people: House, tender: Tender, bid: Bid, finding: str) -> None:
    """The checklist with `finding` on the evidence, admission, marks, lock, prices, ranking."""
    with at(CLOSES + DAY):
        found = {code: row if row.finding else whole(code) for code, row in admission.prefilled(bid).items()}
        evidence = found[CODE].evidence or "C-17 seen"
        admission.check(bid, {**found, CODE: admission.Found(finding, evidence)}, by=people.officer)
        admission.decide(bid, "admitted", "Papers are in order.", by=people.officer)
    for who in people.evaluators:
        with at(CLOSES + DAY):
            opening.declare_interest(tender, "none", by=who)
            evaluation.save_marks(tender, bid.public_id, {"Q1": (4, "Clear plan.")}, by=who)
            evaluation.submit_marks(tender, by=who)
    with at(CLOSES + DAY):
        opening.declare_interest(tender, "none", by=people.chair)
        evaluation.lock_scores(tender, by=people.chair)
    opened(tender, people, "price", CLOSES + 2 * DAY)


def test_the_checklist_names_certificate_count_and_day_and_waits_for_the_officer(
    client: FlaskClient, people: House
) -> None:
    tender, bid = opened_bid(people)
    with at(CLOSES + DAY):
        found = admission.prefilled(bid)
    assert found[CODE].finding == "", "what a bidder says of itself is never presumed"
    for part in ("C-17", "3 of 10 heads", "counted on 2026-03-02", "valid until 2027-12-31"):
        assert part in found[CODE].evidence
    with browsing(client, people.officer, CLOSES + DAY) as browser:
        assert "3 of 10 heads" in browser.get(f"/tenders/{tender.number}/admission/{bid.public_id}").text
    with at(CLOSES + DAY):
        rest = {code: row if row.finding else whole(code) for code, row in found.items() if code != CODE}
        admission.check(bid, rest, by=people.officer)
    with pytest.raises(InputErrors, match="1 lines of the checklist"), at(CLOSES + DAY):
        admission.decide(bid, "admitted", "Papers are in order.", by=people.officer)


@pytest.mark.parametrize(("finding", "is_out"), [("met", False), ("not_met", True)])
def test_evidence_that_is_not_accepted_costs_the_reserved_lot_alone(people: House, finding: str, is_out: bool) -> None:
    tender, bid = opened_bid(people)
    decided(people, tender, bid, finding)
    free, reserved = (queries.result_of(lot, bid.public_id) for lot in tender.lots)
    assert free.is_admitted
    assert ("evidence was not accepted" in reserved.excluded_reason) is is_out
