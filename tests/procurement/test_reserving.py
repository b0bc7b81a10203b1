"""Reserved lots: each row of the table as a rule, told to the officer before publication and to the bidder before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from core.codes import ServiceLine
from core.db import db
from core.errors import InputErrors
from procurement import reserving
from procurement.models.evaluation import Award
from procurement.reserving import Facts, Integration
from procurement.services import advice, bids, participation, tenders
from procurement.services.participation import EvidenceTerms
from procurement.terms import LotTerms
from tests.procurement.tendering import (
    CLOSES,
    START,
    House,
    approved,
    at,
    awarded,
    drafted_bid,
    house,
    published,
    terms,
)

RULES = reserving.parse((Path(__file__).resolve().parents[2] / "plan" / "reservations.toml").read_text())
ON, LATER = dt.date(2026, 4, 1), dt.date(2027, 12, 31)
PROVED = {"mission": LATER, "profits": LATER, "participation": LATER}


def met(kind: str, facts: Facts, on: dt.date = ON) -> list[bool]:
    return [row.is_met for row in reserving.bidder_conditions(kind, facts, on, RULES)]


@pytest.mark.parametrize(
    ("people", "total", "is_met"), [(3, 10, True), (29, 100, False), (30, 100, True), (0, 0, False), (11, 10, False)]
)
def test_three_of_ten_is_enough_and_29_of_100_is_not(people: int, total: int, is_met: bool) -> None:
    assert reserving.has_share(Decimal(people), Decimal(total), RULES.integration_share) is is_met
    facts = Facts("company", integration=Integration(Decimal(people), Decimal(total), LATER))
    assert met("res-ws", facts) == [True, is_met]


def test_integration_without_evidence_or_with_old_evidence_is_not_met() -> None:
    assert met("res-ws", Facts("cooperative")) == [False, False]
    old = Integration(Decimal(5), Decimal(10), ON - dt.timedelta(days=1))
    assert met("res-ws", Facts("cooperative", integration=old)) == [False, False]


def test_public_service_needs_mission_profits_participation_and_no_award_before() -> None:
    assert met("res-pub-ser", Facts("association", PROVED)) == [True, True, True, True]
    assert met("res-pub-ser", Facts("association", {**PROVED, "profits": ON - dt.timedelta(days=1)}))[1] is False


@pytest.mark.parametrize(("last_on", "is_met"), [("2023-04-01", True), ("2023-04-02", False), ("2026-03-31", False)])
def test_exactly_three_years_after_the_last_award_passes(last_on: str, is_met: bool) -> None:
    facts = Facts("association", PROVED, last_award_on=dt.date.fromisoformat(last_on))
    assert met("res-pub-ser", facts)[3] is is_met


def test_a_leap_day_counts_to_the_first_of_march() -> None:
    assert reserving.years_after(dt.date(2024, 2, 29), 3) == dt.date(2027, 3, 1)


@pytest.mark.parametrize(("ends_on", "is_met"), [("2029-12-31", True), ("2030-01-01", False)])
def test_three_years_are_the_most_options_included(ends_on: str, is_met: bool) -> None:
    rows = reserving.lot_conditions(
        "res-pub-ser", "85312110", dt.date(2027, 1, 1), dt.date.fromisoformat(ends_on), RULES
    )
    assert [row.is_met for row in rows] == [is_met, True]


@pytest.mark.parametrize(
    ("cpv", "is_listed"),
    [("85312110", True), ("85312110-3", True), ("45000000", False), ("8531211", False), ("", False)],
)
def test_object_codes_match_exactly(cpv: str, is_listed: bool) -> None:
    assert reserving.is_listed(cpv, RULES) is is_listed


def test_the_list_holds_115_codes_and_forms_decide_the_national_reservation() -> None:
    assert len(RULES.codes) == 115
    assert met("res-sse", Facts("cooperative")) == [True]
    assert met("res-sse", Facts("company")) == [False]
    assert met("res-sse", Facts("")) == [False]
    assert met("", Facts("company")) == []


def test_a_plan_with_a_wrong_code_or_form_is_refused_by_name() -> None:
    text = 'integration_share = 30\nmost_years = 3\nlook_back_years = 3\nlegal_forms = ["guild"]\n'
    with pytest.raises(InputErrors, match="legal form"):
        reserving.parse(text)
    with pytest.raises(InputErrors, match="8 digits"):
        reserving.parse(text.replace('"guild"', '"mutual"') + '[services]\ncodes = ["85312110-3"]\n')


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def lots(kind: str, cpv: str = "85312110") -> list[LotTerms]:
    first = LotTerms("Coast towns", 100_000_000_000, [("HC-VISIT", 10_000)], floor=40_000_000_000)
    second = LotTerms("Islands", 60_000_000_000, [("HC-NIGHT", 5_000)], floor=20_000_000_000, reservation=kind, cpv=cpv)
    return [first, second]


def test_the_officer_is_told_which_condition_fails_before_publication(people: House) -> None:
    with at(START):
        wrong = terms(people, lots=lots("res-pub-ser", "45000000"), ends_on=dt.date(2030, 12, 31))
        tender = tenders.draft_tender(wrong, by=people.officer)
        failing = [row for row in advice.conditions(tender, START) if not row.is_met]
        assert [problem.where for problem in failing[0].problems] == ["lots.2.reservation", "lots.2.reservation"]
    with pytest.raises(InputErrors, match="3 years at most"), at(START):
        tenders.send_for_approval(tender, by=people.officer)
    with at(START):
        tenders.change_tender(tender, terms(people, lots=lots("res-pub-ser")), by=people.officer)
        tenders.send_for_approval(tender, by=people.officer)


def test_the_bidder_is_told_before_bidding_and_recorded_evidence_opens_the_lot(people: House) -> None:
    tender, coop = published(people, lots=lots("res-ws")), people.bidders[0]
    with pytest.raises(InputErrors, match="Not met: Evidence that integration"):
        drafted_bid(tender, coop, (2,))
    share = EvidenceTerms("integration", "Statutes, art. 2", LATER, "C-17", Decimal(3), Decimal(10), "heads", ON)
    with pytest.raises(InputErrors), at(START):
        participation.record_evidence(replace(share, certificate=""), by=coop)
    with at(START):
        participation.record_evidence(share, by=coop)
    assert drafted_bid(tender, coop, (2,)).draft
    with at(START):
        participation.record_evidence(replace(share, people=Decimal(29), total=Decimal(100)), by=coop)
    with at(CLOSES - dt.timedelta(days=1)):
        found = participation.conditions(tender, tender.lots[1], coop.organisation_id)
        assert [row.is_met for row in found] == [True, False]
    with pytest.raises(InputErrors, match="At least 30 %"), at(CLOSES - dt.timedelta(days=1)):
        bids.submit_bid(bids.queries.own_bid(tender, coop.organisation_id), by=coop)


def test_the_award_register_remembers_an_award_under_article_77(people: House) -> None:
    tender = awarded(people)
    lot = tender.lots[1]
    lot.reservation = "res-pub-ser"
    award = db.session.query(Award).filter_by(lot_id=lot.id).one()
    db.session.flush()
    winner = award.bid.organisation_id
    later = approved(people)
    assert participation.facts_of(winner, later, ON).last_award_on == award.decided_at.date()
    # Lots of one procedure do not bar each other.
    assert participation.facts_of(winner, tender, ON).last_award_on is None
    db.session.add(ServiceLine(code="other_line", name="Other", position=2))
    db.session.flush()
    later.service_line = "other_line"
    assert participation.facts_of(winner, later, ON).last_award_on is None
    db.session.rollback()


def test_a_company_is_barred_from_a_lot_reserved_by_legal_form(people: House) -> None:
    tender = published(people)
    with pytest.raises(InputErrors, match="Not met: Its legal form"):
        drafted_bid(tender, people.bidders[2], (2,))
