"""Cash benefits for care, from the month's claims to the member's account and page."""

from __future__ import annotations

import datetime as dt
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from care.models import CareGrant
from claims.cash import paying, queries
from claims.cash.gathering import cash_statement
from claims.cash.models import CashStatementRow
from core import audit, clock, work
from core.accounts import services as accounts
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.roles import Role
from members.models import Cover, Member
from members.services import payees
from payments import ledger, papers, services
from payments.models import LedgerAccount, Payable, Payment, PaymentRun, Posting
from tests.accounts import account_with, sign_in
from tests.claims.care_fund import JUNE, a_cooperative, billed, care_fund, granted, imported
from tests.members.builders import a_member
from tests.payments.test_members import ONE, OTHER

CLOSED = dt.datetime(2026, 7, 20, 9, tzinfo=dt.UTC)
_count = count()
JULY = dt.date(2026, 7, 1)


@pytest.fixture
def elder(app: Flask) -> Member:
    care_fund()
    row = a_member("Basma Zarrouk", born_on=dt.date(1940, 1, 1))
    granted(row, "long_term_care", care_level=2)
    return row


def visited(member: Member, days: range, hours: str = "12:00") -> None:
    """Visits of four hours by a cooperative of its own, and the claim for them; 26 units a day."""
    cooperative, _site = a_cooperative("long_term_care")
    imported("touiza-visits", [
        {"visit_id": f"V{n}-{cooperative.number}", "member_id": member.public_id, "provider_id": cooperative.number,
         "practitioner_id": f"W{cooperative.number}", "code": "LC-110", "visited_on": f"2026-06-{n:02d}",
         "started": "08:00", "ended": hours, "place": "QR"}
        for n in days
    ])  # fmt: skip
    assert billed(cooperative, member, "LC-110", str(16 * len(days))).benefit


def pay(month: dt.date = JUNE, at: dt.datetime = CLOSED) -> list[dict[str, int]]:
    with unit_of_work():
        run = paying.start(month, at=at + dt.timedelta(seconds=next(_count)))
    while work.run_due(100):
        pass
    assert not work.failures(run), work.failures(run)
    db.session.rollback()
    return work.results(run)


def owed(month: str = "2026-06") -> list[tuple[str, int]]:
    query = select(Payable.business_key, Payable.amount).where(Payable.kind == "cash").order_by(Payable.id)
    return [(row[0].split(":", 2)[2], row[1]) for row in db.session.execute(query) if month in row[0]]


def balance(code: str) -> int:
    query = select(func.coalesce(func.sum(Posting.amount), 0)).join(LedgerAccount).where(LedgerAccount.code == code)
    return int(db.session.execute(query).scalar_one())


def test_a_month_is_paid_in_cash_once_however_often_it_is_run(elder: Member) -> None:
    visited(elder, range(1, 4))
    pay()
    assert owed() == [("2026-06:v1", 211_670)]
    pay()
    pay(at=CLOSED + dt.timedelta(days=9))
    assert owed() == [("2026-06:v1", 211_670)]
    assert balance("cash") == sum(amount for _key, amount in owed("2026"))
    assert balance(f"payable:m{elder.id}") == -balance("cash")
    assert not list(ledger.verify())
    assert not list(audit.verify())


def test_a_later_claim_for_the_month_posts_only_the_difference_and_it_comes_off_the_next_month(elder: Member) -> None:
    visited(elder, range(1, 4))
    pay()
    visited(elder, range(10, 12), "10:00")
    used = cash_statement(elder.public_id, JUNE)
    assert used.amount < 211_670
    pay()
    assert owed() == [("2026-06:v1", 211_670), ("2026-06:v2", used.amount - 211_670)]
    pay(JULY, CLOSED + dt.timedelta(days=31))
    assert owed("2026-07") == [("2026-07:v1", 347_000)]
    with unit_of_work():
        row = payees.enter_account(elder, kind="wallet", number="21655512345", holder="Basma", bank="", by=ONE)
        payees.confirm_account(elder, by=OTHER, on=dt.date(2026, 8, 20))
        assert row.usable_from == dt.date(2026, 8, 20)
    with unit_of_work():
        run = services.prepare_run(value_on=dt.date(2026, 9, 10), by=ONE)
        services.release_run(run.number, by=OTHER)
    payment = db.session.execute(select(Payment).where(Payment.member_id == elder.id)).scalar_one()
    assert payment.recovered == used.amount - 211_670
    assert payment.amount == sum(amount for _key, amount in owed("2026"))
    assert papers.remittance(payment).startswith(b"%PDF")
    assert balance("cash") == payment.amount
    assert balance(f"payable:m{elder.id}") == 0
    assert not list(ledger.verify())


def test_a_level_that_changes_in_the_month_counts_day_by_day(elder: Member) -> None:
    with unit_of_work():
        db.session.execute(select(CareGrant)).scalar_one().valid_until = dt.date(2026, 6, 15)
    granted(elder, "long_term_care", care_level=3, valid_from=dt.date(2026, 6, 16))
    pay()
    (row,) = (one.CashStatementRow for one in queries.statements_of([elder.public_id], 1) if one[0].month == JUNE)
    assert (row.ceiling, row.cash, row.amount) == (1_150_000, 473_000, 473_000)
    assert ("2026-06:v1", 473_000) in owed()


def test_days_without_cover_or_after_death_bring_no_cash(elder: Member) -> None:
    with unit_of_work():
        db.session.execute(select(Cover).where(Cover.member_id == elder.id)).scalar_one().valid_until = dt.date(
            2026, 6, 20
        )
    assert cash_statement(elder.public_id, JUNE).amount == 231_333
    with unit_of_work():
        db.session.get_one(Member, elder.id).died_on = dt.date(2026, 6, 10)
    assert cash_statement(elder.public_id, JUNE).amount == 115_667
    with unit_of_work():
        db.session.execute(select(Cover).where(Cover.member_id == elder.id)).scalar_one().state = "suspended"
    assert cash_statement(elder.public_id, JUNE).amount == 0


def test_nothing_is_paid_while_a_claim_of_the_month_waits(elder: Member) -> None:
    cooperative, _site = a_cooperative("long_term_care")
    visited(elder, range(1, 4))
    with unit_of_work():
        cover = db.session.execute(select(Cover).where(Cover.member_id == elder.id)).scalar_one()
        cover.state = "suspended"
    imported("touiza-visits", [
        {"visit_id": "V9", "member_id": elder.public_id, "provider_id": cooperative.number, "practitioner_id": "W9",
         "code": "LC-110", "visited_on": "2026-06-20", "started": "08:00", "ended": "09:00", "place": "QR"}
    ])  # fmt: skip
    assert billed(cooperative, elder, "LC-110", "4").state == "pended"
    with unit_of_work():
        db.session.execute(select(Cover).where(Cover.member_id == elder.id)).scalar_one().state = "active"
    said = pay()
    assert sum(each["waits"] for each in said) == 1
    assert owed() == []


def test_a_month_that_is_not_closed_is_refused_and_the_worker_pays_each_closed_one_once(elder: Member) -> None:
    with pytest.raises(InputErrors, match="settled from 2026-07-15"), unit_of_work():
        paying.start(JUNE, at=dt.datetime(2026, 7, 14, 9, tzinfo=dt.UTC))
    with clock.frozen(CLOSED):
        for _tick in range(2):
            paying.pay_due()
            while work.run_due(100):
                pass
    assert owed() == [("2026-06:v1", 347_000)]
    rows = select(func.count()).select_from(CashStatementRow).where(CashStatementRow.month == JUNE)
    assert db.session.execute(rows).scalar_one() == 1


def test_finance_reads_sums_and_numbers_and_the_member_the_own_statement(elder: Member, client: FlaskClient) -> None:
    visited(elder, range(1, 4))
    other = a_member("Other Person", born_on=dt.date(1941, 1, 1))
    granted(other, "long_term_care", care_level=2)
    pay()
    summaries = [row.summary for row in db.session.execute(select(Payable).where(Payable.kind == "cash")).scalars()]
    assert "LC-110" not in str(summaries)
    assert "Basma" not in str(summaries)
    with clock.frozen(CLOSED + dt.timedelta(days=30)):
        account = account_with(Role.MEMBER)
        with unit_of_work():
            accounts.assign(account, Role.MEMBER, by=SYSTEM, scope=elder.public_id, valid_from=dt.date(2020, 1, 1))
        client.post(f"/demo/sign-in/{account.id}")
        text = client.get("/claims/cash").text
        assert "211.670" in text
        assert "312.000" in text
        assert other.public_id not in text
        assert client.post("/claims/cash", data={"month": "2026-06"}).status_code == 403
        sign_in(client, Role.FINANCE_OFFICER)
        text = client.get("/claims/cash").text
        assert elder.public_id in text
        assert other.public_id in text
        assert "312.000" not in text, "what was used of the ceiling is the member's own business"
        assert client.post("/claims/cash", data={"month": "June"}).status_code == 422
        assert client.post("/claims/cash", data={"month": "2026-06"}).status_code == 303
        assert client.post("/payments/runs", data={"value_on": "2026-09-01"}, follow_redirects=True).status_code == 200
        number = db.session.execute(select(PaymentRun.number)).scalar_one()
        run = client.get(f"/payments/runs/{number}").text
    assert elder.public_id in run
    assert "Basma" not in run


def test_an_account_is_entered_at_one_desk_and_confirmed_by_another_person(elder: Member, client: FlaskClient) -> None:
    place = f"/members/{elder.public_id}/account"
    given = {"kind": "wallet", "number": "21655512345", "holder": "Basma Zarrouk", "bank": ""}
    sign_in(client, Role.REGISTRAR)
    assert client.post(place, data=given | {"number": "1"}).status_code == 422
    assert "waits for a second person" in client.post(place, data=given, follow_redirects=True).text
    assert client.post(f"{place}/confirm").status_code == 403
    sign_in(client, Role.FINANCE_OFFICER)
    assert "may be used from" in client.post(f"{place}/confirm", follow_redirects=True).text
    assert "…2345" in client.get(place).text
