"""Payables, runs by two people, the ledger that follows, and what a stranger sees."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

import pytest
from sqlalchemy import text

from core import clock
from core.actors import SYSTEM, Actor
from core.audit import canonical
from core.db import db, unit_of_work
from core.errors import Conflict, DomainError, Forbidden
from core.organisations import Organisation
from core.roles import Role
from payments import integrity, ledger, queries, services
from payments.services import NewPayable
from tests.accounts import actor_with, sign_in
from tests.tampering import unguarded

DAY = dt.date(2026, 11, 20)


def organisation(name: str, number: int) -> int:
    row = Organisation(
        number=f"O-{number}",
        name=name,
        legal_form="cooperative",
        register_scheme="tz.reg",
        register_number=str(number),
        district="Salt Coast",
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def owed(organisation_id: int, key: str, amount: int, kind: str = "claim") -> NewPayable:
    summary = {
        "lines": [
            {
                "service": "Home visit",
                "service_on": "2026-10-01",
                "asked": amount,
                "benefit": amount,
                "member": 0,
                "write_off": 0,
            }
        ]
    }
    return NewPayable(key, kind, organisation_id, f"2026-10-{key}", amount, DAY, DAY, "long_term_care", summary)


@pytest.fixture
def two_cooperatives(app) -> tuple[int, int]:
    with unit_of_work():
        first, second = organisation("Blue Door", 1), organisation("Cedar Bridge", 2)
        for row in (first, second):
            account = services.set_account(
                row, kind="domestic", number=f"0000{row}4410", holder="Cooperative", by=SYSTEM
            )
            other = Actor(1, "someone else", "B", frozenset({Role.FINANCE_OFFICER}))
            services.confirm_account(account, by=other, on=DAY, is_first=True)
        services.post_payables(
            [
                owed(first, "a", 100_000),
                owed(first, "b", 5_400),
                owed(second, "c", 9_000),
                owed(second, "d", -12_000, "recovery"),
            ],
            by=SYSTEM,
        )
    return first, second


@pytest.fixture
def officers(app) -> tuple[Actor, Actor]:
    return actor_with(Role.FINANCE_OFFICER, name="R. Immelan"), actor_with(Role.FINANCE_OFFICER, name="D. Oulaya")


def test_the_same_payable_again_is_no_new_debt(two_cooperatives):
    first, _second = two_cooperatives
    with unit_of_work():
        assert services.post_payables([owed(first, "a", 100_000)], by=SYSTEM) == 0


def test_another_amount_under_a_posted_key_is_refused(two_cooperatives):
    first, _second = two_cooperatives
    entry = ledger.Entry("a", "claim", DAY, {"expense:long_term_care": 1, f"payable:{first}": -1})
    with pytest.raises(Conflict), unit_of_work():
        ledger.post([entry], by=SYSTEM)


def test_a_run_pays_each_organisation_once_and_carries_a_negative_net_forward(two_cooperatives, officers):
    first, _second = two_cooperatives
    with unit_of_work():
        run = services.prepare_run(value_on=DAY, by=officers[0])
        assert [(payment.organisation_id, payment.amount) for payment in run.payments] == [(first, 105_400)]


def test_the_preparer_cannot_release(two_cooperatives, officers):
    with unit_of_work():
        number = services.prepare_run(value_on=DAY, by=officers[0]).number
    with pytest.raises(Forbidden, match="someone else"), unit_of_work():
        services.release_run(number, by=officers[0])


def test_a_released_run_moves_the_debt_into_transit_and_its_file_has_the_same_total(two_cooperatives, officers):
    with unit_of_work():
        number = services.prepare_run(value_on=DAY, by=officers[0]).number
    with unit_of_work():
        run = services.release_run(number, by=officers[1])
        content = services.bank_file(run).decode()
    balance = {row.code: row.balance for row in queries.trial_balance()}
    assert re.findall(r"<CtrlSum>(.*?)</CtrlSum>", content) == ["105.400", "105.400"]
    assert balance["in_transit"] == -105_400
    assert sum(balance.values()) == 0
    assert list(ledger.verify()) == []
    assert services.bank_file(queries.run_by_number(number)).decode() == content


def test_nothing_is_collected_twice(two_cooperatives, officers):
    with unit_of_work():
        services.prepare_run(value_on=DAY, by=officers[0])
    with pytest.raises(DomainError, match="Nothing is due"), unit_of_work():
        services.prepare_run(value_on=DAY, by=officers[0])


def test_a_run_sent_back_frees_its_claims(two_cooperatives, officers):
    with unit_of_work():
        number = services.prepare_run(value_on=DAY, by=officers[0]).number
    with unit_of_work():
        services.send_back_run(number, "wrong day", by=officers[1])
    with unit_of_work():
        assert services.prepare_run(value_on=DAY, by=officers[0]).payments


def test_a_changed_account_blocks_its_payment_until_the_cool_off_is_over(two_cooperatives, officers):
    first, _second = two_cooperatives
    with unit_of_work():
        account = services.set_account(first, kind="wallet", number="21655512345", holder="Cooperative", by=officers[0])
        services.confirm_account(account, by=officers[1], on=DAY)
        run = services.prepare_run(value_on=DAY, by=officers[0])
        assert [payment.state for payment in run.payments] == ["blocked"]
    with pytest.raises(DomainError, match="check the accounts"), unit_of_work():
        services.release_run(run.number, by=officers[1])


PAIN_002 = """<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<OrgnlGrpInfAndSts><OrgnlMsgId>{run}</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>{run}</OrgnlPmtInfId>
<TxInfAndSts><OrgnlEndToEndId>{run}-0001</OrgnlEndToEndId><TxSts>{status}</TxSts></TxInfAndSts>
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"""


@pytest.mark.parametrize(("status", "state"), [("ACSC", "paid"), ("RJCT", "returned")])
def test_the_banks_answer_is_applied_once(two_cooperatives, officers, status, state):
    with unit_of_work():
        number = services.prepare_run(value_on=DAY, by=officers[0]).number
    with unit_of_work():
        services.release_run(number, by=officers[1])
    answer = PAIN_002.format(run=number, status=status).encode()
    with unit_of_work():
        assert services.read_bank_answer(answer, by=officers[1], on=DAY)[state] == 1
    with unit_of_work():
        assert services.read_bank_answer(answer, by=officers[1], on=DAY)["unchanged"] == 1
    assert queries.payment_by_reference(f"{number}-0001").state == state
    assert list(ledger.verify()) == []
    assert list(integrity.check()) == []


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM audit_entry WHERE act = 'run.result_read'", "nothing in the trail vouches for it"),
        ("UPDATE journal SET digest = zeroblob(32) WHERE kind = 'bank'", "its postings are not those that were posted"),
        ("UPDATE journal SET digest = zeroblob(32) WHERE kind = 'bank'", "are not those that were posted"),
    ],
    ids=["no-voucher", "digest", "root"],
)
def test_what_the_bank_answered_is_vouched_for(two_cooperatives, officers, statement, reason):
    with unit_of_work():
        number = services.prepare_run(value_on=DAY, by=officers[0]).number
    with unit_of_work():
        services.release_run(number, by=officers[1])
    with unit_of_work():
        services.read_bank_answer(PAIN_002.format(run=number, status="ACSC").encode(), by=officers[1], on=DAY)
    if db.engine.dialect.name == "postgresql":
        statement = statement.replace("zeroblob(32)", "decode(repeat('00', 32), 'hex')")
    with unit_of_work(), unguarded(db.session.connection()):
        db.session.execute(text(statement))
    assert any(reason in found.reason for found in integrity.check())


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE posting SET amount = amount + 1 WHERE line = 1 AND journal_id = 1", "journal a"),
        ("UPDATE posting SET amount = amount * 2 WHERE journal_id = 2", "journal b"),
        ("UPDATE payable SET amount = 1 WHERE business_key = 'c'", "account payable"),
    ],
)
def test_the_command_names_a_changed_value(two_cooperatives, app, statement, place):
    with unit_of_work(), unguarded(db.session.connection()):
        db.session.execute(text(statement))
    result = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert result.exit_code == 1
    assert place in result.output


def test_a_cooperative_sees_only_its_own_payments(two_cooperatives, officers, client):
    first, second = two_cooperatives
    with unit_of_work():
        number = services.prepare_run(value_on=DAY, by=officers[0]).number
    with unit_of_work():
        services.release_run(number, by=officers[1])
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=first)
    assert client.get(f"/payments/{number}-0001").status_code == 200
    assert client.get(f"/payments/{number}-0001/remittance.pdf").data.startswith(b"%PDF")
    assert client.get(f"/payments/runs/{number}").status_code == 403
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=second)
    assert client.get(f"/payments/{number}-0001").status_code == 404


def test_two_officers_release_a_run_on_the_screen(two_cooperatives, client):
    sign_in(client, Role.FINANCE_OFFICER)
    response = client.post("/payments/runs", data={"value_on": "2026-11-20"})
    path = response.headers["Location"]
    assert client.post(f"{path}/release").status_code == 403
    sign_in(client, Role.FINANCE_OFFICER)
    assert "Release 105.400" in client.get(path).text.replace("\u00a0", " ").replace(
        '<bdi dir="ltr" class="nowrap">', ""
    )
    assert client.post(f"{path}/send-back", data={"reason": ""}).status_code == 422
    assert client.post(f"{path}/release").status_code == 303
    assert "Released" in client.get(path).text
    assert client.get("/ledger").status_code == 200
    assert client.get("/payments/runs/R-0/bank-file").status_code == 404


def test_a_date_that_is_none_keeps_what_was_typed(two_cooperatives, client):
    sign_in(client, Role.FINANCE_OFFICER)
    response = client.post("/payments/runs", data={"value_on": "20.11."})
    assert response.status_code == 422
    assert "20.11." in response.text


def test_a_digest_is_the_hash_of_the_canonical_text_of_what_a_journal_says() -> None:
    amounts = {'payable:1 "é"': -5, "expense:health": 5}
    said = {"key": "claim:é\n1", "on": DAY.isoformat(), "amounts": amounts}
    assert ledger.digest("claim:é\n1", DAY, amounts) == hashlib.sha256(canonical(said)).digest()
