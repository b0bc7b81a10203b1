"""Complaints: windows, who reviews, what stands still meanwhile, and what is redone."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from core.actors import Actor
from core.errors import DomainError, Forbidden, InputErrors
from core.roles import Role
from procurement.models.complaint import Complaint
from procurement.models.tender import Tender
from procurement.queries import complaints as queries
from procurement.queries import tenders as tender_queries
from procurement.services import award, cancelling, complaints, evaluation, opening, tenders
from tests.accounts import actor_with
from tests.procurement.tendering import CLOSES, PASSPHRASES, House, at, awarded, house, published, sent_bid

DAY, MICROSECOND = dt.timedelta(days=1), dt.timedelta(microseconds=1)
AFTER = dt.datetime(2026, 4, 21, 8, tzinfo=dt.UTC)  # the standstill ends on 20 April
LAST = dt.datetime(2026, 4, 20, 22, 59, 59, 999999, tzinfo=dt.UTC)  # midnight in the fund's zone


@pytest.fixture
def people(app: Flask) -> House:
    return house()


@pytest.fixture
def reviewer(people: House) -> Actor:
    return actor_with(Role.COMPLAINTS_OFFICER, name="K. Reviewer")


def lodged(tender: Tender, by: Actor, lot: int = 1, when: dt.datetime = CLOSES + 10 * DAY) -> Complaint:
    with at(when):
        row = complaints.complain(tender, "decision", "The plan was misread.", by=by, lot=tender.lot(lot))
        complaints.lodge(row, by=by)
    return row


def test_a_pending_complaint_keeps_its_lot_from_a_contract_and_no_other(people: House) -> None:
    tender = awarded(people)
    lodged(tender, people.bidders[1])
    first, second = tender_queries.awards_of(tender)
    with pytest.raises(DomainError, match="not settled"), at(AFTER):
        award.contract_from_award(first, by=people.officer)
    with at(AFTER):
        assert award.contract_from_award(second, by=people.officer).number


def test_taken_back_it_stops_nothing(people: House) -> None:
    tender = awarded(people)
    row = lodged(tender, people.bidders[1])
    with pytest.raises(Forbidden), at(AFTER):
        complaints.stop(row, by=people.bidders[0])
    with at(AFTER):
        complaints.stop(row, by=people.bidders[1])
        award.contract_from_award(tender_queries.awards_of(tender)[0], by=people.officer)


def test_the_window_on_an_award_is_its_standstill_to_the_last_microsecond(people: House) -> None:
    tender = awarded(people)
    until = complaints.window(tender, "decision", tender.lots[0])
    assert until is not None
    assert until.date() in (dt.date(2026, 4, 20), dt.date(2026, 4, 21))
    with at(until):
        complaints.complain(tender, "decision", "At the last moment.", by=people.bidders[1])
    with pytest.raises(InputErrors, match="is over"), at(until + MICROSECOND):
        complaints.complain(tender, "decision", "Too late.", by=people.bidders[1])


def test_a_cancellation_can_be_complained_about_for_ten_days(people: House) -> None:
    tender = published(people)
    with at(CLOSES - DAY):
        tenders.cancel(tender, reason="The need is gone.", by=people.officer)
    with at(CLOSES + 9 * DAY):
        complaints.complain(tender, "cancellation", "The need is there.", by=people.bidders[0])
    with pytest.raises(InputErrors, match="is over"), at(CLOSES + 11 * DAY):
        complaints.complain(tender, "cancellation", "The need is there.", by=people.bidders[0])


def test_an_open_claim_keeps_the_envelopes_shut_until_it_is_settled(people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    with at(CLOSES - DAY):
        row = complaints.complain(tender, "notice", "Lot 1 is too large.", by=people.bidders[1], is_claim=True)
    with at(CLOSES + DAY):
        opening.publish_manifest(tender)
        opening.declare_interest(tender, "none", by=people.officer)
    with pytest.raises(DomainError, match="not settled"), at(CLOSES + DAY):
        opening.join_opening(tender, "quality", PASSPHRASES[0], by=people.officer)
    with at(CLOSES + DAY):
        complaints.settle(row, "Five providers can bid for it.", by=people.officer)
        opening.join_opening(tender, "quality", PASSPHRASES[0], by=people.officer)
    assert row.state == "resolved"


def test_who_had_a_part_in_the_tender_does_not_review(people: House, reviewer: Actor) -> None:
    tender = awarded(people)
    row = lodged(tender, people.bidders[1])
    for who in (people.officer, people.second, people.chair, *people.evaluators):
        with pytest.raises(Forbidden, match="had a part"), at(AFTER):
            complaints.accept(row, by=who)
    with at(AFTER):
        complaints.accept(row, by=reviewer)
    assert row.state == "accepted"


def test_an_upheld_complaint_reopens_the_ranking_and_keeps_the_old_scores(people: House, reviewer: Actor) -> None:
    tender = awarded(people)
    row, lot = lodged(tender, people.bidders[1]), tender.lots[0]
    before = {result.bid_id: result.total for result in tender_queries.results_of(lot)}
    with at(AFTER):
        complaints.accept(row, by=reviewer)
    with pytest.raises(InputErrors, match="remedy"), at(AFTER):
        complaints.decide(row, "uphold", "accepted", "A formula was misread.", by=reviewer, redo="ranking")
    with at(AFTER):
        complaints.decide(
            row, "uphold", "accepted", "A formula was misread.", by=reviewer, remedy="set-aside", redo="ranking"
        )
    with pytest.raises(DomainError, match="not settled"), at(AFTER):
        award.contract_from_award(tender_queries.awards_of(tender)[0], by=people.officer)
    with at(AFTER):
        complaints.resolve(row, "The lot is ranked again.", by=people.officer)
    assert (tender.state, lot.state, tender.lots[1].state) == ("opened_price", "open", "awarded")
    assert tender_queries.living_award(lot) is None
    past = queries.past_results(lot)
    assert {row.bid_id: row.content["total"] for row in past} == {key: str(value) for key, value in before.items()}
    with at(AFTER + DAY):
        evaluation.rank(tender, by=people.chair)
        reasons = {result.bid.public_id: "Again." for result in tender_queries.results_of(lot)}
        proposal = award.propose_award(lot, reasons, by=people.officer)
        award.decide_award(proposal, by=people.chair)
    assert [result.version for result in tender_queries.results_of(lot)] == [2, 2]
    assert tender.state == "awarded"


def test_a_declined_complaint_lets_the_lot_go_on(people: House, reviewer: Actor) -> None:
    tender = awarded(people)
    row = lodged(tender, people.bidders[1])
    with at(AFTER):
        complaints.accept(row, by=reviewer)
    with pytest.raises(InputErrors, match="fits the decision"), at(AFTER):
        complaints.decide(row, "decline", "accepted", "No.", by=reviewer)
    with at(AFTER):
        complaints.decide(row, "decline", "rej-nirreg", "The plan was read as written.", by=reviewer)
        award.contract_from_award(tender_queries.awards_of(tender)[0], by=people.officer)


def test_a_draft_that_was_never_sent_is_marked_so_when_its_time_is_over(people: House) -> None:
    tender = awarded(people)
    with at(CLOSES + 10 * DAY):
        row = complaints.complain(tender, "decision", "I am not sure.", by=people.bidders[1])
    for count in (1, 0):
        with at(AFTER + DAY):
            assert complaints.forget_late_drafts(AFTER + DAY, by=people.officer) == count
    assert row.state == "mistaken"


def test_a_claim_keeps_its_right_to_an_answer_after_its_time(people: House) -> None:
    tender = awarded(people)
    with at(CLOSES + 10 * DAY):
        row = complaints.complain(tender, "decision", "Why are our nights open?", by=people.bidders[1], is_claim=True)
    with at(AFTER + DAY):
        assert complaints.forget_late_drafts(AFTER + DAY, by=people.officer) == 0
    assert row.state == "claim"


def test_bids_of_a_cancelled_tender_go_when_its_complaint_days_are_over_and_no_complaint_is_open(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    with at(CLOSES - DAY):
        tenders.cancel(tender, reason="The need is gone.", by=people.officer)
    with at(CLOSES + 8 * DAY):
        row = complaints.complain(tender, "cancellation", "It is there.", by=people.bidders[0], is_claim=True)
    for when, count in ((8, 0), (11, 0)):
        with at(CLOSES + when * DAY):
            assert cancelling.take_effect(CLOSES + when * DAY) == count
    with at(CLOSES + 12 * DAY):
        complaints.settle(row, "It is gone.", by=people.officer)
        assert cancelling.take_effect(CLOSES + 12 * DAY) == 1
        assert cancelling.take_effect(CLOSES + 12 * DAY) == 0
    assert bid.parts == []
    assert len(bid.receipts) == 1
