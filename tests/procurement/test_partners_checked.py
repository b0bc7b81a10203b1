"""Joint bids after the opening: each partner is checked, asked again on the day, and named wherever the bidder is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.db import db
from core.errors import InputErrors
from core.organisations import Organisation
from procurement.contract_paper import contract_paper
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.queries.joint import members_of, partners_of
from procurement.services import admission, award, bids, evaluation, joint, opening
from procurement.services.joint import PartnerTerms
from providers.models import Accreditation
from tests.procurement.tendering import (
    CLOSES,
    House,
    admitted,
    at,
    drafted_bid,
    house,
    opened,
    published,
    scored,
    sent_bid,
    whole,
)
from tests.procurement.test_awarding import decided, proposed
from tests.procurement.test_tender_pages import browsing, ok

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
NOW = CLOSES - 2 * DAY


@pytest.fixture
def people(app: Flask) -> House:
    return house({"Lead": "cooperative", "Night Watch": "worker_cooperative", "Unit 3": "company"})


def together(people: House, lots: tuple[int, ...] = (1,)) -> tuple[Tender, Bid]:
    """Lead and Night Watch bid together, Unit 3 alone; quality is open."""
    tender = published(people, labour_floor=None)
    bid = drafted_bid(tender, people.bidders[0], lots)
    with at(NOW):
        joint.invite_partner(bid, PartnerTerms("O-2", Decimal(40), "The nights"), by=people.bidders[0])
        joint.answer_invitation(partners_of(bid)[0], takes_part=True, by=people.bidders[1])
        bids.submit_bid(bid, by=people.bidders[0])
    sent_bid(tender, people.bidders[2])
    opened(tender, people, "quality", CLOSES + HOUR)
    return tender, bid


def checked(bid: Bid, member: Organisation, people: House, **changes: admission.Found) -> None:
    found = {code: row if row.finding else whole(code) for code, row in admission.prefilled(bid, member).items()}
    with at(CLOSES + DAY):
        admission.check(bid, found | changes, by=people.officer, member=member)


def ended(organisation_id: int | None, last_day: dt.date) -> None:
    with at(CLOSES):
        rows = sa.update(Accreditation).where(Accreditation.organisation_id == organisation_id)
        db.session.execute(rows.values(valid_until=last_day))


def test_a_bid_is_admitted_only_when_each_of_them_was_checked_and_nothing_speaks_against_one(people: House) -> None:
    _tender, bid = together(people)
    lead, partner = members_of(bid)
    checked(bid, lead, people)
    with pytest.raises(InputErrors, match="still open: Night Watch"), at(CLOSES + DAY):
        admission.decide(bid, "admitted", "Fine.", by=people.officer)
    checked(bid, partner, people, **{"exg-crim-fraud": admission.Found("applies", "Judgment of May.")})
    with pytest.raises(InputErrors, match="Night Watch, Fraud"), at(CLOSES + DAY):
        admission.decide(bid, "admitted", "Fine.", by=people.officer)
    with at(CLOSES + DAY):
        admission.decide(bid, "excluded", "A partner was convicted.", by=people.officer)
    assert bid.state == "excluded"


def test_a_partner_that_lost_its_accreditation_bars_the_admission(people: House) -> None:
    _tender, bid = together(people)
    for member in members_of(bid):
        checked(bid, member, people)
    ended(people.bidders[1].organisation_id, CLOSES.date())
    with pytest.raises(InputErrors, match="Night Watch, on 2026-04-02: not met: Accredited"), at(CLOSES + DAY):
        admission.decide(bid, "admitted", "Fine.", by=people.officer)
    with at(CLOSES + DAY):
        admission.decide(bid, "excluded", "Night Watch is no longer accredited.", by=people.officer)


def test_a_reserved_lot_is_lost_alone_when_its_condition_no_longer_holds_at_the_admission(people: House) -> None:
    tender, bid = together(people, (1, 2))
    partner = members_of(bid)[1]
    with at(CLOSES + HOUR):
        partner.legal_form = "company"
    scored(tender, people, {"Lead": 4, "Unit 3": 3}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    first, second = (queries.result_of(lot, bid.public_id) for lot in tender.lots)
    assert first.is_admitted
    assert "Night Watch, on 2026-04-02: not met: Its legal form" in second.excluded_reason


def ranked(people: House) -> tuple[Tender, Bid]:
    """Lead with its partner first, Unit 3 second."""
    tender, bid = together(people)
    scored(tender, people, {"Lead": 5, "Unit 3": 3}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    with at(CLOSES + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    return tender, bid


def test_lead_and_partner_are_named_from_the_minutes_to_the_contract(people: House) -> None:
    tender, bid = ranked(people)
    lot = tender.lots[0]
    for envelope in ("quality", "price"):
        said = [row["bidder"] for row in queries.minutes_of(tender, envelope).content["bids"]]
        assert said == ["Lead + Night Watch", "Unit 3"]
    assert award.choose(lot, (CLOSES + 4 * DAY).date()).winner.bid == bid
    decided(proposed(lot, people), people)
    with at(CLOSES + 30 * DAY):
        contract = award.contract_from_award(queries.awards_of(tender)[0], by=people.officer)
    assert contract.contractor == "Lead + Night Watch"
    assert contract.partners == [{"name": "Night Watch", "share": "40.00", "delivers": "The nights"}]
    assert contract_paper(contract).startswith(b"%PDF")


def test_a_partner_that_lost_its_accreditation_takes_the_bid_along(people: House) -> None:
    lot = ranked(people)[0].lots[0]
    ended(people.bidders[1].organisation_id, (CLOSES + 3 * DAY).date())
    choice = award.choose(lot, (CLOSES + 4 * DAY).date())
    assert [row.bid.bidder for row in choice.winners] == ["Unit 3"]
    assert [(row.result.bid.bidder, row.ground) for row in choice.passed_over] == [
        ("Lead + Night Watch", "not_eligible")
    ]
    assert "Night Watch, on" in choice.passed_over[0].why


def test_pages_name_lead_and_partner_and_show_a_checklist_for_each(client: FlaskClient, people: House) -> None:
    tender, bid = together(people)
    both = "Lead + Night Watch"
    with browsing(client, people.officer, CLOSES + DAY) as browser:
        for path in ("opening/screen", "opening", "minutes/quality", "admission"):
            assert both in ok(browser.get(f"/tenders/{tender.number}/{path}")), path
        url = f"/tenders/{tender.number}/admission/{bid.public_id}"
        page = ok(browser.get(url))
        assert "member=O-2" in page
        assert "Free capacity" in page
        ok(browser.post(f"{url}?member=O-2", data={"answer": "save_rest", "finding-slc-stand-ins": "met"}))
        assert "Accredited by the fund" in ok(browser.get(f"{url}?member=O-2"))
    rows = admission.queries.checks_of(bid)
    assert {row.organisation.name for row in rows} == {"Night Watch"}
    with at(CLOSES + DAY):
        admitted(tender, people.officer)
        opening.declare_interest(tender, "none", by=people.chair)
    assert bid.state == "opened"
