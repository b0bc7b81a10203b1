"""A tender that lives on a national portal: recorded, scored here, led to a contract, and never on our own road."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from core import clock, plan
from core.db import database_clock
from core.errors import Conflict, DomainError, Forbidden, InputErrors
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.services import award, evaluation, opening, portal, publishing, tenders
from procurement.services.portal import PortalBid
from procurement.services.procedures import off
from tests.procurement.tendering import CLOSES, DAY, START, House, at, scored, terms

LATER = CLOSES + DAY


def recorded(people: House, **changes: object) -> Tender:
    """Drafted from what the portal published: its deadline is long past."""
    with at(LATER):
        tender = tenders.draft_tender(terms(people, **changes), by=people.officer)
        portal.record(tender, "National Portal", "2026/S 044-123", "https://portal.example/44", by=people.officer)
        portal.approve(tender, by=people.officer)
        portal.approve(tender, by=people.second)
    return tender


def bid_of(people: House, place: int, rate: str, promise: str) -> PortalBid:
    rates = {1: {"HC-VISIT": Decimal(rate)}, 2: {"HC-NIGHT": Decimal(rate)}}
    organisation = people.bidders[place].organisation_id or 0
    return PortalBid(organisation, (1, 2), {"Q1": "A plan for each member."}, {"C6": promise}, rates)


def priced(tender: Tender, people: House, when: dt.datetime) -> None:
    """The prices are taken over, and who decides has declared again."""
    with at(when):
        portal.take_prices(tender, by=people.officer)
        for who in (people.officer, people.chair):
            opening.declare_interest(tender, "none", by=who)


def with_bids(people: House) -> Tender:
    tender = recorded(people)
    with at(LATER):
        portal.record_bid(tender, bid_of(people, 0, "8000000", "90"), by=people.officer)
        portal.record_bid(tender, bid_of(people, 1, "8500000", "60"), by=people.officer)
    return tender


def test_it_is_scored_here_and_led_to_contracts_of_an_award_elsewhere(people):
    tender = with_bids(people)
    with at(LATER + DAY):
        portal.take_over(tender, by=people.officer)
        opening.declare_interest(tender, "none", by=people.officer)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 3}, LATER + 2 * DAY)
    priced(tender, people, LATER + 3 * DAY)
    with at(LATER + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    for lot in tender.lots:
        with at(LATER + 4 * DAY):
            reasons = {row.bid.public_id: "Reason." for row in queries.results_of(lot)}
            proposal = award.propose_award(lot, reasons, by=people.officer)
        with at(LATER + 5 * DAY):
            award.decide_award(proposal, by=people.chair)
    with at(LATER + 6 * DAY):
        portal.record_decision(tender, LATER.date(), "2026/S 060-777", by=people.officer)
    with at(LATER + 30 * DAY):
        contract = award.contract_from_award(queries.awards_of(tender)[0], by=people.officer)
    assert contract.origin == "award_elsewhere"
    assert contract.award_id is None
    assert contract.organisation_id == people.bidders[0].organisation_id
    assert [line.rate for line in contract.lines] == [Decimal(8_000_000)]


def test_prices_stay_out_of_sight_until_quality_is_locked(people):
    tender = with_bids(people)
    with at(LATER + DAY):
        portal.take_over(tender, by=people.officer)
    for bid in queries.bids_in(tender, "opened"):
        assert bid.content("quality")["lots"] == [1, 2]
        assert bid.content("price") == {}
    with pytest.raises(DomainError), at(LATER + DAY):
        portal.take_prices(tender, by=people.officer)


def test_the_plan_switches_steps_off(people):
    tender = recorded(people)
    with pytest.raises(DomainError) as refusal, at(LATER):
        tenders.publish(tender, by=people.second)
    assert refusal.value.code == "switched_off"
    with at(START):
        own = tenders.draft_tender(terms(people), by=people.officer)
    for step in (portal.take_over, portal.take_prices):
        with pytest.raises(DomainError) as refusal, at(LATER):
            step(own, by=people.officer)
        assert refusal.value.code == "switched_off"
    with pytest.raises(InputErrors):
        off("a kind nobody wrote")


def test_recording_needs_a_portal_a_number_and_two_people(people):
    with at(LATER):
        tender = tenders.draft_tender(terms(people), by=people.officer)
    with pytest.raises(InputErrors) as refusal, at(LATER):
        portal.record(tender, "National Portal", " ", by=people.officer)
    assert [problem.where for problem in refusal.value.problems] == ["notice_number"]
    with at(LATER):
        portal.record(tender, "National Portal", "7", by=people.officer)
        portal.approve(tender, by=people.officer)
    with pytest.raises(Forbidden), at(LATER):
        portal.approve(tender, by=people.officer)
    with pytest.raises(Conflict), at(LATER):
        portal.record(tender, "Another", "8", by=people.officer)


def test_a_bid_without_a_price_or_with_a_word_for_a_number_is_refused(people):
    tender = recorded(people)
    organisation = people.bidders[0].organisation_id or 0
    broken = PortalBid(organisation, (1,), {}, {"C6": "many"}, {1: {"HC-NIGHT": Decimal(1)}})
    with pytest.raises(InputErrors) as refusal, at(LATER):
        portal.record_bid(tender, broken, by=people.officer)
    assert {problem.where for problem in refusal.value.problems} == {"C6", "rates.1"}


def test_a_bid_recorded_again_replaces_the_record(people):
    tender = with_bids(people)
    with at(LATER):
        bid = portal.record_bid(tender, bid_of(people, 0, "7000000", "95"), by=people.officer)
    assert bid.version == 2
    assert len(bid.parts) == 2
    assert bid_queries.own_bid(tender, people.bidders[0].organisation_id).id == bid.id


def test_it_is_not_published_by_us_since_the_portal_did(people):
    tender = with_bids(people)
    with at(LATER + DAY):
        portal.take_over(tender, by=people.officer)
        assert publishing.publish_due() == 0


def test_a_decision_needs_a_reference_and_a_day_that_was(people):
    tender = recorded(people)
    for day, reference in ((LATER.date(), " "), (LATER.date() + dt.timedelta(days=9), "7")):
        with pytest.raises(InputErrors), at(LATER):
            portal.record_decision(tender, day, reference, by=people.officer)


def test_the_plan_of_the_demo_names_both_kinds(people):
    rules = plan.in_force("procurement", LATER.date())
    assert {"own", "portal"} <= set(rules.procedures)


def test_two_officers_record_it_on_its_page_and_what_was_typed_wrongly_is_kept(people, client):
    with at(LATER):
        tender = tenders.draft_tender(terms(people), by=people.officer)
    url, organisation = f"/tenders/{tender.number}/portal", str(people.bidders[0].organisation_id)

    def sent(who, **form: str):
        with clock.frozen(LATER), database_clock(lambda: LATER):
            assert client.post(f"/demo/sign-in/{who.account_id}").status_code == 303
            return client.post(url, data=form)

    assert sent(people.officer, answer="record", portal="National Portal").status_code == 422
    where = {"portal": "National Portal", "notice_number": "2026/S 044-123"}
    assert sent(people.officer, answer="record", **where).status_code == 303
    assert sent(people.officer, answer="approve").status_code == 303
    assert "someone else must approve it" in sent(people.officer, answer="approve").text
    assert sent(people.second, answer="approve").status_code == 303
    bid = {"organisation": organisation, "answer-Q1": "A plan.", "promise-C6": "80"}
    wrong = sent(people.officer, answer="bid", **bid, **{"rate-1-HC-VISIT": "eight"})
    assert wrong.status_code == 422
    assert 'value="eight"' in wrong.text
    assert sent(people.officer, answer="bid", **bid, **{"rate-1-HC-VISIT": "8000.000"}).status_code == 303
    assert sent(people.officer, answer="take_over").status_code == 303
    (recorded_bid,) = queries.bids_in(queries.tender_by_number(tender.number), "opened")
    assert recorded_bid.content("quality")["lots"] == [1]
