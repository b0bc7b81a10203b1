"""Bids sealed on the bidder's own machine: taken by form and by API, in time or not, and whatever they hold inside."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import audit, clock
from core.accounts.models import ApiToken
from core.actors import Actor
from core.acts import Act
from core.db import database_clock, db
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.sealing import Address, EnvelopeKind, SignedReceipt, seal, verify_receipt
from procurement.sealing.__main__ import main
from procurement.services import bids
from procurement.services.tenders import keys_of
from tests.procurement.tendering import CLOSES, START, House, at, house, opened, published, scored, sent_bid
from tests.procurement.test_tender_pages import browsing

DAY, HOUR, MICROSECOND = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(microseconds=1)
QUALITY: dict[str, Any] = {"lots": [1], "answers": {"Q1": "One carer plans."}, "promises": {"C6": "80"}}
UNASKED = {"organisation": "O-2", "name": "Unit 2", "share": "50", "delivers": "Nights"}
PRICE: dict[str, Any] = {"rates": {"1": {"HC-VISIT": "8000000"}}}


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def begun(tender: Tender, by: Actor) -> str:
    with at(CLOSES - 5 * DAY):
        return bids.start_bid(tender, by=by).public_id


def sealed_by_command(notice: dict[str, Any], bid: str, folder: Path, version: int = 1) -> dict[str, bytes]:
    """Both envelopes, made by the command as a bidder runs it."""
    said = {"tender": notice["tender"], "lot": "1", "bid": bid, "version": version, "quality": QUALITY, "price": PRICE}
    (folder / "n.json").write_text(json.dumps(notice))
    (folder / "b.json").write_text(json.dumps(said))
    found = {}
    for kind in EnvelopeKind:
        out = folder / f"{kind.value}-{bid}-{version}.sealed"
        words = ["seal-bid", "--notice", str(folder / "n.json"), "--bid", str(folder / "b.json")]
        assert main([*words, "--envelope", kind.value, "--out", str(out)]) == 0
        found[kind.value] = out.read_bytes()
    return found


def sealed_freely(tender: Tender, bid: str, quality: Any, price: Any, lots: str = "1") -> dict[str, bytes]:
    """By a program of the bidder's own, which checks nothing."""
    found = {}
    for kind, payload in ((EnvelopeKind.QUALITY, quality), (EnvelopeKind.PRICE, price)):
        key = next(row for row in keys_of(tender).keys if row.envelope is kind)
        found[kind.value] = seal(payload, Address(tender.number, lots, bid, 1, kind), key.public_key, 1)
    return found


def by_form(
    client: FlaskClient, number: str, who: Actor, when: dt.datetime, sealed: dict[str, bytes], **more: str
) -> Any:
    files = {name: (BytesIO(octets), f"{name}.sealed") for name, octets in sealed.items()}
    with browsing(client, who, when) as browser:
        return browser.post(f"/tenders/{number}/bid-sealed", data={"lots": "1", **files, **more})


def token_of(who: Actor) -> str:
    """The bearer token of this person's organisation, made when first asked for."""
    token = f"token-{who.account_id}"
    digest = hashlib.sha256(token.encode()).digest()
    with at(START):
        if not db.session.query(ApiToken).filter_by(digest=digest).count():
            row = ApiToken(organisation_id=who.organisation_id, account_id=who.account_id, label="t", created_at=START)
            row.digest = digest
            db.session.add(row)
    return token


def by_api(
    client: FlaskClient, number: str, who: Actor, when: dt.datetime, sealed: dict[str, bytes], key: str = "k"
) -> Any:
    body = {"lots": [1], **{name: b64encode(octets).decode() for name, octets in sealed.items()}}
    headers = {"Authorization": f"Bearer {token_of(who)}", "Idempotency-Key": key}
    with clock.frozen(when), database_clock(lambda: when):
        return client.post(f"/api/v1/tenders/{number}/bid/envelopes", json=body, headers=headers)


def test_the_published_notice_and_the_command_make_a_bid_that_opens_and_is_scored(
    client: FlaskClient, people: House, tmp_path: Path
) -> None:
    tender, bidder = published(people), people.bidders[0]
    bid = begun(tender, bidder)
    notice = client.get(f"/public/tenders/{tender.number}/sealing.json").json
    sealed = sealed_by_command(notice, bid, tmp_path)
    assert by_form(client, tender.number, bidder, CLOSES - DAY, sealed).status_code == 303
    receipt = bid_queries.own_bid(tender, bidder.organisation_id).receipt  # type: ignore[union-attr]
    verify_receipt(SignedReceipt.from_json(receipt.signed), bytes.fromhex(tender.receipt_key), sealed)
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4}, CLOSES + 3 * DAY)
    opened(tender, people, "price", CLOSES + 4 * DAY)
    (row,) = queries.results_of(tender.lots[0])
    assert (row.price, row.excluded_reason) == (80_000_000_000, "")


def test_the_api_takes_it_at_the_deadlines_instant_and_refuses_it_a_microsecond_later(
    client: FlaskClient, people: House, tmp_path: Path
) -> None:
    tender, bidder = published(people), people.bidders[0]
    bid = begun(tender, bidder)
    notice = client.get(f"/public/tenders/{tender.number}/sealing.json").json
    first = by_api(client, tender.number, bidder, CLOSES, sealed_by_command(notice, bid, tmp_path))
    assert first.status_code == 200, first.json
    assert first.json["signed"]["receipt"]["received_at"] == CLOSES.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    late = sealed_by_command(notice, bid, tmp_path, 2)
    answer = by_api(client, tender.number, bidder, CLOSES + MICROSECOND, late, "k2")
    assert (answer.status_code, answer.json["code"]) == (409, "bid_too_late")
    row = bid_queries.own_bid(tender, bidder.organisation_id)
    assert row is not None
    assert (row.version, len(row.receipts), len(row.parts)) == (1, 1, 2)
    assert len(list(audit.entries(tender.stream, Act.BID_REFUSED_LATE))) == 1


def test_the_form_refuses_a_sealed_bid_a_microsecond_late(client: FlaskClient, people: House) -> None:
    tender, bidder = published(people), people.bidders[0]
    sealed = sealed_freely(tender, begun(tender, bidder), QUALITY, PRICE)
    answer = by_form(client, tender.number, bidder, CLOSES + MICROSECOND, sealed)
    assert answer.status_code == 409
    assert "Nothing of it was stored" in answer.get_data(as_text=True)
    assert bid_queries.own_bid(tender, bidder.organisation_id).parts == []  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("quality", "price", "reason"),
    [
        ({**QUALITY, "lots": "all"}, PRICE, "Does not fit the bid form"),
        ({**QUALITY, "lots": [1, 2]}, PRICE, "other lots than its receipt"),
        ({**QUALITY, "promises": {"C6": {"a": "b"}}}, PRICE, "Does not fit the bid form"),
        (
            {**QUALITY, "partners": [{"organisation": "O-2", "name": "Unit 2", "share": "50", "delivers": "Nights"}]},
            PRICE,
            "a partner that never said yes: Unit 2",
        ),
        ({**QUALITY, "partners": ["Unit 2"]}, PRICE, "Does not fit the bid form"),
        ({**QUALITY, "securities": {"guarantee": "a lot"}}, PRICE, "Does not fit the bid form"),
        ({"gift": "yes"}, PRICE, "Does not fit the bid form"),
        (QUALITY, {"rates": {"1": {"HC-VISIT": "-1"}}}, "Does not fit the bid form"),
        (QUALITY, {"rates": {"1": {"HC-VISIT": "NaN"}}}, "Does not fit the bid form"),
        (QUALITY, {"rates": {"2": {"HC-NIGHT": "5"}}}, "other lots than its receipt"),
    ],
    ids=[
        "lots no list",
        "more lots",
        "promise no text",
        "partner unasked",
        "partner no row",
        "guarantee",
        "no form",
        "negative",
        "not a number",
        "other lot",
    ],
)
def test_whatever_is_inside_stands_as_unreadable_and_stops_no_opening(
    client: FlaskClient, people: House, quality: Any, price: Any, reason: str
) -> None:
    tender, bidder = published(people), people.bidders[0]
    sealed = sealed_freely(tender, begun(tender, bidder), quality, price)
    assert by_form(client, tender.number, bidder, CLOSES - DAY, sealed).status_code == 303
    sent_bid(tender, people.bidders[1])
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 4}, CLOSES + 3 * DAY)
    opened(tender, people, "price", CLOSES + 4 * DAY)
    bid = bid_queries.own_bid(tender, bidder.organisation_id)
    assert bid is not None
    assert (bid.state, reason in bid.unreadable_reason) == ("unreadable", True)
    assert tender.state == "opened_price"


def test_a_word_where_a_number_is_asked_for_promises_nothing(client: FlaskClient, people: House) -> None:
    tender, bidder = published(people), people.bidders[0]
    sealed = sealed_freely(tender, begun(tender, bidder), {**QUALITY, "promises": {"C6": "yes"}}, PRICE)
    assert by_form(client, tender.number, bidder, CLOSES - DAY, sealed).status_code == 303
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4}, CLOSES + 3 * DAY)
    opened(tender, people, "price", CLOSES + 4 * DAY)
    (row,) = queries.results_of(tender.lots[0])
    assert row.sheet["C6"]["points"] == "0.00"


ENVELOPE = bytes(48 + 4096)


@pytest.mark.parametrize(
    ("sealed", "more", "text"),
    [
        ({"quality": ENVELOPE}, {}, "This file is not a sealed envelope"),
        ({"quality": ENVELOPE, "price": b"%PDF-1.7 my price"}, {}, "This file is not a sealed envelope"),
        ({"quality": ENVELOPE, "price": ENVELOPE[:-1]}, {}, "This file is not a sealed envelope"),
        ({"quality": ENVELOPE, "price": bytes(48 + 4096 * 64)}, {}, "larger than"),
        ({"quality": ENVELOPE, "price": ENVELOPE}, {}, "Both files are the same"),
        ({"quality": ENVELOPE, "price": b"1" * 4144}, {"lots": "7"}, "There is no lot 7"),
        ({"quality": ENVELOPE, "price": b"1" * 4144}, {"lots": ""}, "Name each lot"),
    ],
    ids=["one missing", "a PDF", "cut", "too large", "twice the same", "no such lot", "no lot"],
)
def test_a_file_that_cannot_be_an_envelope_is_refused_at_its_field(
    client: FlaskClient, people: House, sealed: dict[str, bytes], more: dict[str, str], text: str
) -> None:
    tender, bidder = published(people), people.bidders[0]
    begun(tender, bidder)
    answer = by_form(client, tender.number, bidder, CLOSES - DAY, sealed, **more)
    assert answer.status_code == 422
    assert text in answer.get_data(as_text=True)
    assert bid_queries.own_bid(tender, bidder.organisation_id).version == 0  # type: ignore[union-attr]


def test_a_seal_for_an_earlier_version_is_named_in_the_minutes(client: FlaskClient, people: House) -> None:
    tender, bidder = published(people), people.bidders[0]
    sealed = sealed_freely(tender, begun(tender, bidder), QUALITY, PRICE)
    for hours in (5, 4):
        assert by_form(client, tender.number, bidder, CLOSES - hours * HOUR, sealed).status_code == 303
    sent_bid(tender, people.bidders[1])
    opened(tender, people, "quality", CLOSES + HOUR)
    rows = queries.minutes_of(tender, "quality").content["bids"]  # type: ignore[union-attr]
    assert [(row["bidder"], row["outcome"]) for row in rows] == [("Unit 1", "unreadable"), ("Unit 2", "opened")]
    assert "The seal does not fit" in rows[0]["reason"]
