"""After the opening, by pages: bidders checked and asked, complaints heard, the own result read."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.roles import Role
from procurement.grounds import ASKED, EXCLUSION
from procurement.queries import complaints as complaint_queries
from procurement.queries import tenders as queries
from procurement.services import opening
from tests.accounts import actor_with
from tests.procurement.tendering import CLOSES, House, at, awarded, house, opened, published, scored, sent_bid
from tests.procurement.test_tender_pages import browsing, ok

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
AFTER = CLOSES + 10 * DAY


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def checklist() -> dict[str, str]:
    found = {f"finding-{code}": "met" for code in ASKED}
    return found | {f"finding-{code}": "absent" for code in EXCLUSION}


def test_an_officer_checks_asks_and_admits_and_the_bidder_answers(client: FlaskClient, people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    number, public_id = tender.number, bid.public_id
    with browsing(client, people.chair, CLOSES + DAY) as browser:
        assert "have you an interest" in ok(browser.get(f"/tenders/{number}/admission"))
        assert "have you an interest" in ok(browser.get(f"/tenders/{number}/admission/{public_id}"))
    url = f"/tenders/{number}/admission/{public_id}"
    with browsing(client, people.officer, CLOSES + DAY) as browser:
        assert "Check the bidders" in ok(browser.get("/today"))
        assert "Check the bidders" in ok(browser.get(f"/tenders/{number}"))
        ok(browser.get(f"/tenders/{number}/admission"))
        assert "Accredited by the fund" in ok(browser.get(url))
        early = browser.post(url, data={"answer": "decide", "decision": "admitted", "reason": "Fine."})
        assert early.status_code == 422
        ok(
            browser.post(
                url, data={"answer": "ask", "code": "slc-stand-ins", "text": "Policy?", "due_on": "2026-04-06"}
            )
        )
        bad = browser.post(url, data={"answer": "ask", "code": "slc-stand-ins", "text": "Policy?", "due_on": "soon"})
        assert bad.status_code == 422
    with browsing(client, people.bidders[0], CLOSES + 2 * DAY) as browser:
        page = ok(browser.get("/today"))
        assert "Hand in a missing paper" in page
        key = page.split("/tenders/requests/")[1].split('"')[0]
        ok(browser.get(f"/tenders/requests/{key}"))
        data = {"text": "Here it is.", "document": (io.BytesIO(b"%PDF-1.7 policy"), "policy.pdf")}
        ok(browser.post(f"/tenders/requests/{key}", data=data))
        assert "Here it is." in ok(browser.get(f"/tenders/requests/{key}"))
    with browsing(client, people.bidders[1], CLOSES + 2 * DAY) as browser:
        assert browser.get(f"/tenders/requests/{key}").status_code == 404
    with browsing(client, people.officer, CLOSES + 3 * DAY) as browser:
        ok(browser.post(url, data={"answer": "save", **checklist()}))
        ok(browser.post(url, data={"answer": "decide", "decision": "admitted", "reason": "Fine."}))
        assert "Admitted" in ok(browser.get(url))


def test_a_low_price_is_asked_about_on_the_ranking(client: FlaskClient, people: House) -> None:
    tender = published(people)
    low = sent_bid(tender, people.bidders[0], rate="3999999")
    sent_bid(tender, people.bidders[1], rate="4000000")
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 3}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    flag = f"/tenders/{tender.number}/lots/1/flags/{low.public_id}"
    with browsing(client, people.chair, CLOSES + 3 * DAY) as browser:
        assert "Ask the bidder" in ok(browser.get(f"/tenders/{tender.number}/ranking"))
        assert browser.post(f"{flag}/ask", data={"elements": "Wages?", "days": "9"}).status_code == 422
        ok(browser.post(f"{flag}/ask", data={"elements": "Wages?", "days": "3"}))
        assert "Wages?" in ok(browser.get(f"/tenders/{tender.number}/ranking"))
    with browsing(client, people.bidders[0], CLOSES + 3 * DAY) as browser:
        assert "Explain your price" in ok(browser.get("/today"))


def test_a_losing_bidder_reads_the_own_result_and_complains(client: FlaskClient, people: House) -> None:
    tender = awarded(people)
    number = tender.number
    reviewer = actor_with(Role.COMPLAINTS_OFFICER, name="K. Reviewer")
    with browsing(client, people.bidders[1], AFTER) as browser:
        assert "Your result, with reasons" in ok(browser.get(f"/tenders/{number}"))
        page = ok(browser.get(f"/tenders/{number}/result"))
        for text in (
            "Unit 1 wins",
            "of 2 bidders",
            "36.56",
            "Clear plan.",
            "Reason for Unit 2",
            "What was valued in the winner",
        ):
            assert text in page
        assert "E. One" not in page
        ok(browser.get(f"/tenders/{number}/complaints"))
        empty = browser.post(f"/tenders/{number}/complaints", data={"about": "decision", "answer": "lodge"})
        assert empty.status_code == 422
        data = {"about": "decision", "lot": "1", "text": "The plan was misread.", "answer": "lodge"}
        ok(browser.post(f"/tenders/{number}/complaints", data=data))
    (row,) = complaint_queries.complaints_of(queries.tender_by_number(number))
    url = f"/complaints/{row.number}"
    with browsing(client, people.bidders[0], AFTER) as browser:
        assert browser.get(url).status_code == 404
        assert "You win" in ok(browser.get(f"/tenders/{number}/result"))
    with browsing(client, people.bidders[2], AFTER) as browser:
        assert browser.get(f"/tenders/{number}/result").status_code == 404
    with browsing(client, people.officer, AFTER) as browser:
        assert browser.post(url, data={"answer": "accept"}).status_code == 403
    with browsing(client, reviewer, AFTER) as browser:
        assert row.number in ok(browser.get("/today"))
        ok(browser.get("/complaints"))
        ok(browser.post(url, data={"answer": "accept"}))
        assert browser.post(url, data={"answer": "uphold", "decision": "Yes."}).status_code == 422
        upheld = {"answer": "uphold", "decision": "Yes.", "remedy": "set-aside", "redo": "ranking"}
        ok(browser.post(url, data=upheld))
    with browsing(client, people.officer, AFTER) as browser:
        assert "Do again" in ok(browser.get("/today"))
        ok(browser.post(url, data={"answer": "resolve", "redone": "Ranked again."}))
    assert queries.tender_by_number(number).state == "opened_price"


def test_nothing_of_the_result_is_shown_before_the_letters(client: FlaskClient, people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    with at(CLOSES + HOUR):
        assert opening.publish_due_manifests() == 0
    with browsing(client, people.bidders[0], CLOSES + DAY) as browser:
        assert browser.get(f"/tenders/{tender.number}/result").status_code == 404


def test_one_question_is_marked_across_all_bids_and_a_wrong_mark_keeps_its_place(
    client: FlaskClient, people: House
) -> None:
    tender = published(people)
    first, second = (sent_bid(tender, who) for who in people.bidders[:2])
    opened(tender, people, "quality", CLOSES + HOUR)
    one = people.evaluators[0]
    with at(CLOSES + DAY):
        opening.declare_interest(tender, "none", by=one)
    url = f"/tenders/{tender.number}/scoring/criteria/Q1"
    marks = {f"mark-{first.public_id}": "4", f"reason-{first.public_id}": "Clear."}
    with browsing(client, one, CLOSES + DAY) as browser:
        page = ok(browser.get(url))
        assert page.count("One carer plans") == 2
        wrong = browser.post(url, data=marks | {f"mark-{second.public_id}": "3"})
        assert wrong.status_code == 422
        assert f"#reason-{second.public_id}" in wrong.get_data(as_text=True)
        ok(browser.post(url, data=marks))
        assert "Clear." in ok(browser.get(url))
    with browsing(client, people.evaluators[1], CLOSES + DAY) as browser:
        assert "One carer plans" not in ok(browser.get(url))


def test_prices_are_withheld_from_who_has_not_declared_again(client: FlaskClient, people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0], rate="7123457")
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    other = actor_with(Role.PROCUREMENT_OFFICER, name="N. Other")
    url, price = f"/tenders/{tender.number}/ranking", "71,234,570.000"
    with browsing(client, people.chair, CLOSES + 3 * DAY) as browser:
        assert price in ok(browser.get(url))
    with browsing(client, other, CLOSES + 3 * DAY) as browser:
        page = ok(browser.get(url))
        assert price not in page
        assert "Before prices are shown" in page
        ok(browser.post(f"/tenders/{tender.number}/admission", data={"interest": "none"}))
        assert price in ok(browser.get(url))
