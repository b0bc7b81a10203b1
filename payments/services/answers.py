"""What the bank says became of each payment."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from core import audit, events, issued
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.errors import InputErrors, Problem
from core.words import _l
from payments import ledger, queries
from payments.models import Payment, PaymentRun
from payments.papers import REMITTANCE
from payments.payees import payee_of
from payments.rails import Outcome, Pain001
from payments.services.posting import STREAM
from payments.services.runs import free
from payments.states import PAYMENT, RUN


def read_bank_answer(content: bytes, *, by: Actor, on: dt.date) -> dict[str, int]:
    """Apply the bank's file: paid or returned per payment; the same file again changes nothing."""
    counts = {"paid": 0, "returned": 0, "unchanged": 0}
    problems: list[Problem] = []
    members: set[int] = set()
    moved: dict[PaymentRun, list[ledger.Entry]] = defaultdict(list)
    results = Pain001().parse_result(content)
    payments = queries.payments_by_reference([result.end_to_end_id for result in results])
    for result in results:
        payment = payments.get(result.end_to_end_id)
        if payment is None or result.differs_from(payment.amount, fund().currency):
            problems.append(Problem(result.end_to_end_id or result.batch, _l("No such payment, or another amount.")))
        elif payment.state != "sent" or result.outcome is Outcome.PENDING:
            counts["unchanged"] += 1
        else:
            moved[payment.run].append(_settle(payment, result.outcome, result.reason, by, on))
            counts[payment.state] += 1
            if payment.state == "paid" and payment.member_id is not None:
                members.add(payment.member_id)
    if problems:
        raise InputErrors(problems)
    for run, entries in moved.items():
        if all(payment.state != "sent" for payment in run.payments):
            run.state = RUN.after(run.state, "complete")
        after = counts | ledger.voucher(entries, ledger.post(entries, by=by))
        audit.record(STREAM, Act.RUN_RESULT_READ, run.number, by=by, after=after)
    if members:
        events.publish("payments.members_paid", "answer", effective_from=on, data={"member_ids": sorted(members)})
    return counts


def _settle(payment: Payment, outcome: Outcome, reason: str, by: Actor, on: dt.date) -> ledger.Entry:
    """Paid: in transit → bank. Returned: in transit → payable again, and its payables are open. What to post."""
    is_paid = outcome is Outcome.PAID
    payment.state, payment.note = PAYMENT.after(payment.state, "confirm" if is_paid else "bounce"), reason
    other = "bank" if is_paid else payee_of(payment).account_code
    if not is_paid:
        free(payment)
        issued.withdraw_all(REMITTANCE, [payment.end_to_end_id], by=by, reason="returned")
    amounts = {"in_transit": payment.amount, other: -payment.amount}
    return ledger.Entry(f"payment:{payment.end_to_end_id}:{payment.state}", "bank", on, amounts)
