"""What a release says along the whole road: plan, joint bids, complaints, contract and what came of it."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest

from core.actors import SYSTEM
from core.codes import Service
from core.db import db, unit_of_work
from core.roles import Role
from payments.models import Payment
from payments.services import NewPayable, post_payables, prepare_run, release_run, set_account
from payments.services.accounts import confirm_account
from procurement.amending import NewRate, NewTerms
from procurement.models.contract import Contract
from procurement.models.tender import Tender
from procurement.ocds.tags import tags
from procurement.queries import tenders as tender_queries
from procurement.queries.outcomes import outcomes
from procurement.services import award, bids, complaints, contracts, evaluation, joint, kpi, opening, planning, portal
from procurement.services.contracts import Proposal
from procurement.services.joint import PartnerTerms
from procurement.services.portal import PortalBid
from tests.accounts import actor_with
from tests.procurement.tendering import (
    CLOSES,
    DAY,
    START,
    House,
    at,
    awarded,
    drafted_bid,
    opened,
    published,
    scored,
    sent_bid,
    terms,
)
from tests.procurement.test_open_data import latest, told
from tests.procurement.test_planning import TALK, noted
from tests.procurement.test_portal import priced
from tests.providers.builders import assessed

SIGNED = CLOSES + 30 * DAY


def named(said: dict, name: str) -> dict:
    return next(row for row in said["parties"] if row["name"] == name)


def counts(rows: list[dict]) -> dict[tuple[str, str], int]:
    return {(row["measure"], row.get("relatedLot", "")): row["value"] for row in rows}


def contracted(tender: Tender, people: House, when: dt.datetime = SIGNED) -> Contract:
    """The contract of lot 1, signed by both sides."""
    with at(when):
        contract = award.contract_from_award(tender_queries.awards_of(tender)[0], by=people.officer)
        contracts.sign(contract, by=people.bidders[0])
        contracts.sign(contract, by=people.officer)
    return contract


def test_the_plan_is_published_with_the_notice_that_came_of_it(people: House) -> None:
    plan = noted(people)
    with at(START):
        planning.record_consultation(plan, TALK, by=people.officer)
        planning.approve_plan(plan, by=people.second)
    tender = published(people)
    told(START + DAY)
    assert "planning" not in latest(tender)
    with at(START + DAY):
        plan.tender_id = tender.id
        tender.title = "Home care, corrected"
        planning.audit.record(tender.stream, planning.Act.TENDER_CHANGED, tender.number, by=people.officer)
    told(START + 2 * DAY)
    said = latest(tender)
    assert said["tag"] == ["planning", "tenderAmendment"]
    assert said["planning"]["budget"]["amount"] == {"amount": 1, "currency": "XTS"}
    assert [row["documentType"] for row in said["planning"]["documents"]] == ["procurementPlan", "marketStudies"]
    assert "With a boat, yes." in said["planning"]["documents"][1]["description"]
    assert people.officer.name not in json.dumps(said, ensure_ascii=False)


def test_partners_of_a_joint_bid_are_parties_tenderers_and_suppliers_after_the_opening(people: House) -> None:
    tender = published(people)
    bid = drafted_bid(tender, people.bidders[0])
    with at(CLOSES - 2 * DAY):
        joint.invite_partner(bid, PartnerTerms("O-2", Decimal(40), "The nights"), by=people.bidders[0])
        (partner,) = joint.queries.partners_of(bid)
        joint.answer_invitation(partner, takes_part=True, by=people.bidders[1])
        bids.submit_bid(bid, by=people.bidders[0])
    told(CLOSES - DAY)
    assert "Unit 2" not in json.dumps(latest(tender))
    opened(tender, people, "quality", CLOSES + DAY)
    scored(tender, people, {"Unit 1": 4}, CLOSES + 3 * DAY)
    opened(tender, people, "price", CLOSES + 4 * DAY)
    decided(tender, people)
    told(CLOSES + 8 * DAY)
    said = latest(tender)
    assert named(said, "Unit 2")["roles"] == ["tenderer", "supplier"]
    assert [row["name"] for row in said["bids"]["details"][0]["tenderers"]] == ["Unit 1", "Unit 2"]
    assert [row["name"] for row in said["awards"][0]["suppliers"]] == ["Unit 1", "Unit 2"]


def decided(tender: Tender, people: House) -> None:
    """Lot 1 ranked, proposed and awarded."""
    lot = tender.lots[0]
    with at(CLOSES + 5 * DAY):
        evaluation.rank(tender, by=people.chair)
    with at(CLOSES + 6 * DAY):
        reasons = {row.bid.public_id: "Reason." for row in tender_queries.results_of(lot)}
        proposal = award.propose_award(lot, reasons, by=people.officer)
    with at(CLOSES + 7 * DAY):
        award.decide_award(proposal, by=people.chair)


def test_bids_are_counted_by_kind_once_they_are_open(people: House) -> None:
    tender = published(people)
    for bidder in people.bidders[::2]:
        sent_bid(tender, bidder)
    opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    told(CLOSES + DAY)
    found = counts(latest(tender)["bids"]["statistics"])
    assert (found["bids", "LOT-0001"], found["sseBids", "LOT-0001"]) == (2, 1)
    assert ("smeBids", "LOT-0001") not in found, "nobody counted the workers of these two"
    with unit_of_work():
        assessed("P-1", is_sse=False)
    (outcome,) = outcomes([tender.id])
    assert outcome.sse.isdisjoint({people.bidders[0].organisation_id, people.bidders[2].organisation_id})


def test_the_reservation_stays_on_the_award(people: House) -> None:
    tender = awarded(people)
    tender.lots[0].reservation = "res-ws"
    told(CLOSES + 8 * DAY)
    first, second = latest(tender)["awards"]
    assert first["reservedParticipation"] == ["shelteredWorkshop"]
    assert "reservedParticipation" not in second


def test_complaints_are_counted_and_not_told(people: House) -> None:
    tender = awarded(people)
    told(CLOSES + 8 * DAY)
    assert "statistics" not in latest(tender)
    reviewer = actor_with(Role.COMPLAINTS_OFFICER)
    with at(CLOSES + 9 * DAY):
        row = complaints.complain(tender, "decision", "The plan was misread.", by=people.bidders[1], lot=tender.lot(1))
        complaints.complain(tender, "decision", "Never sent.", by=people.bidders[1], lot=tender.lot(1))
        complaints.lodge(row, by=people.bidders[1])
        complaints.accept(row, by=reviewer)
        complaints.decide(row, "uphold", "accepted", "It was.", by=reviewer, remedy="set-aside", redo="other")
    told(CLOSES + 10 * DAY)
    rows = latest(tender)["statistics"]
    assert counts(rows) == {("complaints", "LOT-0001"): 1, ("complaintsUpheld", "LOT-0001"): 1}
    assert {row["scope"] for row in rows} == {"complaints"}
    assert "misread" not in json.dumps(latest(tender))


def test_a_contract_is_told_until_its_end_with_the_right_news_each_time(people: House) -> None:
    tender = awarded(people)
    told(CLOSES + 8 * DAY)
    contract = contracted(tender, people)
    contract.lines[0].rate = None
    told(SIGNED + DAY)
    assert latest(tender)["tag"] == ["tenderUpdate", "contract"]
    (promise,) = contract.indicators
    for day, value in ((10, "92"), (40, "71.5")):
        with at(SIGNED + day * DAY):
            on = (SIGNED + day * DAY).date()
            kpi.measure([kpi.Reading(promise, Decimal(value), "r")], on, on, by=SYSTEM)
    told(SIGNED + 10 * DAY)
    said = latest(tender)
    assert said["tag"] == ["implementation"]
    (failure,) = said["contracts"][0]["implementation"]["performanceFailures"]
    assert (failure["category"], failure["events"]) == ("Permanent contracts", 1)
    assert said["contracts"][0]["implementation"]["metrics"][0]["observations"][0]["measure"] == 71.5
    with at(SIGNED + 50 * DAY):
        contracts.agree_rate(contract, "HC-VISIT", Decimal(7_000_000), reason="Ask Mrs Amari.", by=people.officer)
    told(SIGNED + 51 * DAY)
    said = latest(tender)
    assert said["tag"] == ["contractAmendment"]
    assert "HC-VISIT" in said["contracts"][0]["amendments"][0]["description"]
    assert "Amari" not in json.dumps(said)
    first = contract.valid_from + 100 * DAY
    brought = NewTerms((NewRate("HC-VISIT", None, Decimal(7_100_000), first),))
    with at(SIGNED + 52 * DAY):
        one = Proposal(contract, "mod-rev", brought, first, "Ask Mrs Amari.")
        amendment = contracts.draft_amendment(one, by=people.officer)
        contracts.approve_amendment(amendment, by=people.second)
        contracts.accept_amendment(
            amendment, by=actor_with(Role.PROVIDER_MANAGER, organisation_id=contract.organisation_id)
        )
    told(SIGNED + 53 * DAY)
    said = latest(tender)
    assert said["tag"] == ["contractAmendment"]
    assert said["contracts"][0]["amendments"][-1]["rationale"] == "mod-rev"
    assert "Amari" not in json.dumps(said)
    with at(SIGNED + 60 * DAY):
        contracts.end(contract, on=contract.valid_from, reason="Closed.", by=people.officer)
    told(SIGNED + 61 * DAY)
    assert latest(tender)["tag"] == ["contractTermination"]


def test_of_a_contract_for_a_restricted_service_nothing_goes_out(people: House) -> None:
    tender = awarded(people)
    contracted(tender, people)
    with at(SIGNED + DAY):
        db.session.get(Service, "HC-VISIT").is_restricted = True  # type: ignore[union-attr]
    assert told(SIGNED + 2 * DAY) == 0


def paid_claims(contract: Contract, members: int, service: str, number: int, paid_on: dt.date) -> None:
    """One claim of 1.000 for each member, in a run of its own that the bank has paid."""
    line = {"line_no": 1, "service": service, "service_on": "2027-02-03", "asked": 1000, "benefit": 1000}
    owed = [
        NewPayable(
            f"claim:{number}:{member}", "claim", contract.organisation_id, f"{number}-{member}", 1000, paid_on, paid_on,
            "home_care", {"claim": f"{number}-{member}", "member": f"M{member}", "lines": [line]},
        )
        for member in range(members)
    ]  # fmt: skip
    first, second = (actor_with(Role.FINANCE_OFFICER, name=name) for name in (f"F. {number}", f"G. {number}"))
    with at(dt.datetime.combine(paid_on, dt.time(9), dt.UTC)):
        post_payables(owed, by=SYSTEM)
        run = prepare_run(value_on=paid_on, by=first)
        release_run(run.number, by=second, has_letters=False)
        for payment in db.session.query(Payment).filter_by(run_id=run.id):
            payment.state = "paid"


@pytest.fixture
def running(people: House) -> tuple[Tender, Contract]:
    tender = awarded(people)
    contract = contracted(tender, people)
    with at(SIGNED):
        key = contract.organisation_id
        account = set_account(key, kind="domestic", number="0000014410", holder="Unit 1", by=SYSTEM)
        confirm_account(account, by=actor_with(Role.FINANCE_OFFICER), on=SIGNED.date(), is_first=True)
    return tender, contract


def transactions(tender: Tender, on: dt.date) -> list[tuple[str, float]]:
    told(dt.datetime.combine(on, dt.time(9), dt.UTC))
    said = latest(tender)["contracts"][0].get("implementation", {}).get("transactions", [])
    return [(row["date"][:7], row["value"]["amount"]) for row in said]


def test_what_was_paid_is_one_sum_for_each_contract_and_month(running: tuple[Tender, Contract]) -> None:
    tender, contract = running
    paid_claims(contract, 11, "HC-VISIT", 1, dt.date(2027, 3, 5))
    paid_claims(contract, 12, "HC-VISIT", 2, dt.date(2027, 4, 5))
    assert transactions(tender, dt.date(2027, 3, 31)) == []
    assert transactions(tender, dt.date(2027, 4, 30)) == [("2027-03", 11)]
    assert transactions(tender, dt.date(2027, 5, 1)) == [("2027-03", 11), ("2027-04", 12)]
    assert "M0" not in json.dumps(latest(tender))


def test_a_month_with_few_members_and_what_is_of_no_single_contract_are_left_out(
    running: tuple[Tender, Contract],
) -> None:
    tender, contract = running
    paid_claims(contract, 10, "HC-VISIT", 1, dt.date(2027, 3, 5))
    paid_claims(contract, 20, "", 2, dt.date(2027, 4, 5))
    assert transactions(tender, dt.date(2027, 6, 1)) == []


def test_an_award_after_a_portal_is_told_with_its_contract_and_the_address_of_the_notice(people: House) -> None:
    later = CLOSES + DAY
    rates = {1: {"HC-VISIT": Decimal(8_000_000)}}
    with at(later):
        tender = tender_queries.tender_by_number(_recorded(people).number)
        organisation = people.bidders[0].organisation_id or 0
        portal.record_bid(tender, PortalBid(organisation, (1,), {"Q1": "x"}, {"C6": "90"}, rates), by=people.officer)
        portal.take_over(tender, by=people.officer)
        opening.declare_interest(tender, "none", by=people.officer)
    scored(tender, people, {"Unit 1": 4}, later + DAY)
    priced(tender, people, later + 2 * DAY)
    assert told(later + 2 * DAY) == 0
    decided(tender, people)
    told(later + 8 * DAY)
    said = latest(tender)
    assert said["tag"] == ["tender", "award"]
    assert said["tender"]["documents"][0]["url"] == "https://portal.example/44"
    assert "tenderPeriod" not in said["tender"]
    contracted(tender, people)
    told(SIGNED + DAY)
    said = latest(tender)
    assert said["contracts"][0]["awardID"] == said["awards"][0]["id"]
    assert said["contracts"][0]["agreedMetrics"][0]["id"] == "C6"


def _recorded(people: House) -> Tender:
    from procurement.services import tenders

    tender = tenders.draft_tender(terms(people), by=people.officer)
    portal.record(tender, "National Portal", "2026/S 044-123", "https://portal.example/44", by=people.officer)
    portal.approve(tender, by=people.officer)
    portal.approve(tender, by=people.second)
    return tender


BEFORE = {"tender": {"title": "a", "status": "active"}, "awards": [{"id": "1", "status": "active"}]}


@pytest.mark.parametrize(
    ("change", "news"),
    [
        ({"planning": {"rationale": "x"}}, ["planning"]),
        ({"tender": {"title": "b", "status": "active"}}, ["tenderAmendment"]),
        ({"tender": {"title": "a", "status": "complete"}}, ["tenderUpdate"]),
        ({"tender": {"title": "a", "status": "cancelled"}}, ["tenderCancellation"]),
        ({"awards": [*BEFORE["awards"], {"id": "2"}]}, ["award"]),
        ({"awards": [{"id": "1", "status": "cancelled"}]}, ["awardCancellation"]),
        ({"awards": [{"id": "1", "status": "active", "title": "x"}]}, ["awardUpdate"]),
        ({"contracts": [{"id": "c", "implementation": {}}]}, ["contract", "implementation"]),
        ({"bids": {}}, ["tenderUpdate"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_each_difference_has_its_tag(change: dict, news: list[str]) -> None:
    assert tags(BEFORE, BEFORE | change) == news
