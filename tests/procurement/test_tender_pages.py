"""The road of a tender through the browser: every page, by its role, and what strangers see."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import clock
from core.actors import Actor
from core.db import database_clock, db
from core.roles import Role
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.services import tenders as tender_services
from tests.accounts import sign_in
from tests.procurement.tendering import (
    CLOSES,
    START,
    House,
    admitted,
    at,
    awarded,
    house,
    officers,
    opened,
    published,
    ranked,
    sent_bid,
    terms,
)

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def people(app: Flask) -> House:
    return house()


@contextmanager
def browsing(client: FlaskClient, who: Actor, instant: dt.datetime) -> Iterator[FlaskClient]:
    """`who` at the keyboard, at `instant`."""
    with clock.frozen(instant), database_clock(lambda: instant):
        assert client.post(f"/demo/sign-in/{who.account_id}").status_code == 303
        yield client


def ok(response: object) -> str:
    assert response.status_code in (200, 303), response.get_data(as_text=True)[-3000:]  # type: ignore[attr-defined]
    return response.get_data(as_text=True)  # type: ignore[attr-defined, no-any-return]


FORM = {
    "title": "Night nursing, Upper Valley", "service_line": "home_care",
    "questions_on": "2026-03-25", "closes_on": "2026-04-01", "closes_time": "12:00",
    "starts_on": "2027-01-01", "ends_on": "2028-12-31", "price_formula": "absolute", "threshold": "2",
    "lots.1.title": "Valley", "lots.1.ceiling": "100000.000", "lots.1.floor": "40000.000",
    "lots.1.service.1": "HC-VISIT", "lots.1.volume.1": "10000",
    "lots.2.title": "Heights", "lots.2.ceiling": "60000.000", "lots.2.floor": "20000.000",
    "lots.2.is_reserved": "yes", "lots.2.service.1": "HC-NIGHT", "lots.2.volume.1": "5000",
    "criteria.1.block": "price", "criteria.1.name": "Price", "criteria.1.weight": "40",
    "criteria.2.block": "quality", "criteria.2.name": "Care", "criteria.2.weight": "35", "criteria.2.question": "How?",
    "criteria.3.block": "social", "criteria.3.name": "Jobs", "criteria.3.weight": "25", "criteria.3.measure": "lin_up",
    "criteria.3.zero_at": "50", "criteria.3.full_at": "95", "criteria.3.unit": "%",
}  # fmt: skip


def form(people: House, **changes: str) -> dict[str, object]:
    ids = {
        "officers": [str(people.officer.account_id), str(people.second.account_id)],
        "evaluators": [str(row.account_id) for row in people.evaluators],
    }
    return {**FORM, **ids, **changes}


def test_an_officer_drafts_and_a_second_one_publishes(client: FlaskClient, people: House) -> None:
    with browsing(client, people.officer, START) as browser:
        ok(browser.get("/tenders/new"))
        response = browser.post("/tenders/new", data=form(people, answer="send"))
        assert response.status_code == 303, response.get_data(as_text=True)[:6000]
        number = response.headers["Location"].rsplit("/", 1)[1]
        assert "someone else must approve" in ok(browser.get(f"/tenders/{number}/approval"))
    with browsing(client, people.second, START) as browser:
        page = ok(browser.get(f"/tenders/{number}/approval"))
        assert "Approve and make the keys" in page
        url = f"/tenders/{number}/approval"
        short = browser.post(url, data={"answer": "approve"})
        assert short.status_code == 422
        assert "A. Tiriel has not chosen a passphrase yet" in short.get_data(as_text=True)
    _type_by_pages(client, people, number, START)
    with browsing(client, people.second, START) as browser:
        ok(browser.post(url, data={"answer": "approve"}))
        early = browser.post(url, data={"answer": "publish"})
        assert "Rehearse the opening first" in early.get_data(as_text=True)
    _type_by_pages(client, people, number, START)
    with browsing(client, people.second, START) as browser:
        assert "the keys work" in ok(browser.get(url))
        ok(browser.post(url, data={"answer": "publish"}))
    tender = queries.tender_by_number(number)
    assert (tender.state, tender.lots[1].is_reserved, tender.lots[0].ceiling) == ("published", True, 100_000_000)


def test_weights_of_99_9_come_back_with_everything_typed(client: FlaskClient, people: House) -> None:
    with browsing(client, people.officer, START) as browser:
        data = form(people, answer="send", **{"criteria.1.weight": "39.9"})
        response = browser.post("/tenders/new", data=data)
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "must add up to exactly 100" in page
    assert "Night nursing, Upper Valley" in page
    assert 'value="39.9"' in page


def test_a_row_is_added_by_a_button_and_what_was_typed_stays(client: FlaskClient, people: House) -> None:
    with browsing(client, people.officer, START) as browser:
        page = ok(browser.post("/tenders/new", data=form(people, add="lots")))
    assert 'name="lots.3.title"' in page
    assert 'value="Heights"' in page
    assert queries.all_tenders() == []


def test_a_saved_draft_is_edited_again(client: FlaskClient, people: House) -> None:
    with at(START):
        number = tender_services.draft_tender(terms(people), by=people.officer).number
    with browsing(client, people.officer, START) as browser:
        page = ok(browser.get(f"/tenders/{number}/edit"))
        assert 'value="100000000.000"' in page
        ok(browser.post(f"/tenders/{number}/edit", data=form(people, answer="save")))
        assert number in ok(browser.get("/tenders?stage=draft"))
        assert number in ok(browser.get("/today"))
    assert queries.tender_by_number(number).title == FORM["title"]


def test_a_cooperative_works_through_its_tasks_and_gets_a_receipt(client: FlaskClient, people: House) -> None:
    number = published(people).number
    url = f"/tenders/{number}/bid"
    with browsing(client, people.bidders[0], CLOSES - DAY) as browser:
        ok(browser.get("/tenders"))
        assert number in ok(browser.get("/today"))
        ok(browser.get(f"/tenders/{number}"))
        ok(browser.get(url))
        ok(browser.post(url))
        assert "Cannot start yet" in ok(browser.get(url))
        tasks = [
            ("eligibility", {}),
            ("lots", {"lots": ["1", "2"]}),
            ("answers", {"Q1": "With each member."}),
            ("promises", {"C6": "80"}),
            ("documents", {"document": (io.BytesIO(b"%PDF-1.7 statutes"), "statutes.pdf")}),
            ("prices", {"rate-1-HC-VISIT": "7000.000", "rate-2-HC-NIGHT": "9000.000"}),
        ]
        for task, data in tasks:
            ok(browser.get(f"{url}/{task}"))
            ok(browser.post(f"{url}/{task}", data=data))
        check = ok(browser.get(f"{url}/send"))
        assert "70,000,000.000" in check
        ok(browser.post(f"{url}/send"))
        page = ok(browser.get(url))
        assert "Sealed and sent" in page
        receipt = queries.sent_bids(queries.tender_by_number(number))[0].receipts[0].number
        assert browser.get(f"/tenders/receipts/{receipt}.pdf").data.startswith(b"%PDF")
        assert browser.get(f"/tenders/receipts/{receipt}.json").json["format"] == "touiza/receipt/v1"
    with browsing(client, people.bidders[1], CLOSES - DAY) as browser:
        assert browser.get(f"/tenders/receipts/{receipt}.pdf").status_code == 404
        assert "70,000,000" not in ok(browser.get(url))


def test_bad_prices_and_promises_come_back_at_their_field(client: FlaskClient, people: House) -> None:
    number = published(people).number
    url = f"/tenders/{number}/bid"
    with browsing(client, people.bidders[0], CLOSES - DAY) as browser:
        browser.post(url)
        browser.post(f"{url}/lots", data={"lots": "1"})
        answer = browser.post(f"{url}/prices", data={"rate-1-HC-VISIT": "7,0x"})
        assert answer.status_code == 422
        assert "7,0x" in answer.get_data(as_text=True)
        answer = browser.post(f"{url}/promises", data={"C6": "many"})
        assert answer.status_code == 422
        assert "many" in answer.get_data(as_text=True)


def test_a_late_bid_is_refused_on_the_page_and_stands_in_the_trail(client: FlaskClient, people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    number = tender.number
    with browsing(client, people.bidders[0], CLOSES + dt.timedelta(microseconds=1)) as browser:
        response = browser.post(f"/tenders/{number}/bid/send")
        assert response.status_code == 409
        assert "it was not taken" in response.get_data(as_text=True)
    db.session.refresh(bid)
    assert bid.version == 1


def test_the_ceremonies_scores_and_awards_run_on_their_pages(client: FlaskClient, people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0], (1, 2))
    sent_bid(tender, people.bidders[1], (1,), "8500000", "60")
    number = tender.number
    _open_by_pages(client, people, number, CLOSES + HOUR)
    _score_by_pages(client, people, number, CLOSES + DAY)
    _open_by_pages(client, people, number, CLOSES + 2 * DAY)
    with browsing(client, people.chair, CLOSES + 3 * DAY) as browser:
        ok(browser.post(f"/tenders/{number}/admission", data={"interest": "none"}))
        assert "Fix the ranking" in ok(browser.get(f"/tenders/{number}/ranking"))
        ok(browser.get("/today"))
        ok(browser.post(f"/tenders/{number}/ranking"))
    url = f"/tenders/{number}/lots/1/award"
    with browsing(client, people.officer, CLOSES + 4 * DAY) as browser:
        assert "stable" in ok(browser.get(f"/tenders/{number}/ranking"))
        assert "First of 2" in ok(browser.get(url))
        assert "Give reasons" in ok(browser.get("/today"))
        reasons = {f"reason-{bid.public_id}": "Because." for bid in queries.sent_bids(queries.tender_by_number(number))}
        assert browser.post(url, data={"answer": "propose"}).status_code == 422
        ok(browser.post(url, data={"answer": "propose", **reasons}))
        assert browser.post(url, data={"answer": "decide"}).status_code == 403
    with browsing(client, people.chair, CLOSES + 5 * DAY) as browser:
        ok(browser.post(url, data={"answer": "decide"}))
        assert "wins lot 1" in ok(browser.get(url))
    lot = queries.tender_by_number(number).lots[0]
    award = queries.living_award(lot)
    assert award is not None
    with browsing(client, people.officer, CLOSES + 30 * DAY) as browser:
        ok(browser.post(url, data={"answer": "contract"}))
    with browsing(client, people.bidders[1], CLOSES + 30 * DAY) as browser:
        letter = award.letters[1].id
        assert browser.get(f"/tenders/letters/{letter}.pdf").data.startswith(b"%PDF")
        assert browser.get(f"/tenders/letters/{award.letters[0].id}.pdf").status_code == 404


def _type_by_pages(client: FlaskClient, people: House, number: str, when: dt.datetime) -> None:
    """Each officer in their own session: chooses before the approval, rehearses after it."""
    for who, text in officers(people):
        with browsing(client, who, when) as browser:
            ok(browser.get(f"/tenders/{number}/key"))
            unequal = browser.post(f"/tenders/{number}/key", data={"passphrase": "mistyped", "again": "otherwise"})
            assert unequal.status_code == 422
            ok(browser.post(f"/tenders/{number}/key", data={"passphrase": text, "again": text}))


def _open_by_pages(client: FlaskClient, people: House, number: str, when: dt.datetime) -> None:
    for who, text in officers(people):
        with browsing(client, who, when) as browser:
            assert "have you an interest" in ok(browser.get(f"/tenders/{number}/opening"))
            assert browser.post(f"/tenders/{number}/opening", data={"passphrase": text}).status_code == 403
            ok(browser.post(f"/tenders/{number}/opening", data={"interest": "none"}))
            wrong = browser.post(f"/tenders/{number}/opening", data={"passphrase": "six knots in a thread"})
            assert "not the passphrase you chose" in wrong.get_data(as_text=True)
            ok(browser.get(f"/tenders/{number}/opening/screen"))
            ok(browser.post(f"/tenders/{number}/opening", data={"passphrase": text}))
            ok(browser.get(f"/tenders/{number}"))


def _score_by_pages(client: FlaskClient, people: House, number: str, when: dt.datetime) -> None:
    for who in people.evaluators:
        with browsing(client, who, when) as browser:
            assert "have you an interest" in ok(browser.get(f"/tenders/{number}/scoring"))
            bids = [bid.public_id for bid in queries.sent_bids(queries.tender_by_number(number))]
            assert browser.get(f"/tenders/{number}/scoring/{bids[0]}").status_code == 404
            ok(browser.post(f"/tenders/{number}/interest", data={"interest": "none"}))
            for bid in bids:
                assert "One carer plans" in ok(browser.get(f"/tenders/{number}/scoring/{bid}"))
                url = f"/tenders/{number}/scoring/{bid}"
                assert browser.post(url, data={"mark-Q1": "6", "reason-Q1": ""}).status_code == 422
                ok(browser.post(url, data={"mark-Q1": "4", "reason-Q1": "A clear plan."}))
            ok(browser.post(f"/tenders/{number}/scoring"))
    with at(when):
        admitted(queries.tender_by_number(number), people.officer)
    with browsing(client, people.chair, when) as browser:
        assert "have you an interest" in ok(browser.get(f"/tenders/{number}/lock"))
        assert browser.post(f"/tenders/{number}/lock", data={"answer": "lock"}).status_code == 403
        ok(browser.post(f"/tenders/{number}/admission?next=lock", data={"interest": "none"}))
        assert "Lock the scores" in ok(browser.get(f"/tenders/{number}/lock"))
        ok(browser.post(f"/tenders/{number}/lock", data={"answer": "lock"}))


def test_strangers_see_no_draft_no_ranking_and_no_other_bid(client: FlaskClient, people: House) -> None:
    number = ranked(people).number
    with at(START):
        draft = tender_services.draft_tender(terms(people), by=people.officer).number
    when = CLOSES + 6 * DAY
    with browsing(client, people.bidders[2], when) as browser:
        for path in (f"/tenders/{draft}", f"/tenders/{number}/ranking", f"/tenders/{number}/bid/prices"):
            assert browser.get(path).status_code == 404, path
        assert browser.get(f"/tenders/{number}/opening").status_code == 403
    with browsing(client, people.officer, when) as browser:
        assert browser.get(f"/tenders/{number}/bid").status_code == 403
        assert browser.get(f"/tenders/{number}/scoring").status_code == 403
    assert client.get(f"/public/tenders/{draft}").status_code == 404


def test_the_public_reads_notice_and_manifest(client: FlaskClient, people: House) -> None:
    tender = awarded(people)
    number = tender.number
    assert number in ok(client.get("/public/tenders"))
    page = ok(client.get(f"/public/tenders/{number}"))
    assert "What counts" in page
    assert "Unit 1" in page
    assert client.get(f"/public/tenders/{number}/notice.pdf").data.startswith(b"%PDF")
    assert len(client.get(f"/public/tenders/{number}/manifest.json").json["receipts"]) == 2


def test_the_api_shows_published_tenders_only(client: FlaskClient, people: House) -> None:
    number = published(people).number
    with at(START):
        tender_services.draft_tender(terms(people), by=people.officer)
    listed = client.get("/api/v1/tenders").json
    assert [row["number"] for row in listed] == [number]
    one = client.get(f"/api/v1/tenders/{number}").json
    assert one["lots"][0]["ceiling"] == "100000000.000"
    assert one["criteria"][0]["weight"] == "40.00"
    assert client.get("/api/v1/tenders/T-1").status_code == 404


def test_every_page_answers_at_every_stage(client: FlaskClient, people: House) -> None:
    numbers = [published(people).number, ranked(people).number, awarded(people).number]
    opened_one: Tender = published(people)
    sent_bid(opened_one, people.bidders[0])
    opened(opened_one, people, "quality", CLOSES + HOUR)
    for who in (people.officer, people.chair, *people.evaluators[:1], *people.bidders[:1]):
        with browsing(client, who, CLOSES + 8 * DAY) as browser:
            ok(browser.get("/today"))
            ok(browser.get("/tenders"))
            for number in (*numbers, opened_one.number):
                ok(browser.get(f"/tenders/{number}"))
    sign_in(client, Role.AUDITOR)
    ok(client.get(f"/tenders/{numbers[0]}"))
