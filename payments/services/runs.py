"""A payment run: prepared by one person, released or sent back by another."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from core import audit, clock, issued, secrets
from core.accounts.readers import readers_of, tell
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert, db
from core.errors import DomainError, InputErrors, NotFound
from core.money import to_decimal
from core.numbers import next_number
from core.words import _, _l
from payments import ledger, queries
from payments.models import PayeeAccount, Payment, PaymentItem, PaymentRun
from payments.papers import REMITTANCE, remittance
from payments.payees import Payee, payee_of
from payments.queries import payees as payee_queries
from payments.rails import AccountKind, Batch, Pain001, Transfer
from payments.states import PAYMENT, RUN


def prepare_run(*, value_on: dt.date, by: Actor) -> PaymentRun:
    """Collect everything due by `value_on`, one payment per payee; a negative net is carried forward."""
    due: dict[Payee, list[Any]] = defaultdict(list)
    for row in queries.payables_due(value_on):
        due[payee_of(row)].append(row)
    payees = {key: rows for key, rows in due.items() if sum(row.amount for row in rows) > 0}
    if not payees:
        raise InputErrors.at("value_on", _l("Nothing is due by then that is not in a run."), value_on.isoformat())
    run = PaymentRun(
        number=next_number("R", value_on.year),
        state=RUN.initial,
        value_on=value_on,
        prepared_by=by.person,
        prepared_by_name=by.name,
        prepared_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    _fill(run, payees)
    audit.record("money", Act.RUN_PREPARED, run.number, by=by, after=_totals(run))
    return run


def _fill(run: PaymentRun, payees: Mapping[Payee, Sequence[Any]]) -> None:
    accounts, before = payee_queries.current_accounts(payees), payee_queries.stand_ins(payees)
    payments = []
    for position, (payee, rows) in enumerate(_in_order(payees), start=1):
        account = accounts.get(payee.account_code)
        problem = _account_problem(account, run.value_on)
        if problem and (older := before.get(payee.account_code)) is not None:
            account, problem = older, _account_problem(older, run.value_on)
        payments.append(
            Payment(
                run_id=run.id,
                **payee.columns,
                account_id=account.id if account else None,
                end_to_end_id=f"{run.number}-{position:04d}",
                benefit=sum(row.amount for row in rows if row.amount > 0),
                recovered=sum(row.amount for row in rows if row.amount < 0),
                state=PAYMENT.after(PAYMENT.initial, "block") if problem else PAYMENT.initial,
                note=str(problem),
            )
        )
    db.session.add_all(payments)
    db.session.flush()
    items = [
        {"payment_id": payment.id, "payable_id": row.id, "is_live": True}
        for payment in payments
        for row in payees[payee_of(payment)]
    ]
    bulk_insert(PaymentItem.__table__, items)
    db.session.expire(run)


def _in_order(payees: Mapping[Payee, Sequence[Any]]) -> list[tuple[Payee, Sequence[Any]]]:
    """Organisations first, then members."""
    return sorted(payees.items(), key=lambda pair: (pair[0].member_id, pair[0].organisation_id))


def _account_problem(account: PayeeAccount | None, on: dt.date) -> Any:
    if account is None:
        return _l("No account is known.")
    if account.confirmed_by is None:
        return _l("The account waits for a second person.")
    if account.usable_from is not None and on < account.usable_from:
        return _l("The account changed; it may be used from %(day)s.", day=account.usable_from.isoformat())
    return ""


def release_run(number: str, *, by: Actor, has_letters: bool = True) -> PaymentRun:
    """A second person releases: postings, bank file, letters, messages; blocked payments stay out and open.

    Without letters (a history loaded as a whole) remittances print on demand, without a code.
    """
    run = _locked(number)
    by.must_differ_from([run.prepared_by], _l("You prepared this run, so someone else must release it."))
    state = RUN.after(run.state, "release")
    ready = [payment for payment in run.payments if payment.state == "ready"]
    if not ready:
        raise DomainError(_l("No payment of this run is ready: check the accounts first."))
    for payment in run.payments:
        _send(payment) if payment.state == "ready" else _drop(payment)
    run.state, run.released_by, run.released_by_name, run.released_at = state, by.person, by.name, clock.now()
    db.session.flush()
    run.file_sha256 = hashlib.sha256(bank_file(run)).hexdigest()
    entries = [_issue(run, payment) for payment in ready]
    after = _totals(run) | {"file": run.file_sha256} | ledger.voucher(entries, ledger.post(entries, by=by))
    audit.record("money", Act.RUN_RELEASED, run.number, by=by, after=after)
    for payment in ready if has_letters else ():
        amount = issued.printed(payment.amount)
        issued.issue(REMITTANCE, payment.end_to_end_id, partial(remittance, payment), by=by, amount=amount)
    _tell(run, ready)
    return run


def _tell(run: PaymentRun, paid: Sequence[Payment]) -> None:
    """One mail to each organisation; a member reads it on the own page: this room knows no address of theirs."""
    amounts = {row.organisation_id: row.amount for row in paid if row.organisation_id is not None}
    for reader in readers_of(list(amounts)).values():
        told = {"run": run.number, "amount": str(to_decimal(amounts[reader.organisation_id], fund().currency.exponent))}
        tell(reader, "payments/sent", partial(_said, told["run"]), purpose="payment", arguments=told)


def _said(run: str) -> tuple[str, str]:
    return _("The fund has paid you in run %(run)s", run=run), _(
        "A payment of run %(run)s is on its way to your bank. Sign in to read the remittance advice.", run=run
    )


def _send(payment: Payment) -> None:
    payment.state = PAYMENT.after(payment.state, "send")


def _drop(payment: Payment) -> None:
    payment.state = PAYMENT.after(payment.state, "drop")
    free(payment)


def free(payment: Payment) -> None:
    """Its payables may be collected again."""
    for item in db.session.query(PaymentItem).filter_by(payment_id=payment.id):
        item.is_live = False


def _issue(run: PaymentRun, payment: Payment) -> ledger.Entry:
    amounts = {payee_of(payment).account_code: payment.amount, "in_transit": -payment.amount}
    return ledger.Entry(f"payment:{payment.end_to_end_id}:issue", "payment", run.value_on, amounts)


def send_back_run(number: str, reason: str, *, by: Actor) -> PaymentRun:
    """Undo the preparation, with a reason its preparer reads; everything in it is open again."""
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why you send it back."))
    run = _locked(number)
    run.state, run.reason = RUN.after(run.state, "send_back"), reason.strip()
    for payment in run.payments:
        _drop(payment)
    db.session.flush()
    audit.record("money", Act.RUN_SENT_BACK, run.number, by=by, reason=reason)
    return run


def bank_file(run: PaymentRun) -> bytes:
    """The pain.001.001.09 of a run: the same bytes at every export."""
    account = fund().partner_bank_account
    transfers = [
        Transfer(
            payment.end_to_end_id,
            payment.account.holder,
            AccountKind(payment.account.kind),
            secrets.decrypt("payee_account", payment.account.number),
            payment.amount,
            payment.account.bank,
            run.number,
        )
        for payment in run.payments
        if payment.account is not None and payment.state in ("ready", "sent", "paid", "returned")
    ]
    batch = Batch(
        run.number,
        fund().name,
        AccountKind.DOMESTIC,
        account,
        "",
        fund().currency,
        run.released_at or run.prepared_at,
        run.value_on,
        transfers,
    )
    return Pain001().export(batch)


def _locked(number: str) -> PaymentRun:
    run = queries.locked_run(number)
    if run is None:
        raise NotFound(_l("No payment run has this number."))
    return run


def _totals(run: PaymentRun) -> dict[str, Any]:
    total = sum(payment.amount for payment in run.payments)
    return {"payees": len(run.payments), "total": to_decimal(total, fund().currency.exponent)}
