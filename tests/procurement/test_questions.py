"""Questions about a notice: in time or refused, answered for everybody, late ones only with more time."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from core import audit
from core.acts import Act
from core.errors import DomainError, InputErrors
from procurement.queries import questions as queries
from procurement.queries import tenders as tender_queries
from procurement.services import opening, questions
from procurement.services.questions import QuestionTooLate
from procurement.states.notice import QUESTION
from tests.procurement.tendering import CLOSES, PASSPHRASES, START, House, at, house, opened, published, sent_bid

DAY, MICROSECOND = dt.timedelta(days=1), dt.timedelta(microseconds=1)
UNTIL = CLOSES - 10 * DAY


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def asked(people: House, when: dt.datetime = START + DAY) -> tuple:
    tender = published(people)
    with at(when):
        return tender, questions.ask(tender, "Unit 1 asks: who pays the ferry?", by=people.bidders[0])


def test_a_question_at_the_last_instant_is_in_and_a_microsecond_later_refused(people: House) -> None:
    tender, question = asked(people, UNTIL)
    assert question.number == 1
    with pytest.raises(QuestionTooLate), at(UNTIL + MICROSECOND):
        questions.ask(tender, "And the night?", by=people.bidders[1])
    assert [row.act for row in audit.entries(tender.stream, Act.QUESTION_REFUSED_LATE)]
    assert len(queries.all_questions(tender)) == 1


def test_question_and_answer_are_published_together_and_a_correction_is_a_further_version(people: House) -> None:
    tender, question = asked(people)
    assert queries.published(tender) == []
    with at(START + 2 * DAY):
        questions.answer(question, "Who pays the ferry?", "The fund does.", by=people.officer)
    with at(START + 3 * DAY):
        questions.answer(question, "Who pays the ferry?", "The fund, daily.", by=people.second)
    (row,) = queries.published(tender)
    assert [(said.version, said.answer) for said in row.answers] == [
        (1, "The fund does."),
        (2, "The fund, daily."),
    ]
    assert "Unit 1" not in row.published.question_text


def test_a_late_answer_needs_a_later_deadline(people: House) -> None:
    tender, question = asked(people)
    late = CLOSES - 5 * DAY
    with pytest.raises(InputErrors, match="comes late"), at(late):
        questions.answer(question, "Who?", "The fund.", by=people.officer)
    with pytest.raises(InputErrors, match="at least 6 days"), at(late):
        questions.answer(question, "Who?", "The fund.", closes_at=late + 5 * DAY, by=people.officer)
    with at(late):
        questions.answer(question, "Who?", "The fund.", closes_at=CLOSES + 7 * DAY, by=people.officer)
    assert tender_queries.tender_by_number(tender.number).closes_at == CLOSES + 7 * DAY


def test_an_answer_on_its_last_instant_needs_no_more_time(people: House) -> None:
    tender, question = asked(people)
    with at(CLOSES - 6 * DAY):
        questions.answer(question, "Who?", "The fund.", by=people.officer)
    assert queries.unanswered(tender) == []


def test_an_unanswered_question_blocks_the_opening_until_it_is_declined_with_reasons(people: House) -> None:
    tender, question = asked(people)
    sent_bid(tender, people.bidders[0])
    with pytest.raises(DomainError, match="Question 1 has no answer"), at(CLOSES + DAY):
        opening.join_opening(tender, "quality", PASSPHRASES[0], by=people.officer)
    with pytest.raises(InputErrors), at(CLOSES + DAY):
        questions.decline(question, "Who?", " ", by=people.officer)
    with at(CLOSES + DAY):
        questions.decline(question, "Who?", "It is in the price sheet.", by=people.officer)
    opened(tender, people, "quality", CLOSES + 2 * DAY)
    assert tender_queries.tender_by_number(tender.number).state == "opened_quality"


def test_an_answer_after_the_deadline_opens_the_door_again_and_bids_stay_sealed(people: House) -> None:
    tender, question = asked(people)
    bid = sent_bid(tender, people.bidders[0])
    with at(CLOSES + MICROSECOND):
        opening.publish_manifest(tender)
    assert tender.lots[1].state == "unsuccessful"
    with at(CLOSES + DAY):
        questions.answer(question, "Who?", "The fund.", closes_at=CLOSES + 10 * DAY, by=people.officer)
    assert (tender.manifest, tender.lots[1].state, bid.state) == (None, "open", "sealed")
    sent_bid_later = CLOSES + 9 * DAY
    from procurement.services import bids
    from tests.procurement.tendering import fill

    with at(sent_bid_later):
        other = bids.start_bid(tender, by=people.bidders[1])
        fill(other, people.bidders[1], (2,))
        bids.submit_bid(other, by=people.bidders[1])
    with at(CLOSES + 11 * DAY):
        manifest = opening.publish_manifest(tender)
    assert {signed.receipt.bid for signed in manifest.receipts} == {bid.public_id, other.public_id}


def test_the_table_lets_no_answered_question_be_declined() -> None:
    with pytest.raises(DomainError):
        QUESTION.after("answered", "decline")
