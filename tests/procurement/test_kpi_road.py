"""One promise from the bid to a deduction and back, with every number reckoned again by other code."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from claims.accepted import accepted_values
from claims.facts import PART
from claims.sent import ClaimInput, LineInput
from claims.services import submit
from core import audit, plan
from core.accounts.models import Account
from core.actors import Actor
from core.db import db, unit_of_work
from core.roles import Role
from members.models import Cover, Household, Member
from payments import ledger
from payments.models import Payable
from procurement.kpi.hooks import ContractSpan
from procurement.models.contract import Contract
from procurement.queries import tenders
from procurement.queries.contracts import contract_by_number
from procurement.services import award, contracts
from tests.accounts import account_with, actor_with
from tests.claims.builders import PLAN
from tests.procurement.tendering import CLOSES, SECRET_RATE, House, at, criteria, house, ranked
from tests.procurement.test_kpi_follow_up import PDF, file_of, journals, mails, on, rows, ticked

ZONE = ZoneInfo("Africa/Tunis")
DAY = dt.timedelta(days=1)
RATE = int(SECRET_RATE)
BENEFITS = PLAN.replace('code = "CON"', 'code = "HC-VISIT"').replace("2026-01-01", "2027-01-01")


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def contracted(people: House) -> Contract:
    """Unit 1 wins lot 1 with a promise of 90 per cent; both sides sign."""
    rows = [replace(row, catalogue="C6") if row.code == "C6" else row for row in criteria()]
    tender = ranked(people, criteria=rows)
    lot = tender.lots[0]
    with at(CLOSES + 6 * DAY):
        reasons = {row.bid.public_id: "Best." for row in tenders.results_of(lot)}
        proposal = award.propose_award(lot, reasons, by=people.officer)
    with at(CLOSES + 7 * DAY):
        award.decide_award(proposal, by=people.chair)
    with at(CLOSES + 30 * DAY):
        contract = award.contract_from_award(proposal, by=people.officer)
    for who in (people.bidders[0], people.officer):
        with at(CLOSES + 31 * DAY):
            contracts.sign(contract, by=who)
    found = contract_by_number(contract.number)
    assert found is not None
    return found


def cared(contract: Contract, *visits: tuple[str, int]) -> None:
    """Claims of (day, visits) sent and decided on the 10th of the next month."""
    with unit_of_work():
        version = plan.prepare(PART, BENEFITS, valid_from=dt.date(2027, 1, 1), by=actor_with(Role.PLAN_MANAGER))
        plan.approve(version, by=actor_with(Role.PLAN_MANAGER))
        db.session.add(Household(id=1, number="H-1", district="North", partition=7))
        db.session.flush()
        born = dt.date(1972, 1, 1)
        stamp = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
        db.session.add(Member(id=1, public_id="M4471", household_id=1, born_on=born, sex="f", created_at=stamp))
        db.session.flush()
        days = {"valid_from": dt.date(2027, 1, 1), "valid_until": dt.date(2028, 12, 31)}
        db.session.add(Cover(member_id=1, package="basic", basis="entered", created_at=stamp, **days))
    clerk = Actor(None, "clerk", "N. Zerbay", frozenset({Role.PROVIDER_CLERK}), contract.organisation_id)
    for day, count in visits:
        when = dt.datetime.fromisoformat(f"{day}T10:00:00+00:00") + 10 * DAY
        line = LineInput(1, "HC-VISIT", dt.date.fromisoformat(day), None, count * 1000, RATE, count * RATE)
        with on(when.date().isoformat()), unit_of_work():
            sent = ClaimInput(contract.organisation_id, f"A-{day}", "M4471", [line])
            assert submit(sent, by=clerk, at=when, zone=ZONE).decision.state == "adjudicated"


def signed_in(client: FlaskClient, account: Account) -> None:
    client.post("/logout")
    assert client.post(f"/demo/sign-in/{account.id}").status_code == 303


def test_a_promise_from_the_bid_to_a_deduction_and_back_after_a_won_objection(
    client: FlaskClient, people: House
) -> None:
    contract = contracted(people)
    (promise,) = contract.indicators
    kept = (promise.committed, promise.malus_rate, promise.malus_cap, promise.tolerance, promise.span, promise.period)
    assert kept == (90, 50, 2, 1, 45, "quarter")  # the bid, table `promises`, and `follow` of C6
    cared(contract, ("2027-01-04", 4), ("2027-03-31", 6), ("2027-04-01", 50))
    clerk = account_with(Role.PROVIDER_CLERK, organisation_id=contract.organisation_id)
    chief = account_with(Role.PROVIDER_MANAGER, organisation_id=contract.organisation_id)
    first, second = account_with(Role.PROCUREMENT_OFFICER), account_with(Role.PROCUREMENT_OFFICER)

    ticked("2027-04-01")
    (row,) = rows()
    page = f"/contracts/{contract.number}/promises/{row.id}"
    with on("2027-04-05"):
        signed_in(client, clerk)
        assert "Report Permanent contracts" in client.get("/today").text
        sent = client.post(f"{page}/report", data={"value": "88", "note": "One left.", "evidence": file_of()})
        assert sent.status_code == 303
    with on("2027-04-06"):
        signed_in(client, first)
        assert "Verify 1 report of a promise" in client.get("/today").text
        assert client.get(f"{page}/evidence").data == PDF
        assert client.post(f"{page}/verify", data={}).status_code == 303

    ticked("2027-05-14")
    assert rows()[0].state == "verified"  # claims of March may still come until the 15th
    ticked("2027-05-15")
    row = rows()[0]
    base = 10 * RATE  # 4 and 6 visits; those of April are of the next period
    cut = Fraction(50 * (90 - 88), 90)
    amount = -int((Decimal(base) * cut.numerator / cut.denominator / 100).quantize(Decimal(1), ROUND_HALF_UP))
    assert (row.state, row.base, str(row.percent), row.amount) == ("settled", base, "-1.1111", amount)
    assert amount == -791_495
    assert journals() == {f"kpi:{row.id}": [amount, -amount]}
    owed = db.session.execute(select(Payable).where(Payable.kind == "settlement")).scalar_one()
    assert (owed.amount, owed.subject, owed.due_on) == (amount, contract.number, dt.date(2027, 7, 29))
    assert mails()[-1] == f"Contract {contract.number}: Permanent contracts is settled"

    with on("2027-06-01"):
        signed_in(client, chief)
        shown = client.get(page).text
        figures = ("90 %", "88 %", "at most 2 %", "50 × 2 ÷ 90, at most 2", "−1.1111 %", "71,234.570", "791.495")
        for figure in figures:
            assert figure in shown, figure
        sent = client.post(f"{page}/object", data={"objection": "A list was old.", "objection_file": file_of()})
        assert sent.status_code == 303
    answer = {"decision": "uphold", "corrected_value": "89.5", "answer": "The right list says 89.5."}
    with on("2027-06-10"):
        signed_in(client, first)
        assert client.post(f"{page}/answer", data=answer).status_code == 403
        signed_in(client, second)
        assert "Answer 1 objection to a promise" in client.get("/today").text
        assert client.post(f"{page}/answer", data=answer | {"answer": " "}).status_code == 422
        assert client.post(f"{page}/answer", data=answer).status_code == 303
        assert client.post(f"{page}/answer", data=answer).status_code == 409
    row = rows()[0]
    assert (row.state, row.amount, row.corrected_amount, row.is_missed) == ("upheld", amount, 0, False)
    assert journals() == {f"kpi:{row.id}": [amount, -amount], f"kpi:{row.id}:objection": [-amount, amount]}
    payables = db.session.execute(select(Payable.amount, Payable.due_on).where(Payable.kind == "settlement")).all()
    assert [tuple(each) for each in payables] == [(amount, owed.due_on), (-amount, owed.due_on)]
    assert mails()[-1] == f"Contract {contract.number}: your objection is upheld"

    said = [entry.act for entry in audit.entries("contracts") if entry.act.startswith("contract.kpi")]
    assert said == [
        f"contract.kpi_{act}" for act in ("begun", "reported", "verified", "settled", "objected", "answered")
    ]
    assert not list(ledger.verify())
    assert not list(audit.verify_stored())


def test_the_accepted_value_is_of_the_contract_and_the_days_asked_for(people: House) -> None:
    contract = contracted(people)
    cared(contract, ("2027-01-04", 1), ("2027-03-31", 2), ("2027-04-01", 4))
    spans = [("2027-01-01", "2027-03-31"), ("2027-04-01", "2027-06-30"), ("2027-01-05", "2027-03-30")]
    asked = [
        ContractSpan(contract.id, contract.organisation_id, dt.date.fromisoformat(first), dt.date.fromisoformat(last))
        for first, last in spans
    ]
    assert accepted_values(asked) == [3 * RATE, 4 * RATE, 0]
    assert accepted_values([asked[0]._replace(contract_id=contract.id + 1)]) == [0]
    assert accepted_values([]) == []
