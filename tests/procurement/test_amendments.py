"""A published notice changes by two persons, in versions; what was bid before is confirmed, replaced or dropped."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask

from core.db import db
from core.errors import DomainError, Forbidden, InputErrors
from core.outbox import OutboxMessage
from procurement import noting
from procurement.models.tender import Tender
from procurement.queries import notices as queries
from procurement.services import bids, notices, opening
from tests.procurement.tendering import CLOSES, START, House, at, criteria, house, published, sent_bid, terms

DAY = dt.timedelta(days=1)


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def amended(people: House, tender: Tender, when: dt.datetime, **changes: object) -> None:
    with at(when):
        notices.propose_amendment(tender, terms(people, **changes), reason="More islands.", by=people.officer)
    with at(when):
        notices.publish_amendment(queries.waiting_amendment(tender), by=people.second)


def test_terms_read_back_are_the_terms_that_were_noted(people: House) -> None:
    tender = published(people)
    found = noting.terms_of(tender)
    assert noting.read(noting.noted(found)) == replace(found, criteria=list(found.criteria), lots=list(found.lots))


def test_a_change_is_a_new_version_with_its_differences(people: House) -> None:
    tender = published(people)
    amended(people, tender, START + DAY, summary="With the islands.", criteria=criteria("40"))
    versions = queries.versions(tender)
    assert [row.version for row in versions] == [2, 1]
    assert [(row["where"], row["after"]) for row in versions[0].changes] == [("summary", "With the islands.")]
    assert tender.notice_version == 2


def test_nobody_publishes_their_own_change_and_none_without_a_difference(people: House) -> None:
    tender = published(people)
    with pytest.raises(InputErrors, match="Nothing differs"), at(START + DAY):
        notices.propose_amendment(tender, terms(people), reason="None.", by=people.officer)
    with at(START + DAY):
        row = notices.propose_amendment(tender, terms(people, title="Other"), reason="Name.", by=people.officer)
    with pytest.raises(Forbidden), at(START + DAY):
        notices.publish_amendment(row, by=people.officer)
    with pytest.raises(DomainError, match="Another change"), at(START + DAY):
        notices.propose_amendment(tender, terms(people, title="Third"), reason="Name.", by=people.second)


def test_a_late_change_moves_the_deadline_by_itself_to_a_working_day(people: House) -> None:
    tender = published(people)
    amended(people, tender, CLOSES - 2 * DAY, title="Changed late")
    assert tender.closes_at >= CLOSES + 5 * DAY
    assert tender.closes_at.isoweekday() not in (6, 7)


def test_a_sent_bid_falls_at_the_deadline_unless_it_is_confirmed(people: House) -> None:
    tender = published(people)
    kept, fallen = sent_bid(tender, people.bidders[0]), sent_bid(tender, people.bidders[1])
    amended(people, tender, CLOSES - DAY / 2, title="Changed late")
    assert (kept.state, fallen.state) == ("unconfirmed", "unconfirmed")
    with at(CLOSES):
        bids.confirm_bid(kept, by=people.bidders[0])
    with at(tender.closes_at + DAY):
        manifest = opening.publish_manifest(tender)
    assert [signed.receipt.bid for signed in manifest.receipts] == [kept.public_id]
    assert (kept.state, fallen.state, fallen.parts) == ("sealed", "lapsed", [])


def test_a_stranger_cannot_confirm_and_a_replacement_needs_no_confirmation(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    amended(people, tender, CLOSES - DAY / 2, title="Changed late")
    with pytest.raises(Forbidden), at(CLOSES):
        bids.confirm_bid(bid, by=people.bidders[1])
    from tests.procurement.tendering import fill

    with at(CLOSES):
        fill(bid, people.bidders[0])
        bids.submit_bid(bid, by=people.bidders[0])
    assert (bid.state, bid.version, bid.receipt.signed["receipt"]["notice_version"]) == ("sealed", 2, 2)


def test_more_time_alone_leaves_bids_as_they_are_and_tells_their_bidders(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    amended(people, tender, CLOSES - DAY / 2, closes_at=CLOSES + 20 * DAY)
    assert bid.state == "sealed"
    told = db.session.query(OutboxMessage).filter_by(template="notice_amended").all()
    assert [(row.organisation_id, row.arguments["version"]) for row in told] == [(bid.organisation_id, 2)]


def test_no_change_after_the_deadline(people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    with pytest.raises(DomainError, match="bids have closed"), at(CLOSES + dt.timedelta(microseconds=1)):
        notices.propose_amendment(tender, terms(people, title="Late"), reason="Late.", by=people.officer)


def test_weights_that_no_longer_make_100_are_refused_before_anything_is_out(people: House) -> None:
    tender = published(people)
    with pytest.raises(InputErrors, match="100"):
        amended(people, tender, START + DAY, criteria=criteria("39.9"))
    db.session.rollback()
    assert [row.version for row in queries.versions(tender)] == [1]
    assert tender.criteria[0].weight == Decimal(40)
