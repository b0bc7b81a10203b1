"""Whom a lot goes to: most lots, conditions asked again on the day of the award, and declarations before any act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core import audit
from core.actors import Actor
from core.db import db
from core.errors import DomainError, Forbidden
from procurement.models.evaluation import Award
from procurement.models.tender import Lot, Tender
from procurement.queries import tenders as queries
from procurement.services import award, evaluation, participation, tenders
from procurement.services.participation import EvidenceTerms
from procurement.terms import LotTerms
from providers.models import Accreditation
from tests.procurement.tendering import (
    CLOSES,
    House,
    at,
    house,
    opened,
    published,
    scored,
    sent_bid,
)
from tests.procurement.test_tender_pages import browsing, ok

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
THREE_LOTS = [
    LotTerms(name, 100_000_000_000, [("HC-VISIT" if number == 1 else "HC-NIGHT", 5_000)], floor=10_000_000_000)
    for number, name in enumerate(("Coast towns", "Islands", "Old port"), start=1)
]


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def ranked(people: House, **changes: object) -> Tender:
    """Three lots; Unit 1 is first everywhere, Unit 2 second; Unit 3 wants the last one only."""
    tender = published(people, lots=THREE_LOTS, labour_floor=None, **changes)
    sent_bid(tender, people.bidders[0], (1, 2, 3), "8000000", "90")
    sent_bid(tender, people.bidders[1], (1, 2, 3), "8500000", "80")
    sent_bid(tender, people.bidders[2], (3,), "9000000", "60")
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 5, "Unit 2": 4, "Unit 3": 3}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    with at(CLOSES + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    return tender


def proposed(lot: Lot, people: House, when: dt.datetime = CLOSES + 4 * DAY) -> Award:
    with at(when):
        reasons = {row.bid.public_id: f"About {row.bid.bidder}." for row in queries.results_of(lot)}
        return award.propose_award(lot, reasons, by=people.officer)


def decided(row: Award, people: House, when: dt.datetime = CLOSES + 5 * DAY) -> Award:
    with at(when):
        award.decide_award(row, by=people.chair)
    return row


def test_who_holds_the_most_lots_allowed_is_passed_over_for_the_next_and_everybody_is_told(people: House) -> None:
    tender = ranked(people, most_lots_won=1)
    rows = [proposed(lot, people) for lot in tender.lots]
    assert [row.bid.organisation.name for row in rows] == ["Unit 1", "Unit 2", "Unit 3"]
    assert [list(row.grounds.values()) for row in rows] == [[], ["most_lots"], ["most_lots", "most_lots"]]
    assert "Unit 1 already holds 1 lot" in rows[1].passed_over[0]["why"]
    said = list(audit.entries(tender.stream))[-1].after
    assert said["passed_over"] == rows[2].grounds
    for row in rows:
        decided(row, people)
    assert tender.state == "awarded"
    assert not list(audit.verify())


def test_with_room_for_two_lots_the_third_goes_to_the_next(people: House) -> None:
    tender = ranked(people, most_lots_won=2)
    assert [proposed(lot, people).bid.organisation.name for lot in tender.lots] == ["Unit 1", "Unit 1", "Unit 2"]


def test_a_later_lot_waits_while_an_earlier_one_may_change_who_takes_it(people: House) -> None:
    tender = ranked(people, most_lots_won=1)
    first, second, third = tender.lots
    with pytest.raises(DomainError, match="Lot 1 comes first: one bidder may win 1 at most"):
        proposed(third, people)
    early = proposed(first, people)
    late = proposed(second, people)
    with pytest.raises(DomainError, match="Lot 1 comes first"):
        decided(late, people)
    with at(CLOSES + 5 * DAY):
        award.send_award_back(early, reason="The plan changed.", by=people.chair)
    with pytest.raises(DomainError, match="Lot 1 comes first"):
        decided(late, people)
    with at(CLOSES + 5 * DAY):
        award.end_lot(first, "ins-fund", "No money.", by=people.officer)
    with pytest.raises(DomainError, match="changed who may take this lot"):
        decided(late, people)
    with at(CLOSES + 6 * DAY):
        award.send_award_back(late, reason="Unit 1 is free again.", by=people.chair)
    assert proposed(second, people, CLOSES + 6 * DAY).bid.organisation.name == "Unit 1"


def test_a_proposed_award_falls_with_its_cancelled_tender(people: House) -> None:
    tender = ranked(people)
    award_row = proposed(tender.lots[0], people)
    with at(CLOSES + 5 * DAY):
        tenders.cancel(tender, reason="The need has gone.", by=people.officer)
    assert (award_row.state, queries.awards_of(tender)) == ("annulled", [])
    assert list(audit.entries(tender.stream))[-1].after == {"awards": [award_row.number]}


def test_without_a_most_any_order_will_do(people: House) -> None:
    tender = ranked(people)
    assert decided(proposed(tender.lots[2], people), people).bid.organisation.name == "Unit 1"


def lapsed(who: Sequence[Actor], last_day: dt.date) -> None:
    """Accreditations end on `last_day`."""
    ids = [row.organisation_id for row in who]
    db.session.execute(
        sa.update(Accreditation).where(Accreditation.organisation_id.in_(ids)).values(valid_until=last_day)
    )


def test_who_lost_its_accreditation_before_the_award_is_passed_over_with_the_reason(people: House) -> None:
    tender = ranked(people)
    lot = tender.lots[0]
    standing = proposed(lot, people)
    with at(CLOSES + 4 * DAY):
        lapsed(people.bidders[:1], dt.date(2026, 4, 4))
    with pytest.raises(DomainError, match=r"changed who may take.*Unit 1, on 2026-04-06: not met: Accredited"):
        decided(standing, people)
    with at(CLOSES + 5 * DAY):
        award.send_award_back(standing, reason="Unit 1 is suspended.", by=people.chair)
    row = proposed(lot, people)
    assert (row.bid.organisation.name, list(row.grounds.values())) == ("Unit 2", ["not_eligible"])


@pytest.mark.parametrize(("decided_on", "winner"), [("2023-04-05", "Unit 1"), ("2023-04-06", "Unit 2")])
def test_the_look_back_is_asked_on_the_day_of_the_award_and_exactly_three_years_pass(
    people: House, decided_on: str, winner: str
) -> None:
    earlier = decided(proposed(ranked(people).lots[0], people), people)
    tender = ranked(people)
    with at(CLOSES):
        earlier.lot.reservation = tender.lots[0].reservation = "res-pub-ser"
        earlier.decided_at = dt.datetime.fromisoformat(f"{decided_on}T12:00+00:00")
    proved(people)
    assert proposed(tender.lots[0], people, dt.datetime(2026, 4, 5, 9, tzinfo=dt.UTC)).bid.organisation.name == winner


def proved(people: House) -> None:
    """Mission, profits and participation of both cooperatives."""
    for who in people.bidders[:2]:
        for kind in ("mission", "profits", "participation"):
            with at(CLOSES):
                terms = EvidenceTerms(kind, "Statutes, art. 2", dt.date(2027, 12, 31))
                participation.record_evidence(terms, by=who)


def test_nobody_left_who_may_take_the_lot_is_said_in_words(people: House) -> None:
    tender = ranked(people)
    with at(CLOSES + 4 * DAY):
        lapsed(people.bidders, dt.date(2026, 4, 4))
    with pytest.raises(DomainError, match="Nobody of the ranking may take this lot"):
        proposed(tender.lots[0], people)


def test_no_act_on_prices_without_the_second_declaration_even_through_the_service(people: House) -> None:
    tender = published(people, labour_floor=None)
    sent_bid(tender, people.bidders[0], (1,))
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    mine = next(row for row in tender.people if row.person == people.chair.person)
    lot = tender.lots[0]
    acts = (
        lambda: evaluation.rank(tender, by=people.chair),
        lambda: evaluation.enter_draw(tender, "4 8 15", by=people.chair),
        lambda: evaluation.decide_flag(lot, queries.results_of(lot)[0].bid.public_id, "kept", "Fine.", by=people.chair),
        lambda: award.end_lot(lot, "other", "A reason.", by=people.chair),
    )
    for answer, words in (("", "Declare first"), ("yes", "You declared an interest")):
        with at(CLOSES + 3 * DAY):
            mine.price_interest = answer
        for act in acts:
            with pytest.raises(Forbidden, match=words), at(CLOSES + 3 * DAY):
                act()
    with at(CLOSES + 3 * DAY):
        mine.price_interest = "none"
        evaluation.rank(tender, by=people.chair)
    proposal = proposed(lot, people)
    with at(CLOSES + 4 * DAY):
        mine.price_interest = ""
    with pytest.raises(Forbidden, match="Declare first"):
        decided(proposal, people)
    with pytest.raises(Forbidden, match="Declare first"), at(CLOSES + 5 * DAY):
        award.send_award_back(proposal, reason="No.", by=people.chair)


def test_the_pages_name_who_was_passed_over_and_ask_for_the_declaration_first(
    client: FlaskClient, people: House
) -> None:
    tender = ranked(people, most_lots_won=1)
    decided(proposed(tender.lots[0], people), people)
    url = f"/tenders/{tender.number}/lots/2/award"
    with browsing(client, people.second, CLOSES + 5 * DAY) as browser:
        page = ok(browser.get(url))
        assert "Unit 1 already holds 1 lot" in page
        assert "passed over: Unit 1 already" in page
        waits = ok(browser.get(f"/tenders/{tender.number}/lots/3/award"))
        assert "Lot 2 comes first." in waits
        assert "Propose the award" not in waits
    with at(CLOSES + 5 * DAY):
        for row in tender.people:
            if row.person == people.second.person:
                row.price_interest = ""
    with browsing(client, people.second, CLOSES + 5 * DAY) as browser:
        page = ok(browser.get(url))
        assert "have you an interest" in page
        assert "Unit 1" not in page
        ok(browser.post(f"/tenders/{tender.number}/admission", data={"interest": "none"}))
        reasons = {f"reason-{row.bid.public_id}": "Why." for row in queries.results_of(tender.lots[1])}
        ok(browser.post(url, data={"answer": "propose", **reasons}))
        assert "Unit 2 is proposed for lot 2" in ok(browser.get(url))
    decided(queries.living_award(tender.lots[1]), people)
    with browsing(client, people.bidders[0], CLOSES + 6 * DAY) as browser:
        assert "awarded" in ok(browser.get(f"/public/tenders/{tender.number}/results"))
        assert "passed over: Already holds as many lots" in ok(browser.get(f"/public/tenders/{tender.number}/results"))
