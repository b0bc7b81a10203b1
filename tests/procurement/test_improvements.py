"""Improvement plans: offered after three misses in a row, opened with dated measures, answered, reported on, closed."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from core import audit, clock, events
from core.db import db, unit_of_work
from core.errors import Conflict, Forbidden, InputErrors
from core.roles import Role
from core.states import IllegalStep
from procurement.models.contract import Contract
from procurement.models.improvement import ImprovementPlan
from procurement.services import improving
from procurement.services.improving import Measure
from procurement.services.kpi.settling import PLAN_DUE
from tests.accounts import account_with
from tests.procurement.builders import manager, officer
from tests.procurement.test_breaches import enter
from tests.procurement.test_contract_amendments import put_in_force, running
from tests.providers.builders import accredited, catalogue, today

DAY = dt.timedelta(days=1)


@pytest.fixture
def contract(app: Flask) -> Contract:
    catalogue()
    put_in_force("procurement")
    return running(accredited())


def opened(contract: Contract) -> ImprovementPlan:
    measures = [Measure("Train four carers.", today() + 20 * DAY), Measure("Publish the rota.", today() + 10 * DAY)]
    with unit_of_work():
        return improving.open_plan(contract, "Training fell short.", measures, by=officer())


def under_way(contract: Contract) -> ImprovementPlan:
    row = opened(contract)
    with unit_of_work():
        improving.answer_plan(row, "We will.", by=manager(contract.organisation_id))
    return row


def missed(contract: Contract, code: str = "C6") -> None:
    data = {"contract_id": contract.id, "organisation_id": contract.organisation_id, "code": code, "periods": [1, 2, 3]}
    with unit_of_work():
        events.publish(PLAN_DUE, contract.number, effective_from=today(), data=data)
    improving.listen()


def plans() -> list[ImprovementPlan]:
    return list(db.session.execute(sa.select(ImprovementPlan).order_by(ImprovementPlan.id)).scalars())


def test_three_misses_offer_one_plan_however_often_they_are_told(contract: Contract) -> None:
    missed(contract)
    missed(contract)
    improving.listen()
    missed(contract, "C11")
    assert [(row.cause, row.state, row.place) for row in plans()] == [("C6", "offered", 1), ("C11", "offered", 2)]
    with unit_of_work():
        improving.close_plan(plans()[0], "drop", "The staff list was late.", by=officer())
    missed(contract)
    assert [row.state for row in plans()] == ["dropped", "offered", "offered"]


def test_what_was_offered_is_opened_in_its_place(contract: Contract) -> None:
    missed(contract)
    (offered,) = plans()
    with unit_of_work():
        improving.open_plan(contract, "C6 fell.", [Measure("x", today())], by=officer(), offered=offered)
    assert [(row.cause, row.state) for row in plans()] == [("C6", "opened")]


def test_a_plan_is_answered_reported_on_and_met(contract: Contract) -> None:
    row = under_way(contract)
    for place in (1, 2):
        with unit_of_work():
            improving.report_measure(row, place, "Done on Monday.", by=manager(contract.organisation_id))
    with pytest.raises(Conflict, match="Nothing is to be reported"), unit_of_work():
        improving.report_measure(row, 1, "Again.", by=manager(contract.organisation_id))
    with unit_of_work():
        improving.close_plan(row, "find_met", "Seen on site.", by=officer())
    assert row.state == "met"
    with pytest.raises(IllegalStep), unit_of_work():
        improving.close_plan(row, "find_not_met", "x", by=officer())
    assert not list(audit.verify())


def test_nobody_finds_it_not_met_while_a_measure_has_time(contract: Contract) -> None:
    row = under_way(contract)
    with pytest.raises(Conflict, match="still has time"), unit_of_work():
        improving.close_plan(row, "find_not_met", "x", by=officer())
    with clock.frozen(clock.now() + 21 * DAY), unit_of_work():
        improving.close_plan(row, "find_not_met", "Nothing came.", by=officer())
    assert row.state == "not_met"


def test_each_side_keeps_to_its_own(contract: Contract) -> None:
    row = opened(contract)
    for who in (officer(), manager(accredited(2))):
        with pytest.raises(Forbidden), unit_of_work():
            improving.answer_plan(row, "x", by=who)
    theirs = manager(contract.organisation_id)
    with pytest.raises(Forbidden), unit_of_work():
        improving.close_plan(row, "find_met", "We are fine.", by=theirs)
    with pytest.raises(Forbidden), unit_of_work():
        improving.open_plan(contract, "x", [Measure("x", today())], by=theirs)


@pytest.mark.parametrize(
    ("reason", "measures", "where"),
    [
        (" ", [Measure("x", dt.date(2999, 1, 1))], "reason"),
        ("x", [], "text-1"),
        ("x", [Measure(" ", dt.date(2999, 1, 1))], "text-1"),
        ("x", [Measure("x", dt.date(2020, 1, 1))], "due-1"),
    ],
)
def test_a_plan_without_words_or_days_is_refused(
    contract: Contract, reason: str, measures: list[Measure], where: str
) -> None:
    with pytest.raises(InputErrors) as error, unit_of_work():
        improving.open_plan(contract, reason, measures, by=officer())
    assert [problem.where for problem in error.value.problems] == [where]
    assert plans() == []


def test_the_database_refuses_steps_beside_the_table(contract: Contract) -> None:
    opened(contract)
    for change in ("state = 'offered'", "state = 'met'", "reason = ''"):
        with pytest.raises(IntegrityError):
            db.session.execute(sa.text(f"UPDATE improvement_plan SET {change}"))
        db.session.rollback()


def test_from_the_offer_to_not_met_on_the_screen(client: FlaskClient, contract: Contract) -> None:
    missed(contract)
    fund, theirs = (
        account_with(Role.PROCUREMENT_OFFICER),
        account_with(Role.PROVIDER_MANAGER, organisation_id=contract.organisation_id),
    )
    base = f"/contracts/{contract.number}/improvements"
    enter(client, theirs)
    assert client.get(f"{base}/1").status_code == 404, "it is only offered to the fund"
    enter(client, fund)
    assert "Three misses in a row" in client.get("/today").text
    assert "The promise C6 was missed" in client.get(f"{base}/new?plan=1").text
    form = {"reason": "C6 fell.", "text-1": "Train four carers.", "due-1": today().isoformat()}
    wrong = client.post(f"{base}/new?plan=1", data=form | {"due-1": "soon"})
    assert wrong.status_code == 422
    assert "soon" in wrong.text
    assert client.post(f"{base}/new?plan=1", data=form).status_code == 303
    enter(client, theirs)
    assert "Answer the improvement plan" in client.get("/today").text
    assert client.post(f"{base}/1/provider", data={"answer": ""}).status_code == 422
    assert client.post(f"{base}/1/provider", data={"answer": "We will."}).status_code == 303
    assert client.post(f"{base}/1/provider", data={"measure": "1", "report-1": " "}).status_code == 422
    assert client.post(f"{base}/1/provider", data={"measure": "1", "report-1": "Two of four."}).status_code == 303
    assert client.post(f"{base}/1/officer", data={"action": "find_met"}).status_code == 403
    enter(client, fund)
    assert "Close the improvement plan" in client.get("/today").text
    assert client.post(f"{base}/1/officer", data={"action": "find_not_met"}).status_code == 422
    close = {"action": "find_not_met", "closing_reason": "Two are missing."}
    assert client.post(f"{base}/1/officer", data=close).status_code == 303
    assert "Report a breach" in client.get(f"{base}/1").text
    enter(client, account_with(Role.PROVIDER_MANAGER, organisation_id=accredited(2)))
    assert client.get(f"{base}/1").status_code == 404
    assert client.post(f"{base}/1/provider", data={"answer": "x"}).status_code == 404
