"""Before the draft: a need, talks with the market, a second person's yes, then one tender."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.db import db
from core.errors import DomainError, Forbidden, InputErrors
from procurement.models.planning import PurchasePlan
from procurement.queries import planning as queries
from procurement.services import planning
from procurement.services.planning import ConsultationTerms, PlanTerms
from tests.procurement.tendering import START, House, at, house, published, terms
from tests.procurement.test_tender_pages import browsing, form, ok

TALK = ConsultationTerms(dt.date(2026, 2, 20), "Unit 1, Unit 2", "Could you go to the islands?", "With a boat, yes.")


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def noted(people: House, **changes: object) -> PurchasePlan:
    values: dict[str, object] = {
        "title": "Home care, islands", "service_line": "home_care", "need": "40 members wait.", "budget": 1_000,
        "wanted_on": dt.date(2027, 1, 1), "lot_strategy": "One for each island.", "conflicts": "None was declared.",
    }  # fmt: skip
    with at(START):
        return planning.note_need(PlanTerms(**{**values, **changes}), by=people.officer)  # type: ignore[arg-type]


def test_a_plan_goes_from_need_to_draft_by_two_persons(people: House) -> None:
    plan = noted(people)
    with at(START):
        planning.record_consultation(plan, TALK, by=people.officer)
    with pytest.raises(Forbidden), at(START):
        planning.approve_plan(plan, by=people.officer)
    with at(START):
        planning.approve_plan(plan, by=people.second)
        tender = planning.draft_from(plan, terms(people), by=people.officer)
    assert (plan.state, plan.consultations[0].said) == ("drafted", "With a boat, yes.")
    assert queries.plan_of(tender) is plan
    with pytest.raises(DomainError), at(START):
        planning.draft_from(plan, terms(people), by=people.officer)


@pytest.mark.parametrize("missing", ["lot_strategy", "conflicts"])
def test_no_plan_is_approved_without_division_and_interests(people: House, missing: str) -> None:
    plan = noted(people, **{missing: " "})
    with pytest.raises(InputErrors) as refused, at(START):
        planning.approve_plan(plan, by=people.second)
    assert [problem.where for problem in refused.value.problems] == [missing]


@pytest.mark.parametrize(("field", "value"), [("title", ""), ("need", " "), ("budget", 0)])
def test_a_need_says_what_how_much_and_why(people: House, field: str, value: object) -> None:
    with pytest.raises(InputErrors) as refused:
        noted(people, **{field: value})
    assert [problem.where for problem in refused.value.problems] == [field]


def test_an_unapproved_plan_is_not_drafted_and_a_dropped_one_says_why(people: House) -> None:
    plan = noted(people)
    with pytest.raises(DomainError, match="not possible now"), at(START):
        planning.draft_from(plan, terms(people), by=people.officer)
    with at(START):
        planning.drop_plan(plan, reason="The budget was cut.", by=people.officer)
    assert (plan.state, plan.ended_reason) == ("dropped", "The budget was cut.")


def test_a_plan_in_the_browser_ends_as_a_filled_draft(client: FlaskClient, people: House) -> None:
    data = {"title": "Islands", "service_line": "home_care", "budget": "1000.000", "wanted_on": "2027-01-01",
            "need": "40 members wait.", "lot_strategy": "By island.", "conflicts": "None."}  # fmt: skip
    with browsing(client, people.officer, START) as browser:
        wrong = browser.post("/tenders/plans/new", data={**data, "budget": "much"})
        assert wrong.status_code == 422
        assert "40 members wait." in wrong.get_data(as_text=True)
        url = browser.post("/tenders/plans/new", data=data).headers["Location"]
        ok(browser.get(f"{url}/edit"))
        ok(browser.post(url, data={"held_on": "2026-02-20", "participants": "Unit 1", "asked": "A?", "said": "B."}))
        number = url.rsplit("/", 1)[1]
        assert number in ok(browser.get("/tenders/plans"))
    with browsing(client, people.second, START) as browser:
        assert f"Approve {number}" in ok(browser.get("/today"))
        ok(browser.post(url, data={"answer": "approve"}))
    with browsing(client, people.officer, START) as browser:
        page = ok(browser.get(f"/tenders/new?plan={number}"))
        assert 'value="Islands"' in page
        assert 'value="2027-01-01"' in page
        ok(browser.post("/tenders/new", data=form(people, answer="save", plan=number)))
        assert "See the tender" in ok(browser.get(url))
    assert queries.plan_by_number(number).state == "drafted"


def test_what_was_said_to_the_market_before_stands_on_the_public_notice(client: FlaskClient, people: House) -> None:
    plan, tender = noted(people), published(people)
    with at(START):
        planning.record_consultation(plan, TALK, by=people.officer)
    plan.tender_id = tender.id
    db.session.commit()
    text = ok(client.get(f"/public/tenders/{tender.number}"))
    assert "Could you go to the islands?" in text
    assert "With a boat, yes." in text
