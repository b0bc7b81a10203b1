"""Framework agreements: several members win a lot, each with its own award, contract and rates."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.exc import IntegrityError

from claims import holding
from core import audit, files
from core.db import db
from core.errors import DomainError, InputErrors
from procurement import integrity
from procurement.court import results as court_results
from procurement.debriefing import debrief
from procurement.models.evaluation import Award
from procurement.models.tender import Lot, Tender
from procurement.ocds.tender_section import tender_section
from procurement.queries import tenders as queries
from procurement.queries.contracts import contract_of_award, framework_of
from procurement.services import award, evaluation, tenders
from procurement.services.contracts import record_use
from procurement.terms import LotTerms
from tests.procurement.tendering import CLOSES, START, House, at, house, opened, published, scored, sent_bid, terms
from tests.procurement.test_tender_pages import browsing, ok

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LOTS = [
    LotTerms("Coast towns", 100_000_000_000, [("HC-VISIT", 5_000)], floor=10_000_000_000, members=2),
    LotTerms("Islands", 100_000_000_000, [("HC-NIGHT", 5_000)], floor=10_000_000_000, members=2),
]
UNITS = {"Unit 1": "cooperative", "Unit 2": "worker_cooperative", "Unit 3": "company", "Unit 4": "cooperative"}


@pytest.fixture
def people(app: Flask) -> House:
    return house(UNITS)


def ranked(people: House, bidders: int = 3) -> Tender:
    """Unit 1 is first, then the others by number; of two lots with two places each."""
    tender = published(people, lots=LOTS, labour_floor=None, framework="ranking")
    marks = {}
    for place, who in enumerate(people.bidders[:bidders]):
        sent_bid(tender, who, (1, 2), str(8_000_000 + 500_000 * place), str(90 - 10 * place))
        marks[f"Unit {place + 1}"] = 5 - place
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, marks, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    with at(CLOSES + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    return tender


def proposed(lot: Lot, people: House, when: dt.datetime = CLOSES + 4 * DAY) -> Award:
    with at(when):
        reasons = {row.bid.public_id: f"About {row.bid.bidder}." for row in queries.results_of(lot)}
        return award.propose_award(lot, reasons, by=people.officer)


def decided(lot: Lot, people: House, when: dt.datetime = CLOSES + 4 * DAY) -> Award:
    row = proposed(lot, people, when)
    with at(when + DAY):
        award.decide_award(row, by=people.chair)
    return row


def names(lot: Lot) -> list[str]:
    return [row.bid.organisation.name for row in queries.standing_awards(lot)]


def drawn(lot: Lot, people: House, when: dt.datetime = CLOSES + 30 * DAY) -> None:
    for row in queries.standing_awards(lot):
        if row.state == "decided":
            with at(when):
                award.contract_from_award(row, by=people.officer)


def test_a_framework_says_its_members_its_method_and_keeps_the_years_of_the_plan(people: House) -> None:
    alone = [replace(LOTS[0], members=1), LOTS[1]]
    with at(START):
        draft = tenders.draft_tender(
            terms(people, lots=alone, framework="choice", ends_on=dt.date(2031, 1, 1)), by=people.officer
        )
        with pytest.raises(InputErrors) as caught:
            tenders.send_for_approval(draft, by=people.officer)
    said = {problem.where: str(problem.message) for problem in caught.value.problems}
    assert said["lots.1.members"] == "Lot 1: a framework has at least two members."
    assert said["ends_on"] == "A framework lasts 4 years at most: until 2030-12-31."


def test_only_a_framework_has_several_members(people: House) -> None:
    with at(START):
        draft = tenders.draft_tender(terms(people, lots=LOTS), by=people.officer)
        with pytest.raises(InputErrors, match="Lot 1: only a framework has several members"):
            tenders.send_for_approval(draft, by=people.officer)


def test_the_first_of_the_ranking_win_together_each_with_a_contract_at_its_own_rates(people: House) -> None:
    tender = ranked(people)
    for lot in tender.lots:
        decided(lot, people)
        assert names(lot) == ["Unit 1", "Unit 2"]
    assert tender.state == "awarded"
    first, second = queries.standing_awards(tender.lots[0])
    assert (first.place, second.place, second.lead, first.standstill_until) == (1, 2, first, second.standstill_until)
    assert (len(first.letters), len(second.letters)) == (3, 0)
    drawn(tender.lots[0], people)
    assert (tender.lots[0].state, tender.state) == ("contracted", "awarded")
    drawn(tender.lots[1], people)
    assert tender.state == "contracted"
    rates = [contract_of_award(row.id).lines[0].rate for row in queries.standing_awards(tender.lots[0])]  # type: ignore[union-attr]
    assert rates == [8_000_000, 8_500_000]
    contracts = [contract_of_award(row.id) for row in queries.standing_awards(tender.lots[0])]
    assert [row.budget for row in contracts] == [LOTS[0].ceiling] * 2  # type: ignore[union-attr]
    record_use({row.id: (1_000, 1) for row in contracts})  # type: ignore[union-attr]
    assert framework_of(contracts[1]) == (2, 2, 2_000)  # type: ignore[arg-type]
    room = holding.rooms_of({contracts[0].id}, is_locked=True).budgets[contracts[0].id]  # type: ignore[union-attr]
    assert room.left == LOTS[0].ceiling - 2_000
    assert not list(audit.verify())


def test_a_lot_is_contracted_with_the_last_of_its_members(people: House) -> None:
    lot = ranked(people).lots[0]
    first = decided(lot, people)
    with at(CLOSES + 30 * DAY):
        award.contract_from_award(first, by=people.officer)
    assert lot.state == "awarded"
    drawn(lot, people)
    assert lot.state == "contracted"


def test_who_did_not_win_a_place_reads_of_every_member(people: House) -> None:
    tender = ranked(people)
    decided(tender.lots[0], people)
    lost, won = (queries.sent_bids(tender)[place] for place in (2, 1))
    (told,) = debrief(tender, lost)
    assert not told.is_winner
    assert [row.bid.bidder for row in told.members] == ["Unit 1", "Unit 2"]
    assert told.award.reasons[lost.public_id] == "About Unit 3."
    assert debrief(tender, won)[0].is_winner


def test_a_member_that_does_not_sign_leaves_its_place_to_the_next_and_the_others_stay(people: House) -> None:
    tender = ranked(people)
    lot = tender.lots[0]
    first = decided(lot, people)
    second = queries.standing_awards(lot)[1]
    with at(CLOSES + 30 * DAY):
        award.record_signing_refusal(first, "refused", "It wrote that it cannot.", by=people.officer)
    assert (lot.state, names(lot)) == ("ranked", ["Unit 2"])
    with at(CLOSES + 31 * DAY), pytest.raises(DomainError, match="has members"):
        award.end_lot(lot, "other", "None left.", by=people.officer)
    with at(CLOSES + 31 * DAY), pytest.raises(DomainError, match="offered to the next"):
        award.go_on_with_members(lot, by=people.officer)
    later = decided(lot, people, CLOSES + 31 * DAY)
    assert (names(lot), later.place, later.grounds) == (
        ["Unit 2", "Unit 3"], 1, {first.bid.public_id: "not_signed"}
    )  # fmt: skip
    assert second.standstill_until < later.standstill_until  # type: ignore[operator]
    assert not list(audit.verify())
    assert not list(integrity.check())


def test_with_nobody_left_the_framework_goes_on_with_the_members_it_has(people: House) -> None:
    tender = ranked(people, bidders=2)
    for lot in tender.lots:
        decided(lot, people)
    lot = tender.lots[0]
    for row in queries.standing_awards(lot)[:1]:
        with at(CLOSES + 30 * DAY):
            award.record_signing_refusal(row, "refused", "It wrote that it cannot.", by=people.officer)
    with pytest.raises(DomainError, match="Nobody of the ranking may take this lot"):
        proposed(lot, people, CLOSES + 31 * DAY)
    with at(CLOSES + 31 * DAY):
        award.go_on_with_members(lot, by=people.officer)
    assert (lot.state, tender.state, names(lot)) == ("awarded", "awarded", ["Unit 2"])


def test_fewer_bidders_than_places_are_all_members(people: House) -> None:
    lot = ranked(people, bidders=1).lots[0]
    decided(lot, people)
    assert names(lot) == ["Unit 1"]


def test_a_proposal_goes_back_and_is_decided_whole(people: House) -> None:
    lot = ranked(people).lots[0]
    row = proposed(lot, people)
    with at(CLOSES + 5 * DAY):
        award.send_award_back(row, reason="Name the rates.", by=people.chair)
    assert not queries.living_awards(lot)
    second = queries.proposed_with(proposed(lot, people, CLOSES + 6 * DAY))[1]
    with at(CLOSES + 7 * DAY):
        award.decide_award(second, by=people.chair)
    assert {one.state for one in queries.living_awards(lot)} == {"decided"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"place": 2, "places": 2}, "a bidder in two places"),
        ({"place": 3, "places": 2}, "a place that the lot does not have"),
        ({"place": 3, "places": 3}, "more places than the lot has members"),
    ],
    ids=["twice", "beyond", "more"],
)
def test_the_database_refuses(people: House, changes: dict[str, int], why: str) -> None:
    lot = ranked(people, bidders=1).lots[0]
    row = proposed(lot, people)
    names_ = ("lot_id", "bid_id", "amount", "reasons", "proposer", "proposer_name", "proposed_at")
    db.session.add(Award(number="A-2026-999-X", **{name: getattr(row, name) for name in names_}, **changes))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_one_place_is_held_once(people: House) -> None:
    lot = ranked(people).lots[0]
    row = proposed(lot, people)
    other = queries.results_of(lot)[2]
    names_ = ("lot_id", "place", "places", "amount", "reasons", "proposer", "proposer_name", "proposed_at")
    values = {name: getattr(row, name) for name in names_}
    db.session.add(Award(number="A-2026-999-X", bid_id=other.bid_id, **values))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_from_the_form_to_the_contracts_in_a_browser(people: House, client: FlaskClient) -> None:
    """The draft form keeps method and members; the award page names all, two people decide, one button draws all."""
    with at(START):
        draft = tenders.draft_tender(terms(people, lots=LOTS, framework="choice"), by=people.officer)
    with browsing(client, people.officer, START):
        form = client.get(f"/tenders/{draft.number}/edit").text
    assert '<option value="choice" selected>' in form
    assert 'name="lots.2.members"' in form
    tender = ranked(people)
    page, when = f"/tenders/{tender.number}/lots/1/award", CLOSES + 4 * DAY
    reasons = {f"reason-{row.bid.public_id}": "Its points." for row in queries.results_of(tender.lots[0])}
    with browsing(client, people.officer, when):
        assert client.get(page).text.count("To be proposed") == 2
        ok(client.post(page, data={"answer": "propose", **reasons}))
    with browsing(client, people.chair, when + DAY):
        assert "Decide: 2 members" in client.get(page).text
        ok(client.post(page, data={"answer": "decide"}))
    with browsing(client, people.officer, CLOSES + 30 * DAY):
        ok(client.post(page, data={"answer": "contract"}))
        drawn_page = client.get(page).text
    rows = queries.standing_awards(tender.lots[0])
    contracts = [contract_of_award(row.id) for row in rows]
    assert all(row.number in drawn_page for row in contracts)  # type: ignore[union-attr]
    with browsing(client, people.officer, CLOSES + 30 * DAY):
        shown = client.get(f"/contracts/{contracts[1].number}").text  # type: ignore[union-attr]
        public = client.get(f"/public/tenders/{tender.number}/results").text
    assert "place 2 of 2" in shown
    assert "Use of the common ceiling" in shown
    assert public.count("member of the framework") == 2
    notice = client.get(f"/public/tenders/{tender.number}").text
    assert "Framework agreement, 2 members at most" in notice
    assert "Unit 1, Unit 2" in notice


def test_open_data_tells_the_framework(people: House) -> None:
    section = tender_section(ranked(people), {})
    agreement = section["lots"][0]["techniques"]["frameworkAgreement"]
    assert section["techniques"]["hasFrameworkAgreement"]
    assert (agreement["maximumParticipants"], agreement["method"]) == (2, "withoutReopeningCompetition")


def test_an_upheld_complaint_takes_back_the_whole_award_but_no_contract(people: House) -> None:
    lot = ranked(people).lots[0]
    first = decided(lot, people)
    with at(CLOSES + 30 * DAY):
        award.contract_from_award(first, by=people.officer)
        evaluation.annul(lot)
    assert names(lot) == ["Unit 1"]
    with at(CLOSES + 31 * DAY), pytest.raises(DomainError, match="letters are out"):
        tenders.cancel(lot.tender, reason="No need.", by=people.officer)


def test_the_court_file_and_the_letters_name_all_members(people: House) -> None:
    tender = ranked(people)
    decided(tender.lots[0], people)
    (exhibit,) = [row for row in court_results.awards(tender) if row.name.endswith("awards.json")]
    rows = json.loads(exhibit.content)
    assert [(row["place"], row["with"] == rows[0]["number"]) for row in rows] == [(1, True), (2, True)]
    letter = queries.standing_awards(tender.lots[0])[0].letters[2]
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(files.read(letter.file))).pages)
    for text in ("Framework agreement for", "Unit 1, Unit 2", "About Unit 1", "About Unit 2", "Common ceiling"):
        assert text in said
