"""How runs and payments are shown: shapes, words, documents."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.config import fund
from core.words import _
from payments import queries
from payments.models import Payment, PaymentRun
from payments.papers import account_words
from payments.states import PAYMENT, RUN

__all__ = ["account_words", "checks", "payment_status", "run_status", "steps"]

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


def run_status(run: PaymentRun) -> tuple[str, Any]:
    return SHAPES[run.state], RUN.states[run.state]


def payment_status(payment: Payment) -> tuple[str, Any]:
    return SHAPES[payment.state], PAYMENT.states[payment.state]


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
