"""How runs and payments are shown: shapes, words, documents."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.config import fund
from core.documents import Letterhead
from core.words import _, _l
from payments import queries
from payments.models import Payment, PaymentRun
from payments.remittance import Adjustment, Remittance, RemittanceLine, remittance_pdf
from payments.states import PAYMENT, RUN

SHAPES = {
    "prepared": "half",
    "sent_back": "needs_you",
    "released": "half",
    "completed": "done",
    "ready": "done",
    "blocked": "needs_you",
    "sent": "half",
    "paid": "done",
    "returned": "refused",
    "dropped": "waits",
}
ACCOUNT_KINDS = {"iban": _l("Bank"), "domestic": _l("Bank"), "wallet": _l("Mobile")}


def run_status(run: PaymentRun) -> tuple[str, Any]:
    return SHAPES[run.state], RUN.states[run.state]


def payment_status(payment: Payment) -> tuple[str, Any]:
    return SHAPES[payment.state], PAYMENT.states[payment.state]


def account_words(payment: Payment) -> str:
    """“Bank …4410”: enough to recognise an account, not to use it."""
    if payment.account is None:
        return _("no account")
    return f"{ACCOUNT_KINDS[payment.account.kind]} …{payment.account.last_four}"


def checks(run: PaymentRun) -> list[dict[str, Any]]:
    """What the machine checked before a person decides."""
    blocked = [payment for payment in run.payments if payment.state == "blocked"]
    listed = sum(payable.amount for payment in run.payments for payable in queries.payables_of(payment.id))
    rows = [
        (listed == sum(payment.amount for payment in run.payments), _("Sum of claims = sum of payments")),
        (not queries.is_double(run.id), _("No claim is in another run")),
        (
            not blocked,
            _("%(count)s payments wait for their account", count=len(blocked))
            if blocked
            else _("Every account is confirmed"),
        ),
    ]
    return [{"state": "done" if holds else "needs_you", "text": text} for holds, text in rows]


def steps(run: PaymentRun) -> list[dict[str, Any]]:
    """The thread of a run: collected, prepared, released, sent, answered."""
    is_released = run.released_at is not None
    return [
        {
            "state": "behind",
            "title": _("Prepared by %(name)s", name=run.prepared_by_name),
            "text": _instant(run.prepared_at),
        },
        {
            "state": "behind" if is_released else "now",
            "title": _("Released by %(name)s", name=run.released_by_name)
            if is_released
            else _("Release by a second person"),
            "text": _instant(run.released_at) if is_released else "",
        },
        {
            "state": "behind" if is_released else "ahead",
            "title": _("File to the bank, remittance letters out"),
            "text": "",
        },
        {
            "state": "behind" if run.state == "completed" else "now" if is_released else "ahead",
            "title": _("Bank answers"),
            "text": run.value_on.isoformat(),
        },
    ]


def _instant(value: dt.datetime | None) -> str:
    return value.astimezone(fund().zone).strftime("%Y-%m-%d %H:%M") if value else ""


def remittance(payment: Payment, locale: str, verify_at: str) -> bytes:
    """The remittance advice of one payment, printed from the frozen summaries alone."""
    payables = queries.payables_of(payment.id)
    lines = [
        _line(payable.subject, row) for payable in payables if payable.amount > 0 for row in payable.summary["lines"]
    ]
    taken = [
        Adjustment(row.subject, row.summary.get("what", row.kind), row.amount) for row in payables if row.amount < 0
    ]
    run = payment.run
    value = Remittance(
        number=payment.end_to_end_id,
        run=run.number,
        provider=payment.organisation.name,
        provider_number=payment.organisation.number,
        account=account_words(payment),
        end_to_end_id=payment.end_to_end_id,
        value_on=run.value_on,
        issued_on=(run.released_at or run.prepared_at).astimezone(fund().zone).date(),
        currency=fund().currency,
        lines=lines,
        adjustments=taken,
        total=payment.amount,
    )
    return remittance_pdf(value, Letterhead(fund().name, locale, verify_at, is_demo=fund().is_demo))


def _line(claim: str, row: dict[str, Any]) -> RemittanceLine:
    return RemittanceLine(
        claim=claim,
        service=row["service"],
        served_on=dt.date.fromisoformat(row["service_on"]),
        asked=row["asked"],
        fund_pays=row["benefit"],
        member_pays=row["member"],
        written_off=row["write_off"],
        reason=row.get("reason", ""),
    )
