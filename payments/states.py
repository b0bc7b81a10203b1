"""A payment run needs two people; a payment needs the bank's answer."""

from __future__ import annotations

from core.roles import Role
from core.states import StateMachine, step
from core.words import _l

RUN = StateMachine(
    noun="payment run",
    initial="prepared",
    states={
        "prepared": _l("Waits for release"),
        "sent_back": _l("Sent back"),
        "released": _l("Released"),
        "completed": _l("Completed"),
    },
    steps=(
        step("release", "prepared", "released", Role.FINANCE_OFFICER, label=_l("Release")),
        step("send_back", "prepared", "sent_back", Role.FINANCE_OFFICER, label=_l("Send back with a reason")),
        step("complete", "released", "completed", Role.FINANCE_OFFICER, label=_l("Read the bank's answer")),
    ),
)

PAYMENT = StateMachine(
    noun="payment",
    initial="ready",
    states={
        "ready": _l("Ready"),
        "blocked": _l("Check account"),
        "sent": _l("Sent to the bank"),
        "paid": _l("Paid"),
        "returned": _l("Returned by the bank"),
        "dropped": _l("Not sent"),
    },
    steps=(
        step("block", "ready", "blocked", Role.FINANCE_OFFICER),
        step("send", "ready", "sent", Role.FINANCE_OFFICER),
        step("drop", ("ready", "blocked"), "dropped", Role.FINANCE_OFFICER),
        step("confirm", "sent", "paid", Role.FINANCE_OFFICER),
        step("bounce", "sent", "returned", Role.FINANCE_OFFICER),
    ),
)
