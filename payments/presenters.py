"""How runs and payments are shown: shapes, words, documents."""

from __future__ import annotations

from typing import Any

from markupsafe import escape

from core.actors import Actor
from core.roles import Role
from core.web.filters import day, instant, money
from core.words import _, ngettext
from payments import queries
from payments.models import Payment, PaymentRun
from payments.papers import account_words
from payments.states import PAYMENT, RUN

__all__ = ["account_words", "checks", "payment_status", "run_status", "steps"]

MOMENT = "EEE d MMM, HH:mm"
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
    total = sum(payment.amount for payment in run.payments)
    blocked = sum(payment.state == "blocked" for payment in run.payments)
    missing = ngettext("%(num)s payment waits for its account", "%(num)s payments wait for their account", blocked)
    rows = [
        (
            queries.sum_of_items(run.id) == total,
            escape(_("Sum of the claims = sum of the payments, %(sum)s")) % {"sum": money(total, True)},
        ),
        (queries.unposted_in(run.id) == 0, _("Every claim stands in the ledger with the same sum")),
        (not queries.is_double(run.id), _("No claim is in another run")),
        (not blocked, missing if blocked else _("Every account is confirmed")),
    ]
    return [{"state": "done" if holds else "needs_you", "text": text} for holds, text in rows]


def steps(run: PaymentRun, claims: int, who: Actor) -> list[dict[str, Any]]:
    """The thread of a run: collected, prepared, released, sent, answered."""
    is_released, is_back = run.released_at is not None, run.state == "sent_back"
    collected = ngettext("%(num)s decided claim", "%(num)s decided claims", claims)
    prepared = _("Prepared by %(name)s", name=run.prepared_by_name)
    file_text = "" if is_released or is_back else _("at once after the release")
    answered = "behind" if run.state == "completed" else "now" if is_released else "ahead"
    return [
        {"state": "behind", "title": _("Collected"), "text": collected},
        {"state": "behind", "title": prepared, "text": instant(run.prepared_at, MOMENT)},
        _release_step(run, who),
        {"state": "behind" if is_released else "ahead", "title": _("File to the bank, letters out"), "text": file_text},
        {"state": answered, "title": _("Bank answers"), "text": day(run.value_on, "weekday")},
    ]


def _release_step(run: PaymentRun, who: Actor) -> dict[str, Any]:
    if run.released_at is not None:
        released = _("Released by %(name)s", name=run.released_by_name)
        return {"state": "behind", "title": released, "text": instant(run.released_at, MOMENT)}
    if run.state == "sent_back":
        return {"state": "behind", "title": _("Sent back"), "text": run.reason}
    if not who.has(Role.FINANCE_OFFICER):
        text = _("by a finance officer who did not prepare it")
    elif run.prepared_by == who.person:
        text = _("You prepared it, so you may not")
    else:
        text = _("You may; you did not prepare it")
    return {"state": "now", "title": _("Release by a second person"), "text": text}
