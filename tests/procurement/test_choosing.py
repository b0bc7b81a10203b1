"""From the draft form to the letter: minimums, gates, the best N, low prices, kept averages, ties by sealed facts."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.errors import DomainError, InputErrors
from procurement import choosing_words, flag_words, noting, tie_words
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.scoring.low_price import LowPriceRule
from procurement.scoring.ties import DEFAULT_LADDER
from procurement.services import bids, evaluation
from procurement.workforce import asked, evidence, problems
from tests.procurement.tendering import (
    CLOSES,
    START,
    House,
    at,
    criteria,
    drafted_bid,
    house,
    opened,
    published,
    scored,
    secure,
    sent_bid,
)
from tests.procurement.test_tender_pages import browsing, form, ok

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
D = Decimal
LADDER = ("disabled_or_excluded", "temporary", "women")


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def count(at_deadline: str, twelve_months: str, evidence: str = "List 2026-03") -> dict[str, str]:
    return {"at_deadline": at_deadline, "twelve_months": twelve_months, "evidence": evidence}


def equal_bids(tender: Tender, people: House, *facts: dict[str, dict[str, str]] | None) -> None:
    """Bids that are equal in everything but their sealed facts, up to the opened prices."""
    for who, typed in zip(people.bidders, facts, strict=False):
        bid = drafted_bid(tender, who)
        with at(CLOSES - DAY):
            secure(bid, who)
            bids.save_draft(bid, by=who, workforce=typed)
            bids.submit_bid(bid, by=who)
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 4, "Unit 3": 4}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)


def ranked_names(tender: Tender) -> list[str]:
    rows = sorted((row for row in queries.results_of(tender.lots[0]) if row.rank), key=lambda row: row.rank or 0)
    return [row.bid.organisation.name for row in rows]


def test_a_tie_is_broken_by_sealed_facts_and_a_hire_of_the_last_day_wins_nothing(people: House) -> None:
    tender = published(people, tie_ladder=LADDER)
    hired_late = {"workers": count("40", "40"), "disabled_or_excluded": count("20", "2")}
    steady = {"workers": count("50", "50"), "disabled_or_excluded": count("5", "5")}
    equal_bids(tender, people, hired_late, steady)
    with at(CLOSES + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    assert ranked_names(tender) == ["Unit 2", "Unit 1"]
    row = queries.results_of(tender.lots[0])[0]
    names = {other.bid.public_id: other.bid.organisation.name for other in queries.results_of(tender.lots[0])}
    text = tie_words.told(row, names)[0]
    assert "Higher share of workers with a disability" in text
    assert "Unit 2 10.00 %" in text
    assert "Unit 1 under 5 people" in text, "two people on average: the share would tell of them"


def test_who_proves_nothing_comes_last_and_what_is_left_is_drawn(people: House) -> None:
    tender = published(people, tie_ladder=("women",))
    equal_bids(tender, people, None, {"workers": count("50", "50"), "women": count("5", "5")})
    with at(CLOSES + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    assert ranked_names(tender) == ["Unit 2", "Unit 1"]


def test_without_facts_on_the_default_ladder_the_draw_must_be_made(people: House) -> None:
    tender = published(people)
    assert tender.tie_ladder == list(DEFAULT_LADDER)
    equal_bids(tender, people, None, None)
    with pytest.raises(DomainError, match="still equal"), at(CLOSES + 3 * DAY):
        evaluation.rank(tender, by=people.chair)


@pytest.mark.parametrize(
    ("typed", "where"),
    [({"women": count("x", "1")}, "women.at_deadline"), ({"women": count("1", "1", "")}, "women.evidence"),
     ({"women": count("5", "5")}, "workers.at_deadline"),
     ({"workers": count("9", "9"), "women": count("10", "9")}, "women.at_deadline"),
     ({"women": count("-1", "1")}, "women.at_deadline")],
)  # fmt: skip
def test_facts_that_cannot_be_right_are_said_at_their_field(typed: dict[str, dict[str, str]], where: str) -> None:
    assert where in [problem.where for problem in problems(typed)]


def test_an_empty_row_is_allowed_and_only_what_the_ladder_needs_is_asked() -> None:
    assert problems({"workers": count("", "", ""), "women": count("", "", "")}) == []
    assert asked(("quality", "price")) == ()
    assert asked(("disabled_permanent",)) == ("workers", "disabled_or_excluded", "disabled_permanent")
    third = evidence({"workers": count("3", "3"), "women": count("1", "1")}, "women")
    assert third is not None
    assert third.at_deadline == D("33.33")


def test_only_the_best_pass_to_the_price_and_equals_pass_together(people: House) -> None:
    tender = published(people, most_to_price=1)
    sent = [sent_bid(tender, who) for who in people.bidders]
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 4, "Unit 3": 3}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    assert [bool(bid.content("price")) for bid in sent] == [True, True, False]
    why = queries.result_of(tender.lots[0], sent[2].public_id).excluded_reason
    assert "Not among the 1 best: 37.67 points; the last that passed has 44.67." in why


def test_minimums_of_a_criterion_and_of_the_social_block_hold_before_the_best_are_counted(people: House) -> None:
    rows = criteria()
    tender = published(people, criteria=[rows[0], replace(rows[1], minimum=D(21)), rows[2]], social_minimum=D(10),
                       most_to_price=1)  # fmt: skip
    weak_plan = sent_bid(tender, people.bidders[0], promise="95")
    weak_jobs = sent_bid(tender, people.bidders[1], promise="60")
    good = sent_bid(tender, people.bidders[2], promise="70")
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 2, "Unit 2": 5, "Unit 3": 3}, CLOSES + DAY)
    assert [bid.state for bid in (weak_plan, weak_jobs, good)] == ["below_minimum", "below_minimum", "opened"]
    assert weak_plan.fell_short == "Care quality: 14.00 points, at least 21 are needed."
    assert weak_jobs.fell_short == "Social: 5.56 points, at least 10 are needed."


def test_a_promise_on_the_wrong_side_of_a_gate_cannot_be_sealed_and_does_not_pass(people: House) -> None:
    rows = criteria()
    gated = [*rows[:2], replace(rows[2], gate=D(55))]
    tender = published(people, criteria=gated)
    bid = drafted_bid(tender, people.bidders[0], promise="54")
    with pytest.raises(InputErrors, match="the bound is 55"), at(CLOSES - DAY):
        bids.submit_bid(bid, by=people.bidders[0])
    good = sent_bid(tender, people.bidders[1], promise="55")
    opened(tender, people, "quality", CLOSES + HOUR)
    part = next(part for part in good.parts if part.envelope == "quality" and part.document == 0)
    with at(CLOSES + HOUR):  # as an envelope sealed offline could say
        part.content = {**dict(part.content or {}), "promises": {"C6": "54"}}
    scored(tender, people, {"Unit 2": 4}, CLOSES + DAY)
    assert good.fell_short == "Permanent contracts: 54 promised, the bound is 55."


def test_renormalised_points_are_announced_and_come_after_the_minimums(people: House) -> None:
    tender = published(people, is_renormalised=True, quality_minimum=D(21))
    sent = [sent_bid(tender, who) for who in people.bidders]
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 3, "Unit 3": 2}, CLOSES + DAY)
    assert sent[2].state == "below_minimum", "14 of 35, although renormalised it would have 17.50"
    opened(tender, people, "price", CLOSES + 2 * DAY)
    points = [queries.result_of(tender.lots[0], bid.public_id).sheet["Q1"]["points"] for bid in sent]
    assert points == ["35.00", "26.25", "14.00"]
    assert "Renormalised" in dict(choosing_words.told(tender))


@pytest.mark.parametrize(("frozen", "points"), [(True, "20.00"), (False, "40.00")])
def test_averages_move_with_a_rejected_price_unless_they_stay_as_at_admission(
    people: House, frozen: bool, points: str
) -> None:
    tender = published(people, price_formula="ratio", are_averages_frozen=frozen, labour_floor=None)
    low, dear = (
        sent_bid(tender, who, rate=rate) for who, rate in zip(people.bidders, ("4000000", "8000000"), strict=False)
    )
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 3}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    lot = tender.lots[0]
    flagged = queries.result_of(lot, low.public_id)
    assert [flag["detector"] for flag in flagged.flags] == ["ua_prozorro"]
    flagged.flag_decision, flagged.flag_reason = "rejected", "Not explained."
    with at(CLOSES + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    row = queries.result_of(lot, dear.public_id)
    assert row.sheet["PRICE"]["points"] == points
    assert row.total == sum(D(value["points"]) for value in row.sheet.values())


def test_the_labour_floor_comes_first_and_each_flag_says_its_figures(people: House) -> None:
    rules = [LowPriceRule("es_art85", {"alone": D(25), "pair": D(20), "mean": D(10), "budget": D(25)}),
             LowPriceRule("bg_20", {"others": D(20), "least": D(3)})]  # fmt: skip
    tender = published(people, low_price_rules=rules)
    low, *_others = (
        sent_bid(tender, who, rate=rate)
        for who, rate in zip(people.bidders, ("3900000", "9000000", "9500000"), strict=True)
    )
    opened(tender, people, "quality", CLOSES + HOUR)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 3, "Unit 3": 3}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    flags = queries.result_of(tender.lots[0], low.public_id).flags
    assert [flag["detector"] for flag in flags] == ["labour_floor", "es_art85", "bg_20"]
    said = [flag_words.said(flag) for flag in flags]
    assert said[0].startswith("3900.000 ")
    assert "lies under the floor of 4000.000" in said[0]
    assert "lies under the limit of 75000000.000" in said[1], "three bids: in any case a quarter under the budget"
    assert "mean 92500000.000" in said[2]


def test_what_is_published_of_choosing_survives_notice_and_change(people: House) -> None:
    rule = LowPriceRule("es_art85", {"alone": D(25), "pair": D(20), "mean": D(10), "budget": D(25)}, is_in_points=True)
    changes = {"tie_ladder": ("women", "price"), "low_price_rules": [rule], "social_minimum": D(8), "most_to_price": 4,
               "is_renormalised": True, "are_averages_frozen": True}  # fmt: skip
    tender = published(people, **changes)
    stored = json.loads(json.dumps(noting.noted(noting.terms_of(tender))))
    again = noting.read(stored)
    assert (again.tie_ladder, again.low_price_rules, again.most_to_price) == (["women", "price"], [rule], 4)
    assert (again.social_minimum, again.is_renormalised, again.are_averages_frozen) == (D(8), True, True)
    changed = noting.changes(stored, noting.noted(replace(again, tie_ladder=("price",), low_price_rules=[])))
    assert [row["where"] for row in changed] == ["tie_ladder", "low_price_rules"]
    words = dict(choosing_words.told(tender))
    assert "1. Higher share of women; 2. Lower price; 3. a draw" in words["Equal points"]
    assert "10 points of discount" in words["Low prices"]


TYPED = {
    "ladder.1": "women", "ladder.2": "price", "low_price": "es_art85", "low.es_art85.mean": "12",
    "low.es_art85.in_points": "yes", "social_minimum": "8", "most_to_price": "4", "is_renormalised": "yes",
    "are_averages_frozen": "yes", "criteria.2.minimum": "15", "criteria.3.gate": "55", "performance": "C13",
}  # fmt: skip


def test_the_form_offers_the_default_ladder_keeps_what_is_typed_and_shows_it(
    client: FlaskClient, people: House
) -> None:
    with browsing(client, people.officer, START) as browser:
        empty = browser.get("/tenders/new").text
        assert 'value="disabled_or_excluded" selected' in empty
        assert "The weight of social criteria is at least 10 of 100." in empty
        wrong = browser.post("/tenders/new", data=form(people, **{**TYPED, "ladder.2": "women", "most_to_price": "0"}))
        assert wrong.status_code == 422
        assert "Choose each step once." in wrong.text
        assert "At least one bid must be able to pass." in wrong.text
        assert 'value="12"' in wrong.text
        ok(browser.post("/tenders/new", data=form(people, **TYPED)))
        tender = queries.all_tenders()[0]
        shown = ok(browser.get(f"/tenders/{tender.number}/edit"))
        page = ok(browser.get(f"/tenders/{tender.number}"))
    assert (tender.tie_ladder, tender.most_to_price, tender.social_minimum) == (["women", "price"], 4, 8)
    rule = tender.low_price_rules[0]
    assert (rule["code"], rule["numbers"]["mean"], rule["is_in_points"]) == ("es_art85", "12", True)
    assert (tender.criteria[1].minimum, tender.criteria[2].gate) == (15, 55)
    assert [row["code"] for row in tender.performance] == ["C13"]
    assert 'value="women" selected' in shown
    assert 'value="55"' in shown
    for text in ("Higher share of women", "12 points of discount", "the 4 best", "at least 55 must be promised"):
        assert text in page


def test_a_clerk_gives_facts_on_one_page_and_hears_what_is_wrong(client: FlaskClient, people: House) -> None:
    tender = published(people, tie_ladder=LADDER)
    bid = drafted_bid(tender, people.bidders[0])
    page = f"/tenders/{tender.number}/bid/workforce"
    facts = {"workers.at_deadline": "40", "workers.twelve_months": "38.5", "workers.evidence": "List 2026-03",
             "women.at_deadline": "30", "women.twelve_months": "28", "women.evidence": ""}  # fmt: skip
    with browsing(client, people.bidders[0], CLOSES - 2 * DAY) as browser:
        assert "Facts that break a tie" in ok(browser.get(f"/tenders/{tender.number}/bid"))
        wrong = browser.post(page, data=facts)
        assert wrong.status_code == 422
        assert "without it the figure does not count" in wrong.text
        assert 'value="38.5"' in wrong.text
        ok(browser.post(page, data={**facts, "women.evidence": "List 2026-03"}))
        assert 'value="38.5"' in ok(browser.get(page))
    with at(CLOSES - 2 * DAY):
        kept = bids.read_draft(bid, by=people.bidders[0]).workforce
    assert kept is not None
    assert kept["women"] == count("30", "28")
