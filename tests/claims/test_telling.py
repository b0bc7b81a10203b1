"""Members are told that a claim was decided or cash was paid: a link and no more, once, unless they want nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from claims import services
from claims.facts import PART
from claims.telling import services as telling
from core import clock, events, plan
from core.accounts.models import Account, Assignment
from core.codes import Service
from core.db import db, unit_of_work
from core.outbox import OutboxMessage
from core.roles import Role
from procurement.models.contract import Contract, ContractLine
from tests.accounts import account_with
from tests.claims.builders import AT, CLERK, FIRST, LAST, OFFICER, PLAN, ZONE, Fund, claim, line

QUIET = """
[[services]]
code = "QUIET"
line = "health"
name = "Quiet yellow bird"
unit = "each"
share = 2000
is_restricted = true
basis = "art. 9"
"""


@pytest.fixture(autouse=True)
def november():
    with clock.frozen(AT):
        yield


def member_account(scope: str = "M4471", locale: str = "en", role: Role = Role.MEMBER) -> Account:
    account = account_with(role)
    with unit_of_work():
        db.session.execute(update(Assignment).where(Assignment.account_id == account.id).values(scope=scope))
        db.session.execute(update(Account).where(Account.id == account.id).values(locale=locale))
    return account


def sent(fund: Fund, number: str, on: int = 3, **more) -> str:
    with unit_of_work():
        return services.submit(
            claim(fund, number, line(on=dt.date(2026, 11, on)), **more), by=CLERK, at=AT, zone=ZONE
        ).number


def messages() -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.purpose.in_(("claim_decided", "cash_paid")))
    return list(db.session.execute(query.order_by(OutboxMessage.id)).scalars())


def test_a_member_is_told_once_with_a_link_and_nothing_about_the_care(fund: Fund) -> None:
    account = member_account()
    other = member_account("M4472")
    number = sent(fund, "A-1")
    telling.tell()
    telling.tell()
    (message,) = messages()
    assert (message.account_id, message.address, message.state) == (account.id, account.email, "queued")
    assert message.account_id != other.id
    assert message.arguments["subject"] == "One of your claims was decided"
    assert f"/claims/{number}" in message.arguments["body"]
    assert "CON" not in str(message.arguments)
    assert "Consultation" not in str(message.arguments)


def test_several_decisions_make_one_message_and_no_more_statements_than_one(fund: Fund) -> None:
    member_account()
    member_account(role=Role.REPRESENTATIVE)
    telling.tell()
    sent(fund, "A-1")
    one = statements()
    for n in range(2, 12):
        sent(fund, f"A-{n}", on=n + 2)
    many = statements()
    assert many <= one
    assert len(messages()) == 4
    assert messages()[-1].arguments["subject"] == "10 of your claims were decided"


def statements() -> int:
    said: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        telling.tell()
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(said)


def test_of_restricted_care_not_even_the_claim_is_named(fund: Fund) -> None:
    member_account()
    with unit_of_work():
        version = plan.prepare(PART, PLAN.replace('"2026-1"', '"2026-2"') + QUIET, valid_from=FIRST, by=CLERK)
        plan.approve(version, by=OFFICER)
        db.session.add(Service(code="QUIET", service_line="health", name="Quiet", unit="each", is_restricted=True))
        db.session.flush()
        for contract_id in db.session.execute(select(Contract.id)).scalars():
            row = ContractLine(contract_id=contract_id, service="QUIET", rate=9_000, valid_from=FIRST, valid_until=LAST)
            db.session.add(row)
    with unit_of_work():
        number = services.submit(claim(fund, "A-1", line("QUIET")), by=CLERK, at=AT, zone=ZONE).number
    telling.tell()
    (message,) = messages()
    text = str(message.arguments)
    assert "/claims" in text
    for secret in (number, "QUIET", "Quiet", "health", "restricted"):
        assert secret not in text


def test_who_wants_no_message_gets_none_and_says_so_on_the_own_page(client: FlaskClient, fund: Fund) -> None:
    account = member_account()
    client.post(f"/demo/sign-in/{account.id}")
    assert "Send me nothing" in client.get("/account").text
    assert client.post("/account/messages", data={"messages": "perhaps"}).status_code == 422
    assert client.post("/account/messages", data={"messages": "no"}).status_code == 303
    sent(fund, "A-1")
    telling.tell()
    assert messages() == []
    client.post("/account/messages", data={"messages": "yes"})
    sent(fund, "A-2", on=5)
    telling.tell()
    assert len(messages()) == 1


def interrupted(fund: Fund) -> None:
    with unit_of_work():
        services.submit(claim(fund, "A-1"), by=CLERK, at=AT, zone=ZONE)
        raise ZeroDivisionError


def test_a_decision_that_is_taken_back_tells_nobody(fund: Fund) -> None:
    member_account()
    with pytest.raises(ZeroDivisionError):
        interrupted(fund)
    telling.tell()
    assert messages() == []


def test_cash_that_the_bank_confirmed_is_told_without_its_sum(fund: Fund) -> None:
    account = member_account()
    with unit_of_work():
        events.publish("payments.members_paid", "answer", effective_from=FIRST, data={"member_ids": [1]})
    telling.tell()
    telling.tell()
    (message,) = messages()
    assert (message.account_id, message.purpose) == (account.id, "cash_paid")
    assert message.arguments["subject"] == "Your cash was paid"
    assert "/claims/cash" in message.arguments["body"]
