"""An evaluator is replaced: who may, why, what becomes of the marks, and the page for it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import audit
from core.actors import Actor
from core.errors import DomainError, Forbidden, InputErrors
from core.roles import Role
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.services import evaluation, opening
from tests.accounts import actor_with
from tests.procurement.tendering import CLOSES, House, admitted, at, house, opened, published, sent_bid
from tests.procurement.test_tender_pages import browsing, ok

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def test_an_evaluator_who_withdraws_is_replaced_by_someone_not_yet_named(people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    other, gone, key = actor_with(Role.EVALUATOR, name="E. Four"), people.evaluators[0], people.evaluators[1].account_id
    with at(CLOSES + DAY):
        opening.declare_interest(tender, "yes", "A cousin.", by=gone)
    with pytest.raises(Forbidden, match="Declare first"), at(CLOSES + DAY):
        opening.replace_evaluator(tender, gone.person, other.account_id, "A cousin.", by=people.chair)
    for person, account, reason, words in (
        ("nobody", other.account_id, "Ill.", "Choose an evaluator of this tender"),
        (gone.person, key, "Ill.", "not yet named"),
        (gone.person, other.account_id, " ", "Say why"),
    ):
        with pytest.raises(InputErrors, match=words), at(CLOSES + DAY):
            opening.replace_evaluator(tender, person, account, reason, by=people.officer)
    with at(CLOSES + DAY):
        row = opening.replace_evaluator(tender, gone.person, other.account_id, "A cousin.", by=people.officer)
    assert row.replaces == "E. One"
    said = list(audit.entries(tender.stream))[-1]
    assert (said.act, said.reason) == ("tender.evaluator_replaced", "A cousin.")


def marked(tender: Tender, who: Actor, mark: int) -> None:
    with at(CLOSES + DAY):
        opening.declare_interest(tender, "none", by=who)
        for bid in queries.bids_in(tender, "opened"):
            evaluation.save_marks(tender, bid.public_id, {"Q1": (mark, "A reason.")}, by=who)


def test_marks_of_who_is_replaced_no_longer_count_nor_block_and_stay_on_record(people: House) -> None:
    tender = published(people)
    bid = sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    ill, moved, third = people.evaluators
    comes = [actor_with(Role.EVALUATOR, name=name) for name in ("E. Four", "E. Five")]
    for who, mark in ((ill, 5), (moved, 5), (third, 3)):
        marked(tender, who, mark)
    with at(CLOSES + DAY):
        evaluation.submit_marks(tender, by=moved)
        evaluation.submit_marks(tender, by=third)
        opening.replace_evaluator(tender, ill.person, comes[0].account_id, "Ill.", by=people.officer)
        opening.replace_evaluator(tender, moved.person, comes[1].account_id, "Moved abroad.", by=people.officer)
    for gone in (ill, moved):
        with pytest.raises(Forbidden, match="in your place"), at(CLOSES + DAY):
            evaluation.save_marks(tender, bid.public_id, {"Q1": (4, "Late.")}, by=gone)
        assert bid_queries.bids_for_reader(tender, gone.person) == []
    for who in comes:
        marked(tender, who, 3)
        with at(CLOSES + DAY):
            evaluation.submit_marks(tender, by=who)
    assert [row.mark for row in bid_queries.submitted_marks(tender)] == [3, 3, 3]
    assert [row.evaluator.name for row in bid_queries.marks_set_aside(tender)] == ["E. Two"]
    with at(CLOSES + 2 * DAY):
        admitted(tender, people.officer)
        opening.declare_interest(tender, "none", by=people.chair)
        evaluation.lock_scores(tender, by=people.chair)
    assert evaluation.quality_sheet(tender, bid)["Q1"].points == Decimal("21.00")
    with pytest.raises(DomainError, match="lock of the scores"), at(CLOSES + 3 * DAY):
        opening.replace_evaluator(tender, third.person, ill.account_id, "Ill.", by=people.officer)


def test_an_evaluator_is_replaced_on_its_page(client: FlaskClient, people: House) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0])
    opened(tender, people, "quality", CLOSES + HOUR)
    other, url = actor_with(Role.EVALUATOR, name="E. Four"), f"/tenders/{tender.number}/people"
    with browsing(client, people.chair, CLOSES + DAY) as browser:
        assert "have you an interest" in ok(browser.get(url))
        ok(browser.post(f"/tenders/{tender.number}/admission?next=people", data={"interest": "none"}))
        form = {"person": people.evaluators[0].person, "account_id": str(other.account_id), "reason": ""}
        refused = browser.post(url, data=form)
        assert refused.status_code == 422
        assert "Say why." in refused.get_data(as_text=True)
        ok(browser.post(url, data=form | {"reason": "On long leave."}))
        page = ok(browser.get(url))
        assert "In the place of E. One" in page
        assert "On long leave." in page
        assert "Replace an evaluator" in ok(browser.get(f"/tenders/{tender.number}/lock"))
