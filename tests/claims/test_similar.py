"""A line much like another one waits for a reviewer, who sees both side by side (§7 of the note)."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient

from claims import reviewing, services
from claims.facts import PART
from claims.queries import records
from core import clock, plan
from core.db import unit_of_work
from core.errors import InputErrors
from core.roles import Role
from tests.accounts import sign_in
from tests.claims.builders import AT, CLERK, FIRST, OFFICER, PLAN, REVIEWER, ZONE, Fund, claim, line

NEAR = """
[review]
near_days = 2
near_services = ["CON"]
basis = "art. 12"
"""


@pytest.fixture
def near(fund: Fund) -> Fund:
    with unit_of_work():
        text = PLAN.replace('"2026-1"', '"2026-2"') + NEAR
        plan.approve(plan.prepare(PART, text, valid_from=FIRST, by=CLERK), by=OFFICER)
    return fund


def send(fund: Fund, number: str, day: int, quantity: int = 1, organisation: int = 0):
    with clock.frozen(AT), unit_of_work():
        sent = claim(fund, number, line(on=dt.date(2026, 11, day), quantity=quantity), organisation=organisation)
        return services.submit(sent, by=CLERK, at=AT, zone=ZONE)


def test_other_quantity_near_day_and_other_provider_wait_and_what_is_further_is_paid(near: Fund) -> None:
    first = send(near, "A-1", 3)
    answers = [send(near, "A-2", 3, quantity=2), send(near, "A-3", 5), send(near, "B-1", 3, organisation=near.green)]
    answers += [send(near, "A-4", 8), send(near, "B-2", 9, organisation=near.green)]
    assert [answer.state for answer in answers] == ["pended"] * 3 + ["adjudicated"] * 2
    found = answers[0].decision.lines[0].findings[-1]
    assert (found.code, found.part, found.parameters["claim"]) == ("REV-01", "similar", first.number)
    assert answers[2].decision.lines[0].findings[-1].part == "elsewhere"


def test_the_reviewer_sees_both_and_lets_one_pass_for_good(near: Fund, client: FlaskClient) -> None:
    first, second = send(near, "A-1", 3), send(near, "B-1", 3, organisation=near.green)
    with clock.frozen(AT):
        sign_in(client, Role.CLAIMS_REVIEWER)
        page = client.get(f"/claims/review/decide?number={second.number}").text
        assert "Side by side: Consultation" in page
        for words in (first.number, second.number, "Blue Door Home Care", "Green Yard"):
            assert words in page, words
        with unit_of_work():
            reviewing.accept([second.number], reason="Two doctors", by=REVIEWER, at=AT, zone=ZONE)
        assert records.claim_by_number(second.number)[1].benefit == 8_000


def test_another_provider_reads_neither_the_claim_nor_whose_it_was(near: Fund, client: FlaskClient) -> None:
    first, second = send(near, "A-1", 3), send(near, "B-1", 3, organisation=near.green)
    with clock.frozen(AT):
        sign_in(client, Role.PROVIDER_CLERK, organisation_id=near.green)
        page = client.get(f"/claims/{second.number}/lines/1").text
    assert "Another service on 3 November 2026 may be the same." in page
    assert first.number not in page
    assert "Blue Door" not in page


def test_a_plan_that_compares_a_service_it_does_not_have_is_refused(fund: Fund) -> None:
    with pytest.raises(InputErrors) as refused:
        plan.prepare(PART, PLAN + NEAR.replace("CON", "XXX"), valid_from=FIRST, by=CLERK)
    assert refused.value.problems[0].found == "XXX"


def test_claims_sent_together_come_out_as_one_by_one(near: Fund) -> None:
    """The third is near the second, which waits itself."""
    days = (3, 5, 7, 10)
    sent = [claim(near, f"A-{day}", line(on=dt.date(2026, 11, day))) for day in days]
    with clock.frozen(AT):
        together = services.dry_run_many(sent, by=OFFICER, at=AT, zone=ZONE)
    assert [each.state for each in together] == [send(near, f"A-{day}", day).state for day in days]
    assert [each.state for each in together] == ["adjudicated", "pended", "pended", "adjudicated"]
