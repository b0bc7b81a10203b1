"""Joint bids: each partner is checked, says yes by its own account, and is sealed in with its share."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.actors import Actor
from core.db import db
from core.errors import DomainError, Forbidden, InputErrors
from core.organisations import Organisation
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.queries import joint as queries
from procurement.services import bids, joint
from procurement.services.joint import PartnerTerms
from providers.models import Accreditation
from tests.procurement.tendering import CLOSES, House, at, drafted_bid, house, opened, published
from tests.procurement.test_tender_pages import browsing, ok

DAY = dt.timedelta(days=1)
NOW = CLOSES - 2 * DAY


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def invited(people: House, share: str = "40") -> tuple[Tender, Bid]:
    tender = published(people)
    bid = drafted_bid(tender, people.bidders[0])
    with at(NOW):
        joint.invite_partner(bid, PartnerTerms("O-2", Decimal(share), "The nights"), by=people.bidders[0])
    return tender, bid


def says(bid: Bid, who: Actor, *, yes: bool, when: dt.datetime = NOW) -> None:
    with at(when):
        (row,) = [row for row in queries.partners_of(bid) if row.organisation_id == who.organisation_id]
        joint.answer_invitation(row, takes_part=yes, by=who)


def test_a_bid_waits_for_every_yes_and_the_share_is_sealed_in(people: House) -> None:
    tender, bid = invited(people)
    with pytest.raises(InputErrors, match="Unit 2 has not confirmed"), at(NOW):
        bids.submit_bid(bid, by=people.bidders[0])
    says(bid, people.bidders[1], yes=True)
    with at(NOW):
        bids.submit_bid(bid, by=people.bidders[0])
    opened(tender, people, "quality", CLOSES + DAY)
    (partner,) = bid.content("quality")["partners"]
    assert (partner["organisation"], partner["share"], partner["delivers"]) == ("O-2", "40.00", "The nights")
    assert bid.content("quality")["liability"] == "joint"
    assert joint.lead_share(queries.partners_of(bid)) == Decimal(60)


def test_only_the_partner_itself_says_yes_and_a_changed_share_asks_again(people: House) -> None:
    _tender, bid = invited(people)
    (row,) = queries.partners_of(bid)
    with pytest.raises(Forbidden), at(NOW):
        joint.answer_invitation(row, takes_part=True, by=people.bidders[0])
    says(bid, people.bidders[1], yes=True)
    with at(NOW):
        joint.invite_partner(bid, PartnerTerms("O-2", Decimal(50), "Nights and Sundays"), by=people.bidders[0])
    assert [(row.state, row.share) for row in queries.partners_of(bid)] == [("invited", Decimal(50))]


@pytest.mark.parametrize(("unit", "share", "text"), [("O-2", "0", "above 0"), ("O-2", "100", "left for the lead"),
    ("O-1", "10", "another unit"), ("O-9", "10", "another unit")])  # fmt: skip
def test_impossible_partners_are_refused(people: House, unit: str, share: str, text: str) -> None:
    tender = published(people)
    bid = drafted_bid(tender, people.bidders[0])
    with pytest.raises(InputErrors, match=text), at(NOW):
        joint.invite_partner(bid, PartnerTerms(unit, Decimal(share), "Part"), by=people.bidders[0])


def test_shares_of_two_partners_leave_something_for_the_lead(people: House) -> None:
    _tender, bid = invited(people, "60")
    with pytest.raises(InputErrors, match="below 40"), at(NOW):
        joint.invite_partner(bid, PartnerTerms("O-3", Decimal(40), "Part"), by=people.bidders[0])
    with at(NOW):
        joint.invite_partner(bid, PartnerTerms("O-3", Decimal("39.99"), "Part"), by=people.bidders[0])


def test_a_partner_that_lost_its_accreditation_or_may_not_take_the_lot_keeps_the_bid_back(people: House) -> None:
    _tender, bid = invited(people)
    says(bid, people.bidders[1], yes=True)
    row = db.session.query(Accreditation).filter_by(organisation_id=people.bidders[1].organisation_id).one()
    row.valid_until = dt.date(2026, 3, 1)
    db.session.commit()
    with pytest.raises(InputErrors, match="Unit 2: not met: Accredited"), at(NOW):
        bids.submit_bid(bid, by=people.bidders[0])


def test_a_company_cannot_partner_for_a_lot_reserved_by_legal_form(people: House) -> None:
    tender = published(people)
    bid = drafted_bid(tender, people.bidders[0], (2,))
    with at(NOW):
        joint.invite_partner(bid, PartnerTerms("O-3", Decimal(10), "Cars"), by=people.bidders[0])
    says(bid, people.bidders[2], yes=True)
    with pytest.raises(InputErrors, match="legal form"), at(NOW):
        bids.submit_bid(bid, by=people.bidders[0])


def test_after_sending_a_partner_cannot_step_back_alone_nor_anybody_after_the_deadline(people: House) -> None:
    _tender, bid = invited(people)
    says(bid, people.bidders[1], yes=True)
    with at(NOW):
        bids.submit_bid(bid, by=people.bidders[0])
    with pytest.raises(DomainError, match="sent with your yes"):
        says(bid, people.bidders[1], yes=False)
    with pytest.raises(DomainError, match="closed"):
        says(bid, people.bidders[1], yes=True, when=CLOSES + DAY)


def test_a_unit_with_a_bid_of_its_own_is_not_asked(people: House) -> None:
    from tests.procurement.tendering import sent_bid

    tender = published(people)
    sent_bid(tender, people.bidders[1])
    bid = drafted_bid(tender, people.bidders[0])
    with pytest.raises(InputErrors, match="bid of its own"), at(CLOSES - DAY / 2):
        joint.invite_partner(bid, PartnerTerms("O-2", Decimal(10), "Part"), by=people.bidders[0])


def test_lead_and_partner_find_each_other_in_the_browser(client: FlaskClient, people: House) -> None:
    tender = published(people)
    drafted_bid(tender, people.bidders[0])
    number = tender.number
    with browsing(client, people.bidders[0], NOW) as browser:
        url = f"/tenders/{number}/bid-partners"
        ok(browser.get(url))
        wrong = browser.post(url, data={"organisation": "O-2", "share": "x", "delivers": "The nights"})
        assert wrong.status_code == 422
        assert "The nights" in wrong.get_data(as_text=True)
        ok(browser.post(url, data={"organisation": "O-2", "share": "40", "delivers": "The nights"}))
        assert "Unit 2 has not confirmed" in ok(browser.get(f"/tenders/{number}/bid/send"))
    assert db.session.query(Organisation).filter_by(number="O-2").one()
    with browsing(client, people.bidders[1], NOW) as browser:
        assert f"bid together for {number}" in ok(browser.get("/today"))
        (row,) = queries.invitations(tender, people.bidders[1].organisation_id)
        page = ok(browser.get(f"/tenders/{number}/invitations/{row.id}"))
        assert "liable for the whole" in page
        ok(browser.post(f"/tenders/{number}/invitations/{row.id}", data={"answer": "yes"}))
    with browsing(client, people.bidders[2], NOW) as browser:
        assert browser.get(f"/tenders/{number}/invitations/{row.id}").status_code == 404
    with browsing(client, people.bidders[0], NOW) as browser:
        assert "Takes part" in ok(browser.get(f"/tenders/{number}/bid"))


def test_evaluator_and_officer_read_who_bids_together(client: FlaskClient, people: House) -> None:
    tender, bid = invited(people)
    says(bid, people.bidders[1], yes=True)
    with at(NOW):
        bids.submit_bid(bid, by=people.bidders[0])
    opened(tender, people, "quality", CLOSES + DAY)
    number, public_id = tender.number, bid.public_id
    with browsing(client, people.evaluators[0], CLOSES + DAY) as browser:
        assert "The nights" not in browser.get(f"/tenders/{number}/scoring/{public_id}").get_data(as_text=True)
        ok(browser.post(f"/tenders/{number}/interest", data={"interest": "none"}))
        assert '40 %: <span dir="auto">The nights' in ok(browser.get(f"/tenders/{number}/scoring/{public_id}"))
    with browsing(client, people.officer, CLOSES + DAY) as browser:
        assert "Bids together with" in ok(browser.get(f"/tenders/{number}/admission/{public_id}"))
