"""A bank account is changed and used on the same day: it is not. The one before pays, or money waits."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core import plan
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.outbox import OutboxMessage
from core.roles import Role
from payments.models import Payment
from payments.services import NewPayable, post_payables, prepare_run
from providers.plan import PART
from tests.accounts import actor_with, sign_in
from tests.claims.builders import Fund
from tests.doors.register import FOURTEENTH, NUMBER, TEXT

PAGE = f"/providers/{NUMBER}/account"
OLD = {"kind": "iban", "number": "DE89 3704 0044 0532 0130 00", "holder": "Blue Door", "bank": ""}
NEW = OLD | {"number": "FR76 3000 6000 0112 3456 7890 189"}


def entered(client: FlaskClient, fund: Fund, form: dict[str, str]) -> None:
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund.blue)
    answer = client.post(PAGE, data=form)
    assert answer.status_code == 303, answer.text
    client.post("/logout")


def answered(client: FlaskClient, verb: str, **form: str) -> int:
    sign_in(client, Role.FINANCE_OFFICER)
    status = client.post(f"{PAGE}/{verb}", data=form).status_code
    client.post("/logout")
    return status


def paid_to(fund: Fund, key: str, on: dt.date) -> tuple[str, str]:
    """State of the payment of a run of that day, and the end of the account it goes to."""
    with unit_of_work():
        owed = NewPayable(key, "claim", fund.blue, f"2026-11-{key}", 5_000, on, on, "health", {"lines": []})
        post_payables([owed], by=SYSTEM)
        run = prepare_run(value_on=on, by=actor_with(Role.FINANCE_OFFICER))
        query = select(Payment).where(Payment.run_id == run.id)
        row = db.session.execute(query).scalar_one()
        return row.state, row.account.last_four if row.account else ""


def test_changed_and_used_on_the_same_day_the_account_before_pays(fund: Fund, client: FlaskClient) -> None:
    today = FOURTEENTH.date()
    entered(client, fund, OLD)
    assert answered(client, "confirm") == 303
    assert paid_to(fund, "a", today) == ("ready", "3000")
    entered(client, fund, NEW)
    assert paid_to(fund, "b", today) == ("ready", "3000")
    assert answered(client, "confirm") == 303
    assert paid_to(fund, "c", today) == ("ready", "3000")
    assert paid_to(fund, "d", today + dt.timedelta(days=6)) == ("ready", "3000")
    assert paid_to(fund, "e", today + dt.timedelta(days=7)) == ("ready", "0189")


def test_where_the_plan_says_hold_money_waits_for_the_cool_off(fund: Fund, client: FlaskClient) -> None:
    today = FOURTEENTH.date()
    with unit_of_work():
        text = TEXT.read_text().replace('"previous"\n', '"hold"\n').replace("cool_off_days = 7", "cool_off_days = 3")
        version = plan.prepare(PART, text, valid_from=dt.date(2026, 1, 1), by=actor_with(Role.PLAN_MANAGER))
        plan.approve(version, by=actor_with(Role.PLAN_MANAGER))
    entered(client, fund, OLD)
    assert answered(client, "confirm") == 303
    entered(client, fund, NEW)
    assert paid_to(fund, "a", today)[0] == "blocked"
    assert answered(client, "confirm") == 303
    assert paid_to(fund, "b", today + dt.timedelta(days=3)) == ("ready", "0189")


def test_a_refused_change_leaves_the_account_before_and_both_are_told(fund: Fund, client: FlaskClient) -> None:
    entered(client, fund, OLD)
    assert answered(client, "confirm") == 303
    entered(client, fund, NEW)
    assert answered(client, "refuse", reason="") == 422
    assert answered(client, "refuse", reason="The cooperative knows nothing of it.") == 303
    assert paid_to(fund, "a", FOURTEENTH.date()) == ("ready", "3000")
    mails = db.session.execute(select(OutboxMessage).where(OutboxMessage.purpose == "account")).scalars()
    assert [mail.arguments["subject"] for mail in mails] == [
        "A new bank account was entered", "Your new bank account is confirmed", "A new bank account was entered",
        "Your new bank account is refused",
    ]  # fmt: skip


def test_a_wrong_iban_says_so_and_keeps_what_was_typed(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund.blue)
    answer = client.post(PAGE, data=OLD | {"number": "DE88 3704 0044 0532 0130 00"})
    assert answer.status_code == 422
    assert "is not a valid IBAN" in answer.text
    assert "DE88 3704 0044 0532 0130 00" in answer.text
    assert client.get("/providers/P-2026-002/account").status_code == 404
    assert client.post(f"{PAGE}/confirm").status_code == 403


@pytest.mark.parametrize(("role", "status"), [(Role.REGISTRAR, 404), (Role.AUDITOR, 404), (Role.FINANCE_OFFICER, 200)])
def test_the_account_is_shown_to_finance_alone(fund: Fund, client: FlaskClient, role: Role, status: int) -> None:
    sign_in(client, role)
    assert client.get(PAGE).status_code == status
