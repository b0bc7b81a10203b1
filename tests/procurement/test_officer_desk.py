"""The officer's desk: one mail each working morning, alarms, and the list as a file."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import clock
from core.db import database_clock, db
from core.outbox import OutboxMessage
from procurement import digest
from procurement.services import questions
from tests.procurement.tendering import CLOSES, START, House, at, house, published, sent_bid
from tests.procurement.test_tender_pages import DAY, browsing, ok

MONDAY = dt.datetime(2026, 3, 9, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def mornings(*instants: dt.datetime) -> list[int]:
    found = []
    for instant in instants:
        with clock.frozen(instant), database_clock(lambda instant=instant: instant):
            found.append(digest.send_what_is_due())
    return found


def test_one_mail_each_working_morning_and_none_twice_nor_on_sunday(people: House) -> None:
    tender = published(people)
    with at(START + DAY):
        questions.ask(tender, "Who pays the ferry?", by=people.bidders[0])
    early, again, sunday, next_day = (
        MONDAY - dt.timedelta(hours=3), MONDAY + dt.timedelta(hours=1), MONDAY - DAY, MONDAY + DAY
    )  # fmt: skip
    assert mornings(sunday, early, MONDAY, again, next_day) == [0, 0, 3, 0, 3], "two officers and the chair"
    row = db.session.query(OutboxMessage).filter_by(purpose="digest", account_id=people.officer.account_id).first()
    assert f"Answer 1 question about {tender.number}" in row.arguments["body"]
    assert "until" in row.arguments["body"]
    assert "ferry" not in row.arguments["body"]


def test_a_question_that_is_late_is_urgent_on_the_desk(client: FlaskClient, people: House) -> None:
    tender = published(people)
    with at(START + DAY):
        questions.ask(tender, "Who pays the ferry?", by=people.bidders[0])
    with browsing(client, people.officer, CLOSES - 2 * DAY) as browser:
        page = ok(browser.get("/today"))
    assert "nobody opens the bids before it is answered" in page


def test_a_single_bid_is_told_after_the_deadline_and_not_before(client: FlaskClient, people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    text = f"One bid alone for {tender.number}, lot 1"
    with browsing(client, people.officer, CLOSES) as browser:
        assert text not in ok(browser.get("/today"))
    with browsing(client, people.officer, CLOSES + DAY) as browser:
        assert text in ok(browser.get("/today"))


def test_the_list_is_given_as_csv_and_sheet_to_the_fund_alone(client: FlaskClient, people: House) -> None:
    tender = published(people)
    with browsing(client, people.officer, START + DAY) as browser:
        head, line = ok(browser.get("/tenders/export.csv")).strip().splitlines()
        assert head.lstrip("\ufeff").startswith("Number,Title")
        assert line.startswith(f"{tender.number},")
        assert "Open for bids" in line
        sheet = browser.get("/tenders/export.xlsx")
        assert zipfile.is_zipfile(io.BytesIO(sheet.data))
        assert browser.get("/tenders/export.pdf").status_code == 404
    with browsing(client, people.bidders[0], START + DAY) as browser:
        assert browser.get("/tenders/export.csv").status_code == 404
