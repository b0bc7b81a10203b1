"""The record of bidders in a tender: read once when bids are opened, explained to the digit, never above its weight."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import audit
from core.acts import Act
from core.db import db
from core.errors import InputErrors
from procurement.choosing import read_bounds, record_problems
from procurement.criterion_words import measured_by
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.queries.joint import partners_of
from procurement.scoring.ranking import Criterion
from procurement.scoring.record import Member, Record, mean_of, record_score
from procurement.services import bids, evaluation, joint, tenders
from procurement.services.joint import PartnerTerms
from procurement.terms import CriterionTerms
from providers.models import Provider
from tests.procurement.tendering import (
    CLOSES,
    START,
    House,
    at,
    criteria,
    drafted_bid,
    house,
    opened,
    published,
    scored,
    sent_bid,
    terms,
)
from tests.procurement.test_court_file import changed, made, unpacked, verified
from tests.procurement.test_tender_pages import browsing, form, ok

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
D = Decimal
UNITS = {"Unit 1": "cooperative", "Unit 2": "worker_cooperative", "Unit 3": "cooperative"}


@pytest.fixture
def people(app: Flask) -> House:
    return house(UNITS)


def weighing(points: str = "20") -> list[CriterionTerms]:
    """As ever, with the record in the place of points of quality."""
    price, quality, social = criteria()
    record = CriterionTerms("R1", "record", "Record", D(points))
    return [price, replace(quality, weight=quality.weight - D(points)), social, record]


def recorded(**scores: tuple[str, int]) -> None:
    """P-1 … get these scores over so many periods."""
    with at(CLOSES):
        for number, (score, periods) in scores.items():
            row = db.session.execute(db.select(Provider).filter_by(number=number.replace("_", "-"))).scalar_one()
            row.record_score, row.record_periods = D(score), periods


def priced(people: House) -> Tender:
    """Three single bids up to the opened prices; between the two openings the first score falls to zero."""
    tender = published(people, criteria=weighing())
    for who in people.bidders:
        sent_bid(tender, who)
    opened(tender, people, "quality", CLOSES + HOUR)
    recorded(P_1=("0", 4), P_3=("100", 1))
    scored(tender, people, {"Unit 1": 4, "Unit 2": 4, "Unit 3": 4}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    return tender


def points(tender: Tender) -> dict[str, str]:
    return {row.bid.organisation.name: row.sheet["R1"]["points"] for row in queries.results_of(tender.lots[0])}


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_records_of_90_and_40_and_a_newcomer_earn_18_8_and_13_and_stay_frozen(people: House) -> None:
    recorded(P_1=("90", 3), P_2=("40", 2))
    tender = priced(people)
    assert points(tender) == {"Unit 1": "18.00", "Unit 2": "8.00", "Unit 3": "13.00"}
    with at(CLOSES + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    ranks = {row.bid.organisation.name: row.rank for row in queries.results_of(tender.lots[0])}
    assert ranks == {"Unit 1": 1, "Unit 3": 2, "Unit 2": 3}
    (entry,) = audit.entries(tender.stream, Act.QUALITY_OPENED)
    kept = entry.after["records"].values()
    assert sorted(row["members"][0]["score"] or "new" for row in kept) == ["40", "90", "new"]


def test_the_ranking_page_explains_every_number_of_a_record(client: FlaskClient, people: House) -> None:
    recorded(P_1=("90", 3), P_2=("40", 2))
    tender = priced(people)
    with browsing(client, people.chair, CLOSES + 3 * DAY) as browser:
        page = text_of(ok(browser.get(f"/tenders/{tender.number}/ranking")))
    assert "Record: 18.00 of 20" in page
    told = ("Unit 1 90", "Unit 1, periods 3", "record 90", "share 0.9", "exact 18")
    told += ("Unit 3, new: peer mean of 2 65", "record 65", "share 0.65", "exact 13")
    assert [figure for figure in told if figure not in page] == []
    assert "Record, of 20" in page


def test_where_nobody_has_a_record_nobody_earns_a_point_and_the_page_says_so(
    client: FlaskClient, people: House
) -> None:
    tender = published(people, criteria=weighing())
    sent_bid(tender, people.bidders[0])
    sent_bid(tender, people.bidders[1])
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 4}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    assert points(tender) == {"Unit 1": "0.00", "Unit 2": "0.00"}
    with browsing(client, people.chair, CLOSES + 3 * DAY) as browser:
        page = text_of(ok(browser.get(f"/tenders/{tender.number}/ranking")))
    assert "had a record when bids were opened: it weighs nothing. Unit 1, periods 0" in page


def test_the_court_file_computes_the_points_of_a_record_again_and_finds_a_changed_one(
    people: House, tmp_path: Path
) -> None:
    recorded(P_1=("90", 3), P_2=("40", 2))
    tender = priced(people)
    with at(CLOSES + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    folder = unpacked(made(tender), tmp_path)
    assert verified(folder)[0] == 0

    def forged(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row["record"]["members"][0]["score"] = "10"

    changed(folder, "65-results/results.json", forged)
    code, said = verified(folder)
    assert code != 0
    assert "R1: 18.00 points, but it comes to 2.00" in said


def test_a_joint_bid_is_read_by_its_shares_of_the_work(people: House) -> None:
    recorded(P_1=("90", 3), P_2=("40", 2))
    tender = published(people, criteria=weighing())
    bid = drafted_bid(tender, people.bidders[0])
    with at(CLOSES - 2 * DAY):
        joint.invite_partner(bid, PartnerTerms("O-2", D(40), "The nights"), by=people.bidders[0])
        (row,) = partners_of(bid)
        joint.answer_invitation(row, takes_part=True, by=people.bidders[1])
        bids.submit_bid(bid, by=people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    record = Record.from_json(bid.record or {})
    assert [(row.name, row.share, row.score) for row in record.members] == [
        ("Unit 1", D(60), D(90)), ("Unit 2", D(40), D(40)),
    ]  # fmt: skip
    assert record_score(D(20), record).points == D("14.00")  # (60 × 90 + 40 × 40) ÷ 100 = 70


def test_more_than_twenty_points_are_refused_in_words_when_a_tender_is_drafted(people: House) -> None:
    with pytest.raises(InputErrors, match="record of bidders is at most 20 of 100"), at(START):
        tenders.draft_tender(terms(people, criteria=weighing("21")), by=people.officer)
    with at(START):
        tender = tenders.draft_tender(terms(people, criteria=weighing("20")), by=people.officer)
    with pytest.raises(InputErrors, match="record of bidders is at most 20 of 100"), at(START):
        tenders.change_tender(tender, terms(people, criteria=weighing("20.01")), by=people.officer)


def test_more_than_twenty_points_are_refused_before_publication_too(people: House) -> None:
    with at(START):
        tender = tenders.draft_tender(terms(people, criteria=weighing()), by=people.officer)
        tender.criteria_of("record")[0].weight, tender.criteria_of("quality")[0].weight = D(21), D(14)
    with pytest.raises(InputErrors, match="record of bidders is at most 20 of 100"), at(START):
        tenders.send_for_approval(tender, by=people.officer)


def test_the_record_counts_once_without_least_points_and_never_where_the_plan_is_silent() -> None:
    row = Criterion("R1", "record", D(10))
    bounds = read_bounds({"record_most": {"block": "record", "most": "20", "then": "refuse"}})
    assert list(record_problems([row], bounds)) == []
    assert "does not say" in str(next(iter(record_problems([row], ()))).message)
    said = [str(one.message) for one in record_problems([row, replace(row, code="R2", minimum=D(1))], bounds)]
    assert [text.split(":")[0] for text in said] == [
        "The record of bidders is one criterion.", "The record of bidders has no least points",
    ]  # fmt: skip


@pytest.mark.parametrize(("score", "periods"), [("-0.001", 1), ("100.001", 1), ("NaN", 1), ("Infinity", 1), ("50", 0)])
def test_records_that_cannot_be_are_refused(score: str, periods: int) -> None:
    with pytest.raises(InputErrors, match="between 0 and 100"):
        Member("Unit 1", D(100), D(score), periods)


def test_the_bounds_of_a_record_earn_nothing_and_everything() -> None:
    both = [Record((Member("A", D(100), D(score), 1),), D(50), 2) for score in (0, 100)]
    assert [record_score(D(20), row).points for row in both] == [D("0.00"), D("20.00")]
    assert [Record.from_json(json.loads(json.dumps(row.to_json()))) for row in both] == both
    assert (mean_of([]), mean_of([D(90), D(40), D("0.5")])) == (None, D("43.500"))


def test_a_record_that_cannot_be_stops_the_opening(people: House) -> None:
    tender = published(people, criteria=weighing())
    sent_bid(tender, people.bidders[0])
    recorded(P_3=("101", 2))
    with pytest.raises(InputErrors, match="O-3: a record lies between 0 and 100"):
        opened(tender, people, "quality", CLOSES + HOUR)
    assert tender.quality_opened_at is None


def test_form_tender_page_and_notice_print_how_the_record_is_read(client: FlaskClient, people: House) -> None:
    typed = {"criteria.2.weight": "20", "criteria.4.block": "record", "criteria.4.name": "Record"}
    with browsing(client, people.officer, START) as browser:
        page = ok(browser.post("/tenders/new", data=form(people, add="record")))
        assert "Record of bidders, from their published scores" in text_of(page)
        response = browser.post(
            "/tenders/new", data=form(people, **typed, **{"criteria.4.weight": "21"}, answer="save")
        )
        assert response.status_code == 422
        assert "record of bidders is at most 20 of 100" in text_of(response.text)
        browser.post("/tenders/new", data=form(people, **typed, **{"criteria.4.weight": "15"}, answer="save"))
        number = db.session.execute(db.select(Tender.number)).scalar_one()
        page = text_of(ok(browser.get(f"/tenders/{number}")))
    assert "the bidder’s record when bids are opened, the mean of its published quality scores" in page
    tender = queries.tender_by_number(number)
    assert "joint bid by its shares of the work" in measured_by(tender.criteria_of("record")[0])
