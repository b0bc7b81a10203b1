"""What anyone may read: manifest and draw counted again, results of decided lots, and no person anywhere."""

from __future__ import annotations

import datetime as dt
import hashlib

from flask.testing import FlaskClient

from core import clock
from core.db import database_clock
from procurement.models.tender import Tender
from procurement.services import award, evaluation, opening
from tests.procurement.tendering import (
    CLOSES,
    DAY,
    START,
    House,
    at,
    awarded,
    opened,
    published,
    ranked,
    scored,
    sent_bid,
)


def read(client: FlaskClient, path: str, instant: dt.datetime = CLOSES + 9 * DAY):
    with clock.frozen(instant), database_clock(lambda: instant):
        return client.get(path)


def tied(people: House) -> Tender:
    """Two cooperatives, equal in everything: the draw decides."""
    tender = published(people)
    for bidder in people.bidders[:2]:
        sent_bid(tender, bidder, (1,), "8000000", "80")
    opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    scored(tender, people, {"Unit 1": 4, "Unit 2": 4}, CLOSES + 3 * DAY)
    opened(tender, people, "price", CLOSES + 4 * DAY)
    with at(CLOSES + 5 * DAY):
        evaluation.enter_draw(tender, "2026-03-02:04-11-19-23-37-42", by=people.chair)
        evaluation.rank(tender, by=people.chair)
    return tender


def decided(tender: Tender, people: House) -> Tender:
    from procurement.queries import tenders as queries

    lot = tender.lots[0]
    with at(CLOSES + 6 * DAY):
        reasons = {row.bid.public_id: "Reason." for row in queries.results_of(lot)}
        proposal = award.propose_award(lot, reasons, by=people.officer)
    with at(CLOSES + 7 * DAY):
        award.decide_award(proposal, by=people.chair)
    return tender


def test_the_manifest_is_counted_again_and_finds_a_receipt(people, client):
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    digest, root, number = bid.receipts[-1].sha256, "", tender.number
    with at(CLOSES + DAY):
        root = opening.publish_manifest(tender).root
    page = read(client, f"/public/tenders/{number}/manifest?receipt={digest[:8]} {digest[8:]}").text
    assert page.count(root) == 3  # published, counted again, and as the leaf of the one bid there is
    assert "The root is the root of these receipts" in page
    assert "your bid stands as number 1" in page
    assert "It is not in." in read(client, f"/public/tenders/{number}/manifest?receipt=00").text


def test_a_manifest_that_was_tampered_with_says_so(people, client):
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    with at(CLOSES + DAY):
        opening.publish_manifest(tender)
    number = tender.number
    with at(CLOSES + DAY):
        tender.manifest = tender.manifest | {"root": "00" * 32}
    page = read(client, f"/public/tenders/{number}/manifest").text
    assert "The root does not belong to these receipts" in page


def test_before_the_deadline_there_is_neither_manifest_nor_result_nor_draw(people, client):
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    for page in ("manifest", "results", "draw"):
        assert read(client, f"/public/tenders/{tender.number}/{page}", START + DAY).status_code == 404


def test_a_ranking_that_nobody_decided_is_not_public(people, client):
    tender = ranked(people)
    assert read(client, f"/public/tenders/{tender.number}/results").status_code == 404


def test_results_show_points_that_add_up_and_no_promised_figure(people, client):
    tender = awarded(people)
    names = [people.officer.name, people.chair.name, *(row.name for row in people.evaluators)]
    page = read(client, f"/public/tenders/{tender.number}/results").text
    assert page.count("Unit 1") == page.count("Unit 2") == 2
    assert "Reason for" not in page
    assert [name for name in names if name in page] == []
    notice = read(client, f"/public/tenders/{tender.number}").text
    assert f"/public/tenders/{tender.number}/results" in notice


def test_the_draw_is_repeated_from_what_is_published(people, client):
    tender = decided(tied(people), people)
    root, number = bytes.fromhex(tender.manifest["root"]), tender.number
    seed = hashlib.sha256(root + b"2026-03-02:04-11-19-23-37-42").digest()
    bids = [row["receipt"]["bid"] for row in tender.manifest["receipts"]]
    marks = sorted(hashlib.sha256(seed + bid.encode()).hexdigest() for bid in bids)
    page = read(client, f"/public/tenders/{number}/draw").text
    assert seed.hex() in page
    assert page.index(marks[0]) < page.index(marks[1])
    assert page.count("the same") == 2
    assert "Repeat the draw" in read(client, f"/public/tenders/{number}/results").text


def test_without_a_tie_there_is_no_draw_to_show(people, client):
    assert read(client, f"/public/tenders/{awarded(people).number}/draw").status_code == 404
