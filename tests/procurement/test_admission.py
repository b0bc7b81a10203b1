"""Admission: the checklist, what may be asked for, who decides; and the questions about a low price."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from core.errors import Conflict, DomainError, Forbidden, InputErrors
from procurement.grounds import EXCLUSION, SELECTION, years_out
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.queries import admission as queries
from procurement.queries import tenders as tender_queries
from procurement.services import admission, asking, evaluation
from procurement.services.admission import Found
from tests.procurement.tendering import CLOSES, House, at, house, opened, published, scored, sent_bid, whole

HOUR, DAY, MICROSECOND = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(microseconds=1)


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def one_opened(people: House) -> tuple[Tender, Bid]:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    return tender, bid


def checked(bid: Bid, people: House, **changes: Found) -> None:
    found = {code: row if row.finding else whole(code) for code, row in admission.prefilled(bid).items()}
    admission.check(bid, found | changes, by=people.officer)


def test_the_published_codes_are_all_there() -> None:
    assert (len(SELECTION), len(EXCLUSION)) == (32, 26)
    assert (years_out("exg-crim-fraud"), years_out("exg-mis-sanction")) == (5, 3)


def test_the_register_fills_in_what_it_knows_and_presumes_no_ground(people: House) -> None:
    _tender, bid = one_opened(people)
    found = admission.prefilled(bid)
    assert found["slc-suit-auth-mbrshp"] == Found("met", "Accredited by the fund", dt.date(2028, 12, 31))
    assert found["slc-suit-reg-trade"].evidence == "tz.register 1"
    assert {found[code].finding for code in EXCLUSION} == {""}


def test_nobody_is_admitted_on_an_unfinished_checklist_or_without_declaring(people: House) -> None:
    _tender, bid = one_opened(people)
    with pytest.raises(InputErrors, match="still open"), at(CLOSES + DAY):
        admission.decide(bid, "admitted", "Fine.", by=people.officer)
    with pytest.raises(Forbidden, match="Declare first"), at(CLOSES + DAY):
        admission.decide(bid, "admitted", "Fine.", by=people.chair)
    with pytest.raises(InputErrors, match="has expired"), at(CLOSES + DAY):
        checked(bid, people, **{"slc-stand-ins": Found("met", "Policy 7", dt.date(2026, 3, 1))})
    with pytest.raises(InputErrors, match="Say what you saw"), at(CLOSES + DAY):
        checked(bid, people, **{"exg-pmt-bre-tax": Found("applies")})


def test_an_exclusion_needs_a_ground_and_self_cleaning_takes_it_away(people: House) -> None:
    tender, bid = one_opened(people)
    with at(CLOSES + DAY):
        checked(bid, people)
    with pytest.raises(InputErrors, match="Nothing in the checklist"), at(CLOSES + DAY):
        admission.decide(bid, "excluded", "I do not like it.", by=people.officer)
    with at(CLOSES + DAY):
        checked(bid, people, **{"exg-pmt-bre-tax": Found("applies", "Two years unpaid.")})
    with pytest.raises(InputErrors, match="speaks against it: Unit 1, Unpaid taxes"), at(CLOSES + DAY):
        admission.decide(bid, "admitted", "Fine.", by=people.officer)
    with at(CLOSES + DAY):
        admission.decide(bid, "excluded", "Taxes unpaid for two years.", by=people.officer)
    assert (bid.state, tender.state) == ("excluded", "admin_review")
    with at(CLOSES + 2 * DAY):
        checked(bid, people, **{"exg-pmt-bre-tax": Found("cured", "Paid in full; receipts seen.")})
        admission.decide(bid, "admitted", "Self-cleaning accepted.", by=people.officer)
    assert bid.state == "opened"


def test_the_price_of_an_excluded_bidder_stays_shut(people: House) -> None:
    tender = published(people)
    good, bad = sent_bid(tender, people.bidders[0]), sent_bid(tender, people.bidders[1])
    opened(tender, people, "quality", CLOSES + HOUR)
    with at(CLOSES + DAY):
        checked(bad, people, **{"exg-mis-bre-lab-law": Found("applies", "A final judgment.")})
        admission.decide(bad, "excluded", "Breach of labour law.", by=people.officer)
    scored(tender, people, {"Unit 1": 4}, CLOSES + 2 * DAY)
    opened(tender, people, "price", CLOSES + 3 * DAY)
    assert good.content("price")
    assert not bad.content("price")
    assert "Excluded" in tender_queries.result_of(tender.lots[0], bad.public_id).excluded_reason


def test_a_paper_is_asked_for_with_a_day_to_answer_and_never_the_price(people: House) -> None:
    _tender, bid = one_opened(people)
    now = CLOSES + DAY
    with pytest.raises(InputErrors, match="never price"), at(now):
        asking.ask_completion(bid, "PRICE", "Your price, please.", now + 2 * DAY, by=people.officer)
    with pytest.raises(InputErrors, match="24 hours"), at(now):
        asking.ask_completion(bid, "slc-stand-ins", "The policy.", now + DAY - MICROSECOND, by=people.officer)
    with at(now):
        row = asking.ask_completion(bid, "slc-stand-ins", "The policy.", now + DAY, by=people.officer)
    with pytest.raises(Forbidden), at(now + DAY):
        asking.answer(row, "Here.", by=people.bidders[1])
    with pytest.raises(DomainError, match="is over"), at(now + DAY + MICROSECOND):
        asking.answer(row, "Here.", by=people.bidders[0])
    with at(now + DAY):
        asking.answer(row, "Here.", by=people.bidders[0], content=b"%PDF-1.7 policy", filename="policy.pdf")
    with pytest.raises(Conflict), at(now + DAY):
        asking.answer(row, "Again.", by=people.bidders[0])
    assert row.file is not None
    assert queries.open_requests(people.bidders[0].organisation_id) == []


def test_a_low_price_is_asked_about_before_it_is_rejected(people: House) -> None:
    tender = published(people)
    low = sent_bid(tender, people.bidders[0], rate="3999999")
    sent_bid(tender, people.bidders[1], rate="4000000")
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 3}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    lot, now = tender.lots[0], CLOSES + 3 * DAY  # a Saturday
    assert tender.state == "abnormal_review"
    for days in (2, 6):
        with pytest.raises(InputErrors, match="3 to 5 working days"), at(now):
            asking.ask_about_price(lot, low.public_id, "Wages?", days, by=people.officer)
    with at(now):
        row = asking.ask_about_price(lot, low.public_id, "Wages?", 3, by=people.officer)
    assert row.due_at.date() == dt.date(2026, 4, 8)  # Monday to Wednesday
    with pytest.raises(InputErrors, match="Ask the bidder first"), at(row.due_at):
        evaluation.decide_flag(lot, low.public_id, "rejected", "Unexplained.", by=people.officer)
    with at(row.due_at + MICROSECOND):
        evaluation.decide_flag(lot, low.public_id, "rejected", "Unexplained.", by=people.officer)
    assert tender_queries.result_of(lot, low.public_id).flag_decision == "rejected"
