"""A bid after the deadline and a program in place of a paper: what the cooperative reads, and what the trail keeps."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.audit import AuditEntry
from core.db import db
from core.files import StoredFile
from providers import queries as provider_queries
from tests.procurement.tendering import CLOSES, House, drafted_bid, house, published
from tests.procurement.test_tender_pages import browsing
from tests.providers.builders import catalogue, draft


@pytest.fixture
def people(app: Flask) -> House:
    return house()


@pytest.mark.parametrize(
    "late", [dt.timedelta(seconds=1), dt.timedelta(microseconds=1)], ids=["one second", "one microsecond"]
)
def test_a_late_bid_is_refused_in_words_and_the_refusal_stands_in_the_trail(
    client: FlaskClient, people: House, late: dt.timedelta
) -> None:
    tender = published(people)
    bid = drafted_bid(tender, people.bidders[0])
    number = tender.number
    with browsing(client, people.bidders[0], CLOSES + late) as browser:
        answer = browser.post(f"/tenders/{number}/bid/send")
        page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "it was not taken" in page
    assert f"{(CLOSES + late):%S.%f}" in page
    db.session.expire_all()
    assert (bid.state, list(bid.parts), list(bid.receipts)) == ("draft", [], [])
    last = db.session.execute(
        select(AuditEntry).where(AuditEntry.stream.contains(number)).order_by(AuditEntry.id.desc()).limit(1)
    ).scalar_one()
    assert last.act == "bid.refused_late"


PROGRAMS = {
    "a Windows program": b"MZ\x90\x00\x03" + bytes(200),
    "a Linux program": b"\x7fELF\x02\x01\x01" + bytes(200),
    "a script": b"#!/bin/sh\nrm -rf /\n",
}


@pytest.mark.parametrize("content", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_a_statute_that_is_a_program_is_refused_in_words_and_not_stored(
    app: Flask, client: FlaskClient, content: bytes
) -> None:
    catalogue()
    organisation_id, account = draft()
    number = provider_queries.provider_of(organisation_id).number
    client.post(f"/demo/sign-in/{account.id}")
    data: dict[str, Any] = {"kind": "statutes", "file": (io.BytesIO(content), "statutes.pdf")}
    answer = client.post(f"/providers/{number}/registration/documents", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "statutes.pdf is not a PDF" in page
    assert "whatever its name says" in page
    assert db.session.execute(select(func.count()).select_from(StoredFile)).scalar_one() == 0
