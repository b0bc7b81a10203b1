"""A withheld field says why and until when wherever others would read it, and shows by itself the day after."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from core import files, work
from core.errors import DomainError, Forbidden, InputErrors
from core.roles import Role
from procurement.court.bundle import zipped
from procurement.models.tender import Tender
from procurement.ocds.bids import bids_section
from procurement.queries import court as court_queries
from procurement.queries import tenders as queries
from procurement.queries.outcomes import outcomes
from procurement.services import award, court
from procurement.services.withholding import show_again, withhold
from tests.accounts import actor_with
from tests.procurement.tendering import CLOSES, House, at, house, opened, published, ranked, sent_bid
from tests.procurement.test_tender_pages import browsing

DAY = dt.timedelta(days=1)
UNTIL = (CLOSES + 30 * DAY).date()
WINNER_PRICE = "71,234,570.000"


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def withheld_award(people: House, *fields: str) -> Tender:
    """Lot 1 awarded to Unit 1, these fields of whose bid are withheld."""
    tender = ranked(people)
    winner = next(row for row in queries.sent_bids(tender) if row.organisation.name == "Unit 1")
    with at(CLOSES + 6 * DAY):
        for field in fields:
            withhold(tender, winner.public_id, field, "fair-comp", "Rates are used again.", UNTIL, by=people.officer)
        reasons = {row.bid.public_id: f"Praise of {row.bid.bidder}" for row in queries.results_of(tender.lots[0])}
        proposal = award.propose_award(tender.lots[0], reasons, by=people.officer)
    with at(CLOSES + 7 * DAY):
        award.decide_award(proposal, by=people.chair)
    return tender


def letter(tender: Tender, name: str) -> str:
    rows = queries.awards_of(tender)[0].letters
    found = next(row for row in rows if row.organisation.name == name)
    return " ".join(PdfReader(BytesIO(files.read(found.file))).pages[0].extract_text().replace("\xa0", " ").split())


def test_letter_and_result_page_say_why_and_until_when_and_the_page_shows_it_the_day_after(
    people: House, client: FlaskClient
) -> None:
    tender = withheld_award(people, "price", "points", "reason")
    loser = letter(tender, "Unit 2")
    assert "Rates are used again." in loser
    assert "2 May 2026" in loser or "1 May 2026" in loser
    assert WINNER_PRICE not in loser
    assert "Praise of Unit 1" not in loser
    assert "69.40" in loser  # a total is never withheld
    winner = letter(tender, "Unit 1")
    assert WINNER_PRICE in winner
    assert "Rates are used again." not in winner
    path = f"/tenders/{tender.number}/result"
    for days, is_there in ((0, False), (1, True)):
        when = dt.datetime.combine(UNTIL, dt.time(12), dt.UTC) + days * DAY
        with browsing(client, people.bidders[1], when) as browser:
            shown = browser.get(path).text
        assert (WINNER_PRICE in shown, "Praise of Unit 1" in shown, "Rates are used again" not in shown) == (
            is_there,
        ) * 3


def test_neither_the_public_page_nor_open_data_tells_a_withheld_price(people: House, client: FlaskClient) -> None:
    tender = withheld_award(people, "price")
    for day, is_there in ((UNTIL, False), (UNTIL + DAY, True)):
        when = dt.datetime.combine(day, dt.time(12), dt.UTC)
        with browsing(client, people.bidders[1], when) as browser:
            shown = browser.get(f"/public/tenders/{tender.number}/results").text
        with at(when):
            (outcome,) = outcomes([tender.id])
            told = json.dumps(bids_section(outcome), default=str)
        assert (WINNER_PRICE in shown, "71234570" in told) == (is_there, is_there)


def test_a_copy_for_a_party_leaves_out_the_table_with_ground_and_day_and_the_whole_file_holds_it(people: House) -> None:
    tender = withheld_award(people, "points")
    loser = people.bidders[1].organisation_id
    found = {}
    for name, party in (("party", loser), ("whole", None)):
        with at(CLOSES + 9 * DAY):
            row = court.ask(
                tender, by=actor_with(Role.AUDITOR), organisation_id=party, reason_code="fair-comp", reason="Secrets."
            )
            number = row.number
        with at(CLOSES + 9 * DAY):
            pass
        work.run_due()
        assert work.failures("") == []
        found[name] = court_queries.court_file(number)
    listed = {name: {one["name"]: one["withheld"] for one in row.listing} for name, row in found.items()}
    results = listed["party"]["65-results/results.json"]
    assert (results["code"], results["until"]) == ("fair-comp", UNTIL.isoformat())
    assert listed["whole"]["65-results/results.json"] is None
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(court.members(found["party"]))))) as archive:
        assert "65-results/results.json" not in archive.namelist()
        assert "70-awards/awards.json" in archive.namelist()


def test_it_takes_a_declared_officer_a_ground_words_and_a_day_ahead(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    with pytest.raises(DomainError, match="sealed anyway"), at(CLOSES):
        withhold(tender, bid.public_id, "price", "fair-comp", "Why.", UNTIL, by=people.officer)
    opened(tender, people, "quality", CLOSES + DAY)
    with pytest.raises(Forbidden), at(CLOSES + DAY):
        withhold(tender, bid.public_id, "price", "fair-comp", "Why.", UNTIL, by=people.chair)
    with pytest.raises(InputErrors) as found, at(CLOSES + DAY):
        withhold(tender, "nobody", "total", "because", " ", CLOSES.date(), by=people.officer)
    assert [row.where for row in found.value.problems] == ["bid", "field", "reason_code", "reason", "until"]


def test_the_officer_s_page_withholds_and_shows_again(people: House, client: FlaskClient) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + DAY)
    path = f"/tenders/{tender.number}/withheld"
    form = {"bid": bid.public_id, "field": "price", "reason_code": "eo-int", "reason": "Rates.", "until": "2026-13-01"}
    with browsing(client, people.officer, CLOSES + 2 * DAY) as browser:
        assert browser.post(path, data=form).status_code == 422
        assert browser.post(path, data={**form, "until": UNTIL.isoformat()}).status_code == 303
        page = browser.get(path).text
        assert "Rates." in page
        assert "Show it now" in page
        assert browser.post(path, data={"show": "1"}).status_code == 303
        assert "Show it now" not in browser.get(path).text
    with pytest.raises(DomainError, match="not withheld"), at(CLOSES + 2 * DAY):
        show_again(tender, 1, by=people.officer)
