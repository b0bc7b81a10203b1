"""What must not get in, and what may: each refused at its field, with what was typed kept."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from procurement.queries import tenders as queries
from tests.procurement.tendering import (
    CLOSES,
    START,
    House,
    drafted_bid,
    house,
    opened,
    published,
    scored,
    sent_bid,
)
from tests.procurement.test_tender_pages import DAY, browsing, form, ok


@pytest.fixture
def people(app: Flask) -> House:
    return house()


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"criteria.1.weight": "39.9"}, "must add up to exactly 100"),
        ({"closes_on": "2026-02-20", "questions_on": "2026-02-10"}, "at least 21 days after publication"),
        ({"closes_on": "2026-03-22", "questions_on": "2026-03-10"}, "at least 21 days after publication"),
        ({"lots.1.ceiling": ""}, "Lot 1: give it a ceiling"),
        ({"lots.1.ceiling": "0"}, "the ceiling is above zero"),
        ({"lots.1.volume.1": ""}, "Lot 1: say how many units"),
        ({"questions_on": "2026-03-31"}, "Questions end at least 6 days before"),
        ({"lots.1.cpv": "8531"}, "has eight digits"),
        ({"lots.2.reservation": "res-magic"}, "Choose one of the list"),
        ({"closes_on": "2031-04-01", "questions_on": "2031-03-01", "starts_on": "2032-01-01", "ends_on": "2032-12-31"},
         "calendar of 2031 is not entered"),
    ],
    ids=["weights", "past", "minimum", "no ceiling", "zero ceiling", "no volume", "questions", "cpv", "kind", "year"],
)  # fmt: skip
def test_a_wrong_draft_comes_back_with_its_problem_and_all_that_was_typed(
    client: FlaskClient, people: House, changes: dict[str, str], text: str
) -> None:
    with browsing(client, people.officer, START) as browser:
        answer = browser.post("/tenders/new", data=form(people, answer="send", **changes))
        page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert text in page
    assert "Night nursing, Upper Valley" in page


def test_one_lot_alone_needs_its_reason(client: FlaskClient, people: House) -> None:
    one = {key: value for key, value in form(people, answer="send").items() if not key.startswith("lots.2.")}
    with browsing(client, people.officer, START) as browser:
        assert "say why it is not divided" in browser.post("/tenders/new", data=one).get_data(as_text=True)
        ok(browser.post("/tenders/new", data={**one, "one_lot_reason": "One valley, one road."}))


def test_a_criterion_of_the_catalogue_is_added_with_its_anchors(client: FlaskClient, people: House) -> None:
    with browsing(client, people.officer, START) as browser:
        page = ok(browser.post("/tenders/new", data=form(people, add="catalogue", from_catalogue="C11")))
    assert 'name="criteria.4.catalogue" value="C11"' in page
    assert "Paid hours of training" in page


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"MZ\x90\x00 a program", "plan.pdf", 422),
        (b"<!doctype html><p>not a paper", "plan.pdf", 422),
        (b"", "plan.pdf", 422),
        (b"%PDF-" + b"0" * (10 * 1024 * 1024), "plan.pdf", 413),
    ],
    ids=["renamed executable", "page as PDF", "empty", "too large"],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    client: FlaskClient, people: House, content: bytes, name: str, status: int
) -> None:
    tender = published(people)
    drafted_bid(tender, people.bidders[0])
    url = f"/tenders/{tender.number}/bid/documents"
    head = f'--x\r\nContent-Disposition: form-data; name="document"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + b"\r\n--x--\r\n"  # whole: the client would leave a file open for a large one
    with browsing(client, people.bidders[0], CLOSES - DAY) as browser:
        answer = browser.post(url, data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == status


def test_300_megabytes_are_refused_before_they_are_read(client: FlaskClient, people: House) -> None:
    tender = published(people)
    drafted_bid(tender, people.bidders[0])
    url = f"/tenders/{tender.number}/bid/documents"
    with browsing(client, people.bidders[0], CLOSES - DAY) as browser:
        answer = browser.post(url, environ_overrides={"CONTENT_LENGTH": str(300 * 1024 * 1024)})
    assert answer.status_code == 413


@pytest.mark.parametrize(("rate", "text"), [("10000.001", "above its ceiling"), ("-1", ""), ("five", "")])
def test_a_price_above_the_ceiling_or_none_at_all_is_refused(
    client: FlaskClient, people: House, rate: str, text: str
) -> None:
    tender = published(people)
    drafted_bid(tender, people.bidders[0])
    base = f"/tenders/{tender.number}/bid"
    with browsing(client, people.bidders[0], CLOSES - DAY) as browser:
        saved = browser.post(f"{base}/prices", data={"rate-1-HC-VISIT": rate})
        answer = browser.post(f"{base}/send") if saved.status_code == 303 else saved
        page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert text in page
    assert saved.status_code == 303 or rate in page


def test_a_zero_price_is_taken_and_a_single_bid_is_ranked(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0], rate="0")
    opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    scored(tender, people, {"Unit 1": 4}, CLOSES + 3 * DAY)
    opened(tender, people, "price", CLOSES + 4 * DAY)
    (row,) = queries.results_of(tender.lots[0])
    assert (row.bid_id, row.price) == (bid.id, 0)


def test_bids_that_are_equal_in_everything_get_equal_points(people: House) -> None:
    tender = published(people)
    for who in people.bidders[:2]:
        sent_bid(tender, who)
    opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    scored(tender, people, {"Unit 1": 3, "Unit 2": 3}, CLOSES + 3 * DAY)
    opened(tender, people, "price", CLOSES + 4 * DAY)
    first, second = queries.results_of(tender.lots[0])
    assert first.total == second.total


def test_no_bidder_bids_for_more_lots_than_the_notice_lets(people: House) -> None:
    from core.errors import InputErrors

    tender = published(people, most_lots_bid=1)
    with pytest.raises(InputErrors, match="1 lots at most"):
        drafted_bid(tender, people.bidders[0], (1, 2))
