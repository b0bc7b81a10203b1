"""A member is paid like an organisation, by the random number alone; the name stands in the bank file only."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text

from core import audit, clock
from core.actors import Actor
from core.db import db, unit_of_work
from core.errors import Forbidden
from core.roles import Role
from payments import integrity, ledger, papers, services
from payments.models import Payable, PayeeAccount, Payment
from payments.payees import Payee
from payments.rails import Outcome
from payments.services import NewPayable, answers

AT = dt.datetime(2026, 7, 3, 9, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 7, 20)
ONE, OTHER = (Actor(None, name, name, frozenset({Role.FINANCE_OFFICER})) for name in ("one", "other"))
ELDER = Payee(member_id=34, member_number="K7H2M9PQXT")

pytestmark = pytest.mark.usefixtures("app")


def owe(amount: int, number: int = 1) -> None:
    line = {"line_no": 1, "service": "", "service_on": "2026-06-01", "asked": amount, "benefit": amount}
    summary = {"what": "cash", "lines": [line | {"member": 0, "write_off": 0, "reason": ""}] if amount > 0 else []}
    with unit_of_work():
        key = f"cash:34:2026-06:v{number}"
        row = NewPayable(
            key, "cash", None, "K7H2M9PQXT 2026-06", amount, AT.date(), AT.date(), "", summary, member=ELDER
        )
        assert services.post_payables([row], by=ONE) == 1
        assert services.post_payables([row], by=ONE) == 0


def account(number: str = "21655512345", *, is_first: bool = True) -> PayeeAccount:
    with unit_of_work(), clock.frozen(AT):
        row = services.set_account(ELDER, kind="wallet", number=number, holder="Basma Zarrouk", by=ONE)
        services.confirm_account(row, by=OTHER, on=AT.date(), is_first=is_first)
    return row


def paid(by: Actor = OTHER) -> Payment:
    with unit_of_work(), clock.frozen(AT):
        run = services.prepare_run(value_on=DAY, by=ONE)
        services.release_run(run.number, by=by)
    return db.session.execute(select(Payment)).scalar_one()


def test_a_member_is_paid_by_number_and_the_bank_alone_reads_the_name() -> None:
    owe(211_670)
    account()
    payment = paid()
    assert (payment.state, payment.amount, payment.payee_name) == ("sent", 211_670, "K7H2M9PQXT")
    assert b"Basma Zarrouk" in services.bank_file(payment.run)
    advice = papers.remittance(payment)
    assert advice.startswith(b"%PDF")
    said = " ".join(f"{row.subject} {row.after}" for row in db.session.execute(select(audit.AuditEntry)).scalars())
    assert "Basma" not in said
    assert not list(ledger.verify())
    assert not list(audit.verify())


def test_an_account_needs_a_second_person_and_a_changed_one_a_week() -> None:
    owe(1_000)
    with unit_of_work(), clock.frozen(AT):
        row = services.set_account(ELDER, kind="wallet", number="21655512345", holder="B", by=ONE)
    with pytest.raises(Forbidden, match="someone else"), unit_of_work():
        services.confirm_account(row, by=ONE, on=AT.date())
    with unit_of_work():
        run = services.prepare_run(value_on=DAY, by=ONE)
        assert [(each.state, each.note) for each in run.payments] == [
            ("blocked", "The account waits for a second person.")
        ]
        services.send_back_run(run.number, "wait", by=OTHER)
        services.confirm_account(row, by=OTHER, on=DAY)
        late = services.prepare_run(value_on=DAY, by=ONE)
        assert "it may be used from 2026-07-27" in late.payments[0].note


def test_what_was_paid_too_much_is_carried_against_the_next_month() -> None:
    owe(-400)
    account()
    with pytest.raises(Exception, match="Nothing is due"), unit_of_work():
        services.prepare_run(value_on=DAY, by=ONE)
    owe(1_000, 2)
    payment = paid()
    assert (payment.benefit, payment.recovered, payment.amount) == (1_000, -400, 600)
    assert papers.remittance(payment).startswith(b"%PDF")
    assert not list(ledger.verify())


def test_a_payment_that_comes_back_is_owed_again() -> None:
    owe(1_000)
    account()
    payment = paid()
    with unit_of_work():
        ledger.post([answers._settle(payment, Outcome.RETURNED, "closed", ONE, DAY)], by=ONE)
    assert not list(ledger.verify())
    assert db.session.execute(select(Payable.member_id)).scalar_one() == 34
    with unit_of_work():
        assert services.prepare_run(value_on=DAY, by=ONE).payments[0].amount == 1_000


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE payable SET amount = 1", "payable cash:34:2026-06:v1: it is not what its journal says"),
        ("UPDATE payable SET member_id = 35", "payable cash:34:2026-06:v1: it is not what its journal says"),
        ("UPDATE ledger_account SET member_id = 35 WHERE code = 'payable:m34'", "payable cash:34:2026-06:v1"),
    ],
    ids=["sum", "payee", "account"],
)
def test_a_changed_payable_of_a_member_is_not_what_its_journal_says(statement: str, reason: str) -> None:
    owe(211_670)
    assert not list(integrity.check())
    with unit_of_work():
        db.session.execute(text(statement))
    assert any(reason in f"{found.place}: {found.reason}" for found in integrity.check())
