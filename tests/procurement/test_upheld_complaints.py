"""An upheld complaint sends its lot back to exactly the step it names; what stood stays on record beside the new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from core import files
from core.actors import Actor
from core.db import db
from core.errors import DomainError, InputErrors
from core.outbox import OutboxMessage
from core.roles import Role
from procurement.models.complaint import Complaint
from procurement.models.evaluation import Award
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import complaints as queries
from procurement.queries import tenders as tender_queries
from procurement.rulings import redone as redoing_words
from procurement.services import admission, award, complaint_fees, complaints, evaluation, opening
from procurement.superseding import versions, versions_of
from tests.accounts import actor_with, sign_in
from tests.procurement import tendering
from tests.procurement.tendering import CLOSES, House, at, awarded, house, published, sent_bid
from tests.procurement.test_complaints import AFTER, DAY, lodged
from tests.procurement.test_tender_pages import browsing


@pytest.fixture
def people(app: Flask) -> House:
    return house()


@pytest.fixture
def reviewer(people: House) -> Actor:
    return actor_with(Role.COMPLAINTS_OFFICER, name="K. Reviewer")


def upheld(
    tender: Tender,
    people: House,
    reviewer: Actor,
    redo: str,
    of: Mapping[str, Sequence[str]] | None = None,
    lot: int = 1,
) -> Complaint:
    row = lodged(tender, people.bidders[1], lot)
    with at(AFTER):
        complaints.accept(row, by=reviewer)
        complaints.decide(
            row, "uphold", "accepted", "The reading was wrong.", by=reviewer, remedy="set-aside", redo=redo, of=of
        )
    return row


def redone(row: Complaint, people: House) -> None:
    with at(AFTER):
        complaints.resolve(row, "It is done again.", by=people.officer)


def marked_again(tender: Tender, who: Actor, mark: int, when: dt.datetime) -> None:
    with at(when):
        for bid in bid_queries.bids_for_reader(tender, who.person):
            if bid.organisation.name == "Unit 2":
                evaluation.save_marks(tender, bid.public_id, {"Q1": (mark, "Read again.")}, by=who)
        evaluation.submit_marks(tender, by=who)


def places(tender: Tender, lot: int = 0) -> dict[str, int | None]:
    return {row.bid.organisation.name: row.rank for row in tender_queries.results_of(tender.lots[lot])}


def test_marks_of_one_evaluator_are_given_again_and_turn_the_ranking_of_that_lot_alone(
    people: House, reviewer: Actor
) -> None:
    tender = awarded(people)
    bid = next(row for row in tender_queries.sent_bids(tender) if row.organisation.name == "Unit 2")
    of = {"criteria": ["Q1"], "evaluators": ["E. One"], "bids": [bid.public_id]}
    row = upheld(tender, people, reviewer, "marks", of)
    second_award = tender_queries.awards_of(tender)[1]
    redone(row, people)
    assert (tender.state, [lot.state for lot in tender.lots]) == ("admin_review", ["open", "awarded"])
    assert [person.submitted_at is None for person in tender.people_as("evaluator")] == [True, False, False]
    with pytest.raises(DomainError, match="still missing"), at(AFTER + DAY):
        evaluation.lock_scores(tender, by=people.chair)
    marked_again(tender, people.evaluators[0], 4, AFTER + DAY)
    with at(AFTER + DAY):
        evaluation.lock_scores(tender, by=people.chair)
    assert tender.state == "abnormal_review" or tender.state == "opened_price"  # nobody opens an envelope twice
    with at(AFTER + DAY):
        evaluation.rank(tender, by=people.chair)
    (before, _) = [one for one in versions(row) if one.bidder == "Unit 2"]
    assert (before.what, before.by, before.before, before.now) == ("Care quality", "E. One", "3", "4")
    assert {(one.bidder, one.by) for one in versions_of(row, people.bidders[1].organisation_id)} == {("Unit 2", "")}
    totals = {one.bidder: (one.before, one.now) for one in versions(row) if one.what.startswith("Lot 1")}
    assert totals["Unit 2"][0] != totals["Unit 2"][1]
    assert totals["Unit 1"][0] == totals["Unit 1"][1]
    assert second_award.state == "decided"
    assert {result.version for result in tender_queries.results_of(tender.lots[1])} == {1}


def test_a_mark_that_the_complaint_did_not_take_off_cannot_be_changed(people: House, reviewer: Actor) -> None:
    tender = awarded(people)
    bids = {row.organisation.name: row.public_id for row in tender_queries.sent_bids(tender)}
    row = upheld(tender, people, reviewer, "marks", {"bids": [bids["Unit 2"]], "evaluators": ["E. One"]})
    redone(row, people)
    with pytest.raises(InputErrors, match="did not take it off"), at(AFTER + DAY):
        evaluation.save_marks(tender, bids["Unit 1"], {"Q1": (0, "Now I know the prices.")}, by=people.evaluators[0])


def test_an_excluded_bidder_is_decided_again_and_its_price_is_opened_in_a_second_ceremony(
    people: House, reviewer: Actor
) -> None:
    tender = published(people)
    for who, rate in ((people.bidders[0], "8000000"), (people.bidders[1], "8500000")):
        sent_bid(tender, who, (1, 2), rate, "60")
    tendering.opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    wrong = next(row for row in tender_queries.sent_bids(tender) if row.organisation.name == "Unit 2")
    with at(CLOSES + DAY):
        found = {
            code: row if row.finding else tendering.whole(code) for code, row in admission.prefilled(wrong).items()
        }
        found["exg-crim-fraud"] = admission.Found("applies", "A newspaper said so.")
        admission.check(wrong, found, by=people.officer)
        admission.decide(wrong, "excluded", "A newspaper said so.", by=people.officer)
    tendering.scored(tender, people, {"Unit 1": 4}, CLOSES + 3 * DAY)
    tendering.opened(tender, people, "price", CLOSES + 4 * DAY)
    with at(CLOSES + 5 * DAY):
        evaluation.rank(tender, by=people.chair)
    row = upheld(tender, people, reviewer, "admission", {"bids": [wrong.public_id]})
    redone(row, people)
    assert (tender.state, wrong.state) == ("admin_review", "opened")
    with pytest.raises(DomainError, match=r"Unit 2|still missing"), at(AFTER):
        evaluation.lock_scores(tender, by=people.chair)
    for who in people.evaluators:
        marked_again(tender, who, 5, AFTER + DAY)
    with at(AFTER + DAY):
        found["exg-crim-fraud"] = admission.Found("absent")
        admission.check(wrong, found, by=people.officer)
        admission.decide(wrong, "admitted", "Nothing was proven.", by=people.officer)
        evaluation.lock_scores(tender, by=people.chair)
    assert tender.state == "quality_scored"
    tendering.opened(tender, people, "price", AFTER + 2 * DAY)
    minutes = tender_queries.minutes_of(tender, "price")
    assert minutes is not None
    assert minutes.number == f"{tender.number}/price-2"
    assert [one["bidder"] for one in minutes.content["bids"]] == ["Unit 2"]
    with at(AFTER + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    assert places(tender)["Unit 2"] == 1
    assert [(one.before, one.now) for one in versions(row) if one.what == "Admission"] == [("Excluded", "Admitted")]


def test_only_the_award_falls_when_the_ranking_stands(people: House, reviewer: Actor) -> None:
    tender = awarded(people)
    row = upheld(tender, people, reviewer, "award")
    before = places(tender)
    redone(row, people)
    assert (tender.state, [lot.state for lot in tender.lots]) == ("ranked", ["ranked", "awarded"])
    assert places(tender) == before
    with at(AFTER + DAY):
        reasons = {one.bid.public_id: "Better reasons." for one in tender_queries.results_of(tender.lots[0])}
        award.decide_award(award.propose_award(tender.lots[0], reasons, by=people.officer), by=people.chair)
    states = db.session.execute(
        select(Award.state).where(Award.lot_id == tender.lots[0].id).order_by(Award.id)
    ).scalars()
    assert list(states) == ["annulled", "decided"]


def test_the_ranking_keeps_what_was_decided_about_low_prices_and_the_price_check_asks_again(
    people: House, reviewer: Actor
) -> None:
    tender = published(people)
    sent_bid(tender, people.bidders[0], (1,), "3000000", "90")
    sent_bid(tender, people.bidders[1], (1,), "8500000", "60")
    tendering.opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    tendering.scored(tender, people, {"Unit 1": 4, "Unit 2": 3}, CLOSES + 3 * DAY)
    tendering.opened(tender, people, "price", CLOSES + 4 * DAY)
    flagged = next(row for row in tender_queries.results_of(tender.lots[0]) if row.flags)
    with at(CLOSES + 5 * DAY):
        evaluation.decide_flag(
            tender.lots[0], flagged.bid.public_id, "kept", "Volunteers travel free.", by=people.chair
        )
        evaluation.rank(tender, by=people.chair)
    redone(upheld(tender, people, reviewer, "ranking"), people)
    assert flagged.flag_decision == "kept"
    with at(AFTER + DAY):
        evaluation.rank(tender, by=people.chair)
    redone(upheld(tender, people, reviewer, "prices"), people)
    assert flagged.flag_decision == ""
    with pytest.raises(InputErrors, match="low price first"), at(AFTER + DAY):
        evaluation.rank(tender, by=people.chair)


def test_the_whole_tender_is_cancelled_and_its_awards_fall(people: House, reviewer: Actor) -> None:
    tender = awarded(people)
    redone(upheld(tender, people, reviewer, "cancel"), people)
    assert tender.state == "cancelled"
    assert tender_queries.awards_of(tender) == []
    assert complaints.window(tender, "cancellation", None) is not None


def test_a_tender_with_a_contract_is_not_cancelled_by_a_complaint(people: House, reviewer: Actor) -> None:
    tender = awarded(people)
    row = upheld(tender, people, reviewer, "cancel")
    with at(AFTER):
        award.contract_from_award(tender_queries.awards_of(tender)[1], by=people.officer)
    with pytest.raises(DomainError, match="contract"):
        redone(row, people)


def test_a_step_the_tender_has_not_reached_is_no_choice(people: House, reviewer: Actor) -> None:
    tender = published(people)
    with at(CLOSES - DAY):
        row = complaints.complain(tender, "notice", "Lot 1 is too large.", by=people.bidders[0])
        complaints.lodge(row, by=people.bidders[0])
        complaints.accept(row, by=reviewer)
        for redo in ("marks", "admission", "prices", "ranking", "award", "all of it"):
            with pytest.raises(InputErrors) as found:
                complaints.decide(row, "uphold", "accepted", "Yes.", by=reviewer, remedy="set-aside", redo=redo)
            assert found.value.problems[0].where == "redo"


def test_the_decision_goes_to_who_complained_and_to_each_bidder_as_letter_mail_and_page(
    people: House, reviewer: Actor, client: FlaskClient
) -> None:
    tender = awarded(people)
    row = upheld(tender, people, reviewer, "ranking")
    own, other = row.letters
    assert [own.organisation.name, other.organisation.name] == ["Unit 2", "Unit 1"]
    words = [PdfReader(BytesIO(files.read(one.file))).pages[0].extract_text() for one in (own, other)]
    assert all("The reading was wrong." in one and "ranked again" in one.replace("\n", " ") for one in words)
    assert ["The plan was misread." in one for one in words] == [True, False]
    mails = db.session.execute(select(OutboxMessage).where(OutboxMessage.template == "complaint_decided")).scalars()
    assert sorted(mail.organisation_id or 0 for mail in mails) == sorted(
        [people.bidders[0].organisation_id or 0, people.bidders[1].organisation_id or 0]
    )
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=people.bidders[0].organisation_id)
    shown = client.get(f"/complaints/{row.number}/decision")
    assert shown.status_code == 200
    assert "The reading was wrong." in shown.text
    assert "The plan was misread." not in shown.text
    assert client.get(f"/complaints/{row.number}/decision.pdf").data.startswith(b"%PDF")
    assert client.get(f"/complaints/{row.number}").status_code == 404
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=people.bidders[2].organisation_id)
    assert client.get(f"/complaints/{row.number}/decision").status_code == 404


def test_the_complaints_officer_upholds_on_the_screen_and_keeps_what_was_typed(
    people: House, reviewer: Actor, client: FlaskClient
) -> None:
    tender = awarded(people)
    row = lodged(tender, people.bidders[1])
    with at(AFTER):
        complaints.accept(row, by=reviewer)
    sign_in(client, Role.COMPLAINTS_OFFICER)
    form = {"answer": "uphold", "decision": "It was misread.", "remedy": "set-aside", "redo": "admission"}
    refused = client.post(f"/complaints/{row.number}", data=form)
    assert refused.status_code == 422
    assert "Choose the bidder" in refused.text
    assert "It was misread." in refused.text
    done = client.post(f"/complaints/{row.number}", data={**form, "redo": "marks", "criteria[]": "Q1"})
    assert done.status_code == 303, done.text
    assert row.redo_of == {"criteria": ["Q1"]}
    assert "Criteria: Care quality" in client.get(f"/complaints/{row.number}").text


def test_evaluators_are_named_to_the_fund_and_counted_for_bidders(people: House, reviewer: Actor) -> None:
    row = upheld(awarded(people), people, reviewer, "marks", {"evaluators": ["E. One"]})
    assert "Evaluators: E. One" in redoing_words(row, is_staff=True)
    assert "Evaluators: 1 of 3" in redoing_words(row)
    words = PdfReader(BytesIO(files.read(row.letters[0].file))).pages[0].extract_text()
    assert "E. One" not in words


FEE = "\n[complaint_fee]\nshare = 30\nleast = 2000000\nmost = 85000000\ndays = 5\n"


def test_a_fee_is_of_the_lot_s_value_within_its_bounds_and_an_unpaid_one_is_a_ground_after_its_day(
    people: House, reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from procurement.calendar import Fee

    fee = Fee(30, 2_000_000, 85_000_000, 5)
    assert [fee.amount(value) for value in (100, 1_000_000_000, 1_000_000_050, 10**12)] == [
        2_000_000, 3_000_000, 3_000_000, 85_000_000,
    ]  # fmt: skip
    tender = awarded(people)
    real = complaint_fees.periods
    monkeypatch.setattr(complaint_fees, "periods", lambda on: _with_fee(real(on), fee))
    row = lodged(tender, people.bidders[1], when=CLOSES + 10 * DAY)
    assert (row.fee, row.fee_due_on) == (85_000_000, (CLOSES + 15 * DAY).date())
    with pytest.raises(DomainError, match="fee is open"), at(CLOSES + 11 * DAY):
        complaints.accept(row, by=reviewer)
    with pytest.raises(InputErrors, match="fits"), at(CLOSES + 15 * DAY):
        complaints.decide(row, "find_invalid", "rej-npaid", "Not paid.", by=reviewer)
    with pytest.raises(InputErrors, match="between"), at(CLOSES + 15 * DAY):
        complaint_fees.pay_fee(row, (CLOSES + 16 * DAY).date(), by=reviewer)
    other = lodged(tender, people.bidders[0], when=CLOSES + 10 * DAY)
    with at(CLOSES + 15 * DAY):
        complaint_fees.pay_fee(other, (CLOSES + 12 * DAY).date(), by=reviewer)
        complaints.accept(other, by=reviewer)
    with at(CLOSES + 16 * DAY):
        complaints.decide(row, "find_invalid", "rej-npaid", "Not paid.", by=reviewer)
    assert (row.state, other.state) == ("invalid", "accepted")


def _with_fee(rules: object, fee: object) -> object:
    from dataclasses import replace

    return replace(rules, complaint_fee=fee)  # type: ignore[type-var]


def test_the_plan_names_the_fee_and_without_it_there_is_none() -> None:
    from procurement.calendar import parse

    text = (tendering.PLAN / "procurement.toml").read_text()
    assert parse(text).complaint_fee is None
    assert parse(text + FEE).complaint_fee is not None
    with pytest.raises(InputErrors, match="not below the least"):
        parse(text + FEE.replace("most = 85000000", "most = 1"))


def test_what_stood_is_shown_beside_what_comes(people: House, reviewer: Actor) -> None:
    tender = awarded(people)
    row = upheld(tender, people, reviewer, "ranking")
    redone(row, people)
    assert {one.now for one in versions(row)} == {""}
    assert len(queries.past_results(tender.lots[0])) == 2
    with at(AFTER + DAY):
        opening.declare_interest(tender, "none", by=people.chair)
        evaluation.rank(tender, by=people.chair)
    assert all(one.before == one.now for one in versions(row))


def test_the_form_offers_only_what_there_is_still_time_for_and_says_what_it_costs(
    people: House, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from procurement.calendar import Fee

    tender = awarded(people)
    path = f"/tenders/{tender.number}/complaints"
    with browsing(client, people.bidders[1], CLOSES + 10 * DAY) as browser:
        shown = browser.get(path).text
        assert 'value="decision"' in shown
        assert 'value="notice"' not in shown
        assert "It costs nothing." in shown
        real, fee = complaint_fees.periods, Fee(30, 2_000_000, 85_000_000, 5)
        monkeypatch.setattr(complaint_fees, "periods", lambda on: _with_fee(real(on), fee))
        shown = browser.get(path).text
        assert "It costs nothing." not in shown
        assert "2,000.000" in shown
