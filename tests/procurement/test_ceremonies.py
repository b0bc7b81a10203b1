"""Ceremonies: passphrases chosen alone, the rehearsal, a lost officer, declarations, what the minutes say."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import issued
from core.actors import Actor
from core.db import db
from core.errors import Conflict, DomainError, Forbidden, InputErrors
from core.roles import Role
from procurement.models.bid import Bid
from procurement.models.opening import OpeningMinutes
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.services import bids, keys, opening, tenders
from procurement.services.opening.minutes import PAPER
from tests.accounts import actor_with
from tests.procurement.tendering import (
    CLOSES,
    PASSPHRASES,
    START,
    House,
    approved,
    at,
    drafted_bid,
    fill,
    house,
    officers,
    opened,
    published,
    scored,
    sent_bid,
    terms,
)
from tests.procurement.test_tender_pages import browsing, ok
from tests.procurement.test_tender_road import acts, declared

HOUR, DAY, MICROSECOND = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(microseconds=1)
SPARE = "a sealed paper in the safe"


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def minutes_of(tender: Tender, envelope: str = "quality") -> OpeningMinutes:
    found = queries.minutes_of(tender, envelope)
    assert found is not None
    return found


def part_of(bid: Bid, envelope: str = "quality") -> object:
    return next(part for part in bid.parts if part.envelope == envelope)


def test_no_keys_are_made_before_every_holder_chose_a_passphrase_alone(people: House) -> None:
    with at(START):
        tender = tenders.draft_tender(terms(people), by=people.officer)
        tenders.send_for_approval(tender, by=people.officer)
        keys.choose_passphrase(tender, PASSPHRASES[0], by=people.officer)
    with pytest.raises(InputErrors, match="Oussane has not chosen"), at(START):
        tenders.approve(tender, by=people.second)
    assert tender.keys is None
    with pytest.raises(Forbidden, match="not an opening officer"), at(START):
        keys.choose_passphrase(tender, "chair and good words", by=people.chair)


def test_a_passphrase_does_not_change_once_the_keys_are_made(people: House) -> None:
    tender = approved(people)
    with pytest.raises(DomainError, match="before the approval"), at(START):
        keys.choose_passphrase(tender, "a later thought of mine", by=people.officer)


def test_nothing_is_published_before_the_opening_was_rehearsed(people: House) -> None:
    tender = approved(people)
    with pytest.raises(DomainError, match="Rehearse"), at(START):
        tenders.publish(tender, by=people.second)
    with at(START):
        assert not keys.rehearse(tender, PASSPHRASES[0], by=people.officer)
    with pytest.raises(InputErrors, match="not the passphrase"), at(START):
        keys.rehearse(tender, PASSPHRASES[0], by=people.second)
    with pytest.raises(DomainError, match="Rehearse"), at(START):
        tenders.publish(tender, by=people.second)
    with at(START):
        assert keys.rehearse(tender, PASSPHRASES[1], by=people.second)
        tenders.publish(tender, by=people.second)
    assert tender.state == "published"
    assert "tender.opening_rehearsed" in acts(tender.number)


def with_spare_key(people: House) -> tuple[Tender, Actor]:
    """Two officers of whom one will be lost, and a holder of the spare key."""
    holder = actor_with(Role.FINANCE_OFFICER, name="H. Older")
    with at(START):
        tender = tenders.draft_tender(terms(people, holders=[holder.account_id]), by=people.officer)
        tenders.send_for_approval(tender, by=people.officer)
        for who, passphrase in [*officers(people), (holder, SPARE)]:
            keys.choose_passphrase(tender, passphrase, by=who)
        tenders.approve(tender, by=people.second)
        for who, passphrase in officers(people):
            keys.rehearse(tender, passphrase, by=who)
        tenders.publish(tender, by=people.second)
    return tender, holder


def test_with_a_lost_officer_the_spare_key_opens_the_bids(people: House) -> None:
    tender, holder = with_spare_key(people)
    bid = sent_bid(tender, people.bidders[0])
    declared(tender, people)
    with at(CLOSES + HOUR):
        opening.declare_interest(tender, "none", by=holder)
        assert not opening.join_opening(tender, "quality", PASSPHRASES[0], by=people.officer)
        assert opening.join_opening(tender, "quality", SPARE, by=holder)
    assert bid.state == "opened"
    assert [row["name"] for row in minutes_of(tender).content["officers"]] == ["A. Tiriel", "H. Older"]


def test_an_officer_who_has_not_declared_or_has_an_interest_does_not_open(people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    with pytest.raises(Forbidden, match="Declare first"), at(CLOSES + HOUR):
        opening.join_opening(tender, "quality", PASSPHRASES[0], by=people.officer)
    with at(CLOSES + HOUR):
        opening.declare_interest(tender, "yes", "My brother leads Unit 1.", by=people.officer)
    with pytest.raises(Forbidden, match="you do not open"), at(CLOSES + HOUR):
        opening.join_opening(tender, "quality", PASSPHRASES[0], by=people.officer)


def test_interests_are_declared_again_before_prices(people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4}, CLOSES + DAY)
    with pytest.raises(Forbidden, match="Declare first"), at(CLOSES + 2 * DAY):
        opening.join_opening(tender, "price", PASSPHRASES[0], by=people.officer)


def test_the_opening_waits_for_whatever_blocks_it(people: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procurement.services.opening.blocking._BLOCKS", [])
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    declared(tender, people)
    opening.add_block(lambda row: ["A question is not answered."] if row.number == tender.number else [])
    with pytest.raises(DomainError, match="question is not answered"), at(CLOSES + HOUR):
        opening.join_opening(tender, "quality", PASSPHRASES[0], by=people.officer)
    assert queries.opening_keys(tender, "quality") == []


def test_the_systems_half_is_released_once_after_the_deadline_and_logged(people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    assert "tender.half_released" not in acts(tender.number)
    opened(tender, people, "quality", CLOSES + HOUR)
    assert acts(tender.number).count("tender.half_released") == 1


def test_a_cut_a_replayed_and_a_changed_envelope_are_named_in_the_minutes(people: House) -> None:
    tender = published(people)
    cut, replayed, changed = (sent_bid(tender, who) for who in people.bidders)
    old = bytes(part_of(replayed).ciphertext)  # type: ignore[attr-defined]
    with at(CLOSES - HOUR):
        fill(replayed, people.bidders[1], rate="8100000")
        bids.submit_bid(replayed, by=people.bidders[1])
    with at(CLOSES - HOUR):
        part_of(cut).ciphertext = part_of(cut).ciphertext[:-1]  # type: ignore[attr-defined]
        part_of(replayed).ciphertext = old  # type: ignore[attr-defined]
        flipped = bytearray(part_of(changed).ciphertext)  # type: ignore[attr-defined]
        flipped[100] ^= 1
        part_of(changed).ciphertext = bytes(flipped)  # type: ignore[attr-defined]
    opened(tender, people, "quality", CLOSES + HOUR)
    rows = {row["bid"]: row for row in minutes_of(tender).content["bids"]}
    assert {row["outcome"] for row in rows.values()} == {"unreadable"}
    assert "Cut: 4143 of 4144 bytes" in rows[cut.public_id]["reason"]
    assert "Played again: this is version 1" in rows[replayed.public_id]["reason"]
    assert "Changed" in rows[changed.public_id]["reason"]


def test_a_bid_slipped_in_without_a_receipt_is_not_opened_and_stands_as_odd(people: House) -> None:
    tender = published(people)
    true, slipped = sent_bid(tender, people.bidders[0]), sent_bid(tender, people.bidders[1])
    with at(CLOSES - HOUR):
        db.session.delete(slipped.receipts[0])
    db.session.expire_all()
    opened(tender, people, "quality", CLOSES + HOUR)
    assert (true.state, slipped.state) == ("opened", "unreadable")
    assert minutes_of(tender).content["oddities"] == [f"Bid {slipped.public_id} is there but has no receipt."]


def test_those_who_came_sign_the_minutes_and_nobody_else(people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    minutes = minutes_of(tender)
    unsigned = issued.valid_document(PAPER, minutes.number)
    assert unsigned is not None
    before = unsigned.sha256
    with pytest.raises(Forbidden), at(CLOSES + HOUR):
        opening.countersign(minutes, by=people.chair)
    with at(CLOSES + HOUR):
        opening.countersign(minutes, by=people.officer, remark="The projector failed for a minute.")
    with pytest.raises(Conflict), at(CLOSES + HOUR):
        opening.countersign(minutes, by=people.officer)
    signed = issued.valid_document(PAPER, minutes.number)
    assert signed is not None
    assert signed.sha256 != before


def test_the_screen_on_the_wall_names_nobody_before_the_deadline(client: FlaskClient, people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    for path in ("opening/screen", "opening"):
        with browsing(client, people.officer, CLOSES) as browser:
            before = ok(browser.get(f"/tenders/{tender.number}/{path}"))
        with browsing(client, people.officer, CLOSES + MICROSECOND) as browser:
            after = browser.get(f"/tenders/{tender.number}/{path}")
        assert "Unit 1" not in before
        assert "Unit 1" in ok(after)
    with browsing(client, people.officer, CLOSES) as browser:
        assert browser.get(f"/tenders/{tender.number}/opening/screen").headers["Refresh"] == "10"


def test_the_manifest_is_the_same_whether_the_worker_ran_or_not(client: FlaskClient, people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    drafted_bid(tender, people.bidders[1])
    url = f"/public/tenders/{tender.number}/manifest.json"
    with browsing(client, people.officer, CLOSES + HOUR) as browser:
        without = browser.get(url).json
    with at(CLOSES + HOUR):
        assert opening.publish_due_manifests() == 1
    with browsing(client, people.officer, CLOSES + HOUR) as browser:
        assert browser.get(url).json == without
        assert without["root"]


def test_minutes_are_read_as_page_and_paper_and_signed_there(client: FlaskClient, people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    url = f"/tenders/{tender.number}/minutes/quality"
    with browsing(client, people.second, CLOSES + HOUR) as browser:
        assert "Unit 1" in ok(browser.get(url))
        ok(browser.post(url, data={"remark": ""}))
        assert browser.get(f"{url}.pdf").data.startswith(b"%PDF")
        assert browser.get(f"/tenders/{tender.number}/minutes/price").status_code == 404
    with browsing(client, people.bidders[0], CLOSES + HOUR) as browser:
        assert browser.get(url).status_code == 404


def test_a_shared_mail_domain_is_a_hint_and_no_verdict(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    with at(CLOSES + HOUR):
        bid.organisation.email = "desk@example.org"
    assert any("example.org" in str(hint) for hint in opening.hints(tender, people.officer.person))
    with at(CLOSES + HOUR):
        opening.publish_manifest(tender)
        opening.declare_interest(tender, "none", by=people.officer)
