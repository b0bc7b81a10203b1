"""Questions and changes of a notice through the browser, by their roles, and what strangers see."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.procurement.tendering import CLOSES, START, House, house, published, sent_bid
from tests.procurement.test_tender_pages import DAY, browsing, form, ok


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def test_a_bidder_asks_an_officer_answers_and_everybody_reads_it_without_a_name(
    client: FlaskClient, people: House
) -> None:
    number = published(people).number
    url = f"/tenders/{number}/questions"
    with browsing(client, people.bidders[0], START + DAY) as browser:
        assert browser.post(url, data={"question": " "}).status_code == 422
        ok(browser.post(url, data={"question": "Unit 1: who pays the ferry?"}))
        assert "Only you see this" in ok(browser.get(url))
    with browsing(client, people.bidders[1], START + DAY) as browser:
        assert "ferry" not in ok(browser.get(url))
    with browsing(client, people.officer, START + DAY) as browser:
        assert f"question about {number}" in ok(browser.get("/today"))
        assert "P-1" not in ok(browser.get(url))
        ok(browser.get(f"{url}/1"))
        empty = browser.post(f"{url}/1", data={"question": "Who pays?", "answer": "", "decision": "answer"})
        assert empty.status_code == 422
        assert "Who pays?" in empty.get_data(as_text=True)
        ok(browser.post(f"{url}/1", data={"question": "Who pays?", "answer": "We do.", "decision": "answer"}))
    client.get("/logout")
    public = ok(client.get(f"/public/tenders/{number}"))
    assert "We do." in public
    assert "Unit 1" not in public
    (row,) = client.get(f"/api/v1/tenders/{number}/questions").get_json()
    assert (row["question"], row["answer"], row["version"]) == ("Who pays?", "We do.", 1)


def test_a_change_goes_from_one_officer_to_another_and_the_bidder_confirms(client: FlaskClient, people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    number, when = tender.number, CLOSES - dt.timedelta(hours=12)
    with browsing(client, people.officer, when) as browser:
        assert "Coast towns" in ok(browser.get(f"/tenders/{number}/amendment"))
        wrong = browser.post(f"/tenders/{number}/amendment", data=form(people, reason=""))
        assert wrong.status_code == 422
        assert "Night nursing, Upper Valley" in wrong.get_data(as_text=True)
        ok(browser.post(f"/tenders/{number}/amendment", data=form(people, reason="Nights count.")))
        assert "someone else must publish" in ok(browser.get(f"/tenders/{number}/amendment/approval"))
    with browsing(client, people.second, when) as browser:
        assert "Publish the change" in ok(browser.get("/today"))
        page = ok(browser.get(f"/tenders/{number}/amendment/approval"))
        assert "Night nursing, Upper Valley" in page
        ok(browser.post(f"/tenders/{number}/amendment/approval", data={"answer": "publish"}))
        assert "version 2" in ok(browser.get(f"/tenders/{number}"))
    with browsing(client, people.bidders[0], when) as browser:
        assert "confirm or replace" in ok(browser.get(f"/tenders/{number}/bid"))
        ok(browser.get(f"/tenders/{number}/versions"))
        assert f"replace your bid for {number}" in ok(browser.get("/today"))
        ok(browser.post(f"/tenders/{number}/bid-confirmation"))
    assert bid.state == "sealed"
    client.get("/logout")
    assert "Nights count." in ok(client.get(f"/public/tenders/{number}/versions"))
    versions = client.get(f"/api/v1/tenders/{number}/versions").get_json()
    assert [row["version"] for row in versions] == [2, 1]
